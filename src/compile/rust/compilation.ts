import {
  parseRustDependencies,
  type RustDependencies,
  renderRustDependencies,
} from '../../compilers/rustc/dep-info.ts';
import type { Places } from '../../key/places.ts';
import type { KeyText } from '../../key/sections.ts';
import type { RunStep, Step } from '../../protocol/steps.ts';
import type { StoredResult } from '../../storage/storage.ts';
import type { ByteString } from '../../util/bytes.ts';
import { resolveFrom } from '../../util/path.ts';
import { failure, type Result, success } from '../../util/result.ts';
import { capturedStreams, exitStep, type Spoken, speak } from '../answer.ts';
import type { Compilation, Compiled } from '../compilation.ts';
import type { Conversation } from '../conversation.ts';
import type { Reason } from '../outcome.ts';
import type { CompileServices } from '../services.ts';
import type { TemporaryFile } from '../temporary-files.ts';
import { rustHitSteps } from './hit.ts';
import { CLIPPY_ABOVE, directoryAbove } from './inputs/clippy-inputs.ts';
import { listingArgument, shownArgument } from './inputs/linking.ts';
import { NATIVE_SEARCH_PATHS, nativeSearchPaths } from './inputs/native-libraries.ts';
import { keptResult } from './kept-result.ts';
import type { RustParts } from './parts.ts';
import { REMAPPINGS, remapArguments, remappingsOf } from './placement.ts';
import { LOOK_OF_MESSAGES } from './rendering.ts';
import { RUST } from './subject.ts';
import { watchWrittenFiles } from './written-files.ts';

const NOTHING = Buffer.alloc(0);

/** One compile of rustc, or of a program that behaves like it. */
export class RustCompilation implements Compilation {
  readonly subject = RUST;
  readonly manifestKey: string;
  readonly keyText: KeyText;
  readonly source: ByteString;
  readonly writes: readonly ByteString[];
  readonly places: Places;
  readonly aspects: ReadonlyMap<ByteString, ByteString>;
  readonly searched: readonly ByteString[];
  readonly #parts: RustParts;
  readonly #services: CompileServices;

  constructor(parts: RustParts, services: CompileServices) {
    this.#parts = parts;
    this.#services = services;
    this.manifestKey = parts.key.manifestKey;
    this.keyText = parts.key.text;
    this.source = parts.parsed.input;
    this.places = parts.placement.places;
    this.aspects = new Map([
      [LOOK_OF_MESSAGES, parts.rendering.form],
      [NATIVE_SEARCH_PATHS, nativeSearchPaths(parts.parsed, this.places)],
      [CLIPPY_ABOVE, directoryAbove(parts.request, this.places)],
      [REMAPPINGS, remappingsOf(parts.parsed, this.places)],
    ]);
    this.searched = parts.parsed.searchPaths.filter(({ kind }) => kind === 'dependency').map(({ path }) => path);
    const outputs = parts.outputs.files;
    const main = outputs.find(({ kind }) => kind === 'link') ?? outputs.find(({ kind }) => kind !== 'dep-info');
    this.writes = [...(main ? [main] : []), ...outputs.filter((output) => output !== main)].map(({ path }) => path);
  }

  hitSteps(result: StoredResult): readonly Step[] | undefined {
    return rustHitSteps(this.#parts.outputs, this.#parts.parsed.outputDirectory, this.places, result);
  }

  async compile(temporary: TemporaryFile, conversation: Conversation): Promise<Compiled> {
    const { request, outputs, parsed, linking } = this.#parts;
    const { files, loadedCrates } = this.#services;
    const linkListFile = `${temporary.path}.link`;
    const readWritten = watchWrittenFiles(request, outputs, files);
    const running = conversation.run(this.#compileStep(linking && listingArgument(linking, linkListFile)));
    const crates = loadedCrates.find(request, parsed); // a hit needs no such list, and the compile takes longer
    const ran = await running;
    if (ran === undefined) return { kind: 'abandoned' };
    const compilerMicros = ran.wallMicros;
    const notKept = (reason: Reason): Compiled => ({ kind: 'not-kept', compilerMicros, reason });
    if (ran.kind === 'not-started') {
      conversation.finish([{ step: 'exec' }]);
      return notKept('output-missing');
    }
    const succeeded = ran.kind === 'exit' && ran.value === 0;
    const streams = capturedStreams(ran);
    if (!succeeded || streams === undefined) {
      conversation.finish(streams ? speak(unseen(streams), exitStep(ran)) : [exitStep(ran)]);
      return succeeded ? notKept('messages-too-long') : { kind: 'failed' };
    }
    const written = readWritten();
    const dependencies = await this.#dependencies(temporary, conversation);
    conversation.finish(speak(unseen(streams), exitStep(ran)));
    if (!written.ok) return notKept(written.error);
    if (!dependencies.ok) return notKept(dependencies.error);
    const linkList = linking ? (files.read(linkListFile)?.bytes ?? NOTHING) : undefined;
    const startedMs = temporary.kernelTimeMs;
    const finished = {
      streams,
      written: written.value,
      dependencies: dependencies.value,
      crates,
      linkList,
      startedMs,
    };
    const kept = keptResult(finished, this.#parts, this.#services);
    return kept.ok ? { kind: 'succeeded', compilerMicros, kept: kept.value } : notKept(kept.error);
  }

  /**
   * The caller's own command line. What is added is a linker argument, and before all others what is to be seen of a terminal, and a
   * remapping of `SCCACHE_BASEDIRS`: the caller's own win over it.
   */
  #compileStep(linkArgument: ByteString | undefined): RunStep {
    const { request, command, parsed, placement, rendering } = this.#parts;
    const { argv } = request;
    const start = argv.length - command.arguments.length;
    const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
    const first = [...remapArguments(placement.addedRemaps), ...rendering.arguments];
    const added = linkArgument === undefined ? [] : ['-C', `link-arg=${linkArgument}`];
    return {
      step: 'run',
      stdout: 'capture',
      // cargo starts the crates that need this one as soon as it reads that the metadata are there.
      stderr: 'tee',
      program: request.program,
      argv: [...argv.slice(0, start), ...first, ...argv.slice(start, end), ...added, ...argv.slice(end)],
      set: [],
      unset: [],
      stdin: '',
      hidden: linkArgument === undefined ? '' : shownArgument(linkArgument, parsed.jsonMessages),
    };
  }

  /** What the compile read. Asks rustc once more where the caller wants no dep-info: the list costs a fifth of `check`. */
  async #dependencies(temporary: TemporaryFile, conversation: Conversation): Promise<Result<RustDependencies, Reason>> {
    const { request, outputs } = this.#parts;
    const own = outputs.files.find(({ kind }) => kind === 'dep-info');
    const path = own?.path ?? `${temporary.path}.d`;
    if (own === undefined) await conversation.run(this.#listingStep(path));
    const text = this.#services.files.read(resolveFrom(request.cwd, path))?.bytes;
    const dependencies = text && parseRustDependencies(text);
    if (text === undefined || dependencies === undefined) return failure('no-dep-info');
    // Only if we would have written the very bytes that are there.
    const ours = renderRustDependencies(own ? outputs.listed : [path], dependencies);
    return ours.equals(text) ? success(dependencies) : failure('dependency-file-format');
  }

  /** The command line with dep-info as the one thing to write. */
  #listingStep(file: ByteString): RunStep {
    const { request, command, parsed } = this.#parts;
    const kept: ByteString[] = [];
    const rest = [...parsed.words];
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
      if (/^(?:--emit|--out-dir|-o)$/.test(word)) rest.shift();
      else if (!/^(?:--emit=|--out-dir=|-o)/.test(word)) kept.push(word);
    }
    const emit = `--emit=dep-info=${file}`;
    return {
      step: 'run',
      stdout: 'capture',
      stderr: 'capture',
      program: request.program,
      argv: [request.argv[0] ?? request.program, ...command.leading, emit, ...kept],
      set: [],
      unset: [],
      stdin: '/dev/null',
    };
  }
}

/** The messages were shown while it ran; what goes to standard output is seldom anything. */
function unseen({ stdout }: Spoken): Spoken {
  return { stdout, stderr: NOTHING };
}
