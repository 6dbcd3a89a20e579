import {
  parseRustDependencies,
  type RustDependencies,
  renderRustDependencies,
} from '../../compilers/rustc/dep-info.ts';
import type { Places } from '../../key/places.ts';
import type { KeyText } from '../../key/sections.ts';
import type { RunStep, Step } from '../../protocol/steps.ts';
import type { StoredFile, StoredResult } from '../../storage/storage.ts';
import { type ByteString, toBuffer } from '../../util/bytes.ts';
import { resolveFrom } from '../../util/path.ts';
import { failure, type Result, success } from '../../util/result.ts';
import { capturedStreams, exitStep, speak } from '../answer.ts';
import type { Compilation, Compiled } from '../compilation.ts';
import type { Conversation } from '../conversation.ts';
import type { Reason } from '../outcome.ts';
import { readOutputs, stampsBefore, type WrittenOutput } from '../outputs.ts';
import type { CompileServices } from '../services.ts';
import type { TemporaryFile } from '../temporary-files.ts';
import { unnamedThere, unnamedWritten } from '../unnamed-outputs.ts';
import { boundPlaces, withBonds } from './bound-places.ts';
import { abstractDependencies } from './dependencies.ts';
import { DEPENDENCIES, REMOVED, rustHitSteps, unitFiles } from './hit.ts';
import { rustInputs } from './inputs.ts';
import { removedObjects } from './linked-objects.ts';
import { listingArguments } from './linking.ts';
import { withRoles } from './messages.ts';
import { NATIVE_SEARCH_PATHS, nativeSearchPaths } from './native-libraries.ts';
import type { RustParts } from './parts.ts';
import { remapArguments } from './placement.ts';
import { LOOK_OF_MESSAGES, renderedInputs } from './rendering.ts';
import { temporariesSaved, temporariesThere } from './saved-temporaries.ts';
import { RUST } from './subject.ts';

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
    const { request, outputs, parsed, command, linking, absorbsCrates, key, rendering } = this.#parts;
    const { files, records } = this.#services;
    const linkListFile = `${temporary.path}.link`;
    const wanted = outputs.files.filter(({ kind }) => kind !== 'dep-info');
    const before = stampsBefore(request, wanted, files);
    const units = unitFiles(outputs);
    const unitsBefore = unnamedThere(request, units, files);
    const saving = outputs.temporaries;
    const temporariesBefore = saving === undefined ? undefined : temporariesThere(request, saving, files);
    const running = conversation.run(this.#compileStep(linking ? listingArguments(linking, linkListFile) : []));
    const crates = this.#services.loadedCrates.find(request, parsed); // a hit needs no such list, and the compile takes longer
    const ran = await running;
    if (ran === undefined) return { kind: 'abandoned' };
    const compilerMicros = ran.wallMicros;
    const notKept = (reason: Reason): Compiled => ({ kind: 'not-kept', compilerMicros, reason });
    if (ran.kind === 'not-started') {
      conversation.finish([{ step: 'exec' }]);
      return notKept('output-missing');
    }
    const streams = capturedStreams(ran);
    const succeeded = ran.kind === 'exit' && ran.value === 0;
    const own = new Set(wanted.map(({ path }) => path));
    const ofUnits = unnamedWritten(units, unitsBefore, unnamedThere(request, units, files));
    const saved =
      saving === undefined || temporariesBefore === undefined
        ? { outputs: [], directories: [] }
        : temporariesSaved(request, saving, temporariesBefore, outputs.types, files);
    const all = [...wanted, ...(saved?.outputs ?? []), ...ofUnits.filter(({ path }) => !own.has(path))];
    const written = succeeded && streams ? readOutputs(request, all, before, files) : [];
    const dependencies = succeeded && streams ? await this.#dependencies(temporary, conversation) : undefined;
    // The messages were shown while it ran; what goes to stdout is seldom anything.
    if (streams === undefined) conversation.finish([exitStep(ran)]);
    else conversation.finish(speak({ stdout: streams.stdout, stderr: NOTHING }, exitStep(ran)));

    if (!succeeded) return { kind: 'failed' };
    if (streams === undefined) return notKept('messages-too-long');
    if (typeof written === 'string') return notKept(written);
    if (saved === undefined) return notKept('other-temporaries');
    if (dependencies === undefined || !dependencies.ok) return notKept(dependencies?.error ?? 'no-dep-info');
    const stderr = withRoles(streams.stderr, outputs.files, dependencies.value.files);
    if (stderr === undefined) return notKept('messages-name-output');
    const linkList = linking ? (files.read(linkListFile)?.bytes ?? NOTHING) : undefined;
    const inputs = rustInputs(
      {
        request,
        parsed,
        outputs: outputs.files,
        absorbsCrates,
        clippy: command.driver !== 'rustc',
        dependencies: dependencies.value,
        metadata: metadataAmong(written),
        crates,
        cratesAssemble: this.#services.loadedCrates.someAssembleFiles(request, parsed),
        places: this.places,
        macros: this.#services.rustMacros.ableMacros(request.cwd, parsed),
        linkList,
        startedMs: temporary.kernelTimeMs,
        sourceDigest: key.sourceDigest,
      },
      records,
      files,
    );
    if (!inputs.ok) return notKept(inputs.error);
    const stored: StoredFile[] = written.map(({ output, bytes }) => ({
      role: output.role,
      // Permission bits before the umask: what the linker makes can be executed.
      mode: wanted.some(({ role, linked: byLinker }) => role === output.role && byLinker) ? 0o777 : 0o666,
      content: { kind: 'inline', bytes },
    }));
    for (const role of saved.directories)
      stored.push({ role, mode: 0o777, content: { kind: 'inline', bytes: NOTHING } });
    if (linkList !== undefined) {
      const removed = removedObjects(linkList, outputs.directory, request, parsed, files);
      stored.push({ role: REMOVED, mode: 0, content: { kind: 'inline', bytes: toBuffer(removed.join('\n')) } });
    }
    const bound = boundPlaces(this.#parts, dependencies.value, [
      ...written.map(({ bytes }) => bytes),
      streams.stdout,
      stderr,
    ]);
    const list = renderRustDependencies([], abstractDependencies(dependencies.value, this.places));
    stored.push({ role: DEPENDENCIES, mode: 0o666, content: { kind: 'inline', bytes: list } });
    return {
      kind: 'succeeded',
      compilerMicros,
      kept: {
        inputs: renderedInputs(withBonds(inputs.value, bound, this.places), stderr, rendering.form),
        files: stored,
        stdout: streams.stdout,
        stderr,
      },
    };
  }

  /**
   * The caller's own command line. What is added is a linker argument, and before all others what is to be seen of a terminal, and a
   * remapping of `SCCACHE_BASEDIRS`: the caller's own win over it.
   */
  #compileStep(added: readonly ByteString[]): RunStep {
    const { request, command, placement, rendering } = this.#parts;
    const { argv } = request;
    const start = argv.length - command.arguments.length;
    const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
    const first = [...remapArguments(placement.addedRemaps), ...rendering.arguments];
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
    };
  }

  /** What the compile read. Asks rustc once more where the caller wants no dep-info: the list costs a fifth of `check`. */
  async #dependencies(temporary: TemporaryFile, conversation: Conversation): Promise<Result<RustDependencies, Reason>> {
    const { request, outputs } = this.#parts;
    const own = outputs.files.find(({ kind }) => kind === 'dep-info');
    if (own === undefined) await conversation.run(this.#listingStep(`${temporary.path}.d`));
    const text = this.#services.files.read(resolveFrom(request.cwd, own?.path ?? `${temporary.path}.d`))?.bytes;
    const dependencies = text && parseRustDependencies(text);
    if (text === undefined || dependencies === undefined) return failure('no-dep-info');
    // Only if we would have written the very bytes that are there.
    const ours = own && renderRustDependencies(outputs.listed, dependencies);
    return ours === undefined || ours.equals(text) ? success(dependencies) : failure('dependency-file-format');
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

/** The outputs that have metadata in them; where the metadata are written alone they are in no other. */
function metadataAmong(written: readonly WrittenOutput[]): readonly Buffer[] {
  const alone = written.filter(({ output }) => output.role === 'metadata');
  return (alone.length > 0 ? alone : written).map(({ bytes }) => bytes);
}
