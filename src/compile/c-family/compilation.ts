import type { ParsedArguments } from '../../compilers/arguments.ts';
import { stripHeaderListing } from '../../compilers/header-listing.ts';
import type { KeyText } from '../../key/sections.ts';
import type { SourceScan } from '../../key/source-scan.ts';
import type { Step } from '../../protocol/steps.ts';
import type { StoredFile, StoredResult } from '../../storage/storage.ts';
import { type ByteString, fromBuffer } from '../../util/bytes.ts';
import { resolveFrom } from '../../util/path.ts';
import { capturedStreams, exitStep, type Spoken, speak } from '../answer.ts';
import type { Compilation, Compiled, EquivalentResult } from '../compilation.ts';
import type { Conversation } from '../conversation.ts';
import type { Reason, Subject } from '../outcome.ts';
import { readOutputs, stampsBefore, type WrittenOutput } from '../outputs.ts';
import type { Request } from '../request.ts';
import type { CompileServices } from '../services.ts';
import type { TemporaryFile } from '../temporary-files.ts';
import { unnamedThere, unnamedWritten } from '../unnamed-outputs.ts';
import { appendSteps, dependencyList, type KeptDependencies, mayAppend, writtenRule } from './dependency-text.ts';
import { gccDumps } from './dumps.ts';
import { findSibling, headerCount } from './equivalence/depfile-siblings.ts';
import { equivalenceOf, findEquivalent } from './equivalence/equivalence.ts';
import { hitSteps } from './hit.ts';
import { leavesTemporary, moduleRules, writtenInterface } from './inputs/gcc-modules.ts';
import { askAgainStep, compileStep, type HeaderReport, headerReport } from './inputs/header-report.ts';
import { hiddenInputs } from './inputs/hidden-inputs.ts';
import { type InputQuestion, inputsOf, readFiles, sourcesAmong } from './inputs/inputs.ts';
import type { KeyMaterial } from './key-material.ts';
import { type Messages, shownMessages } from './messages.ts';
import { subjectOf } from './subject.ts';
import type { CompilerFacts, Toolchain } from './toolchain/toolchain.ts';

/** What one compile of gcc or clang is made of. */
export interface CFamilyParts {
  readonly request: Request;
  readonly parsed: ParsedArguments;
  readonly facts: CompilerFacts;
  readonly toolchain: Toolchain;
  readonly messages: Messages;
  readonly key: KeyMaterial;
}

/** One compile of gcc or clang. */
export class CFamilyCompilation implements Compilation {
  readonly subject: Subject;
  readonly manifestKey: string;
  readonly keyText: KeyText;
  readonly source: ByteString;
  readonly writes: readonly ByteString[];
  readonly #parts: CFamilyParts;
  readonly #services: CompileServices;

  constructor(parts: CFamilyParts, services: CompileServices) {
    const { parsed, toolchain, key } = parts;
    this.#parts = parts;
    this.#services = services;
    this.subject = subjectOf(parsed, toolchain);
    this.manifestKey = key.manifestKey;
    this.keyText = key.text;
    this.source = parsed.input;
    this.writes = [...parsed.outputs, ...(parsed.dependencyFile ? [parsed.dependencyFile] : [])].map(
      ({ path }) => path,
    );
  }

  hitSteps(result: StoredResult): readonly Step[] | undefined {
    const { request, parsed, toolchain, messages } = this.#parts;
    if (leavesTemporary(request, result, this.#services.files)) return undefined;
    return hitSteps(toolchain.kind, parsed, messages, result);
  }

  async findEquivalent(): Promise<EquivalentResult | undefined> {
    const { request, parsed, toolchain, messages } = this.#parts;
    const sibling = await findSibling(request, parsed, toolchain, messages, this.#services);
    return sibling ?? findEquivalent(this.#parts, this.#services);
  }

  async compile(temporary: TemporaryFile, conversation: Conversation): Promise<Compiled> {
    const { request, parsed, facts, messages, key } = this.#parts;
    const { files, records } = this.#services;
    const toolchain = await this.#currentToolchain(conversation);
    if (toolchain === undefined) return { kind: 'abandoned' };
    const report = headerReport(request, toolchain, parsed, temporary.path, files);
    if (!mayAppend(request, parsed, files)) {
      conversation.finish([{ step: 'exec' }]);
      return { kind: 'not-kept', compilerMicros: 0, reason: 'output-unwritable' };
    }
    const before = stampsBefore(request, parsed.outputs, files);
    const unnamed = gccDumps(parsed);
    const dumpsBefore = unnamedThere(request, unnamed, files);

    const ran = await conversation.run(compileStep(request, parsed, messages, report));
    if (ran === undefined) return { kind: 'abandoned' };
    const compilerMicros = ran.wallMicros;
    const notKept = (reason: Reason): Compiled => ({ kind: 'not-kept', compilerMicros, reason });
    const streams = capturedStreams(ran);
    if (ran.kind === 'not-started' || (streams === undefined && report.way === 'header-listing')) {
      conversation.finish([{ step: 'exec' }]); // nothing ran, or what it said cannot be told from our listing
      return notKept('messages-too-long');
    }
    if (streams === undefined) {
      const printed = { step: 'print-captured', strip: messages.plain } as const;
      conversation.finish([
        ...appendSteps(parsed, writtenRule(request, parsed, report, files)),
        printed,
        exitStep(ran),
      ]);
      return notKept('messages-too-long');
    }
    const succeeded = ran.kind === 'exit' && ran.value === 0;
    if (temporary.isToBlame(streams.stderr, succeeded)) {
      conversation.finish([{ step: 'exec' }]);
      return notKept('list-unwritable');
    }
    const listing = report.way === 'header-listing' ? stripHeaderListing(streams.stderr) : undefined;
    const spoken = { stdout: streams.stdout, stderr: listing?.rest ?? streams.stderr };
    // Read before the caller may go on: what comes next may strip the object or overwrite it.
    const dumps = unnamedWritten(unnamed, dumpsBefore, unnamedThere(request, unnamed, files));
    const ruleText = writtenRule(request, parsed, report, files);
    const dependencyText = succeeded ? ruleText : undefined;
    const appended = appendSteps(parsed, ruleText);
    const modules = succeeded && parsed.gccModules ? moduleRules(request, report, dependencyText, files) : undefined;
    const expected = [...parsed.outputs, ...dumps, ...writtenInterface(parsed, modules)];
    const outputs = succeeded ? readOutputs(request, expected, before, files) : [];
    if (outputs === 'output-missing') {
      // Seen with ccache 4.7, which does nothing when it sees SUNPRO_DEPENDENCIES: the caller's own command decides.
      conversation.finish([{ step: 'exec' }]);
      return notKept(outputs);
    }
    if (succeeded && report.way === 'asked-again') await conversation.run(askAgainStep(request, parsed, report));
    const question: InputQuestion = {
      request,
      parsed,
      toolchain,
      report,
      listed: listing?.headers ?? [],
      dependencyText,
      modules,
      quotesSources: quotesSources(this.#parts, spoken),
      messages: fromBuffer(spoken.stdout) + fromBuffer(spoken.stderr),
      startedMs: temporary.kernelTimeMs,
      endedMs: this.#services.wallClock(),
      sourceDigest: key.sourceDigest,
    };
    const read = succeeded ? readFiles(question, records, files) : undefined;
    if (messages.colourOption && this.#mayQuoteEscapes(spoken, read?.ok ? [...read.value.trace.scans.values()] : [])) {
      // Ours cannot be told from those that are quoted: the caller's own command says it as it should be said.
      conversation.finish([{ step: 'exec' }]);
      return notKept('messages-quote-escapes');
    }
    const hidden = read?.ok ? await hiddenInputs(question, facts, read.value, conversation, files) : read;
    const saysItself = messages.links && spoken.stdout.length + spoken.stderr.length > 0;
    conversation.finish(saysItself ? [{ step: 'exec' }] : [...appended, ...speak(this.#shown(spoken), exitStep(ran))]);

    if (read === undefined || hidden === undefined) return { kind: 'failed' };
    if (outputs === 'output-not-a-file') return notKept(outputs);
    if (!read.ok) return notKept(read.error);
    if (parsed.gccModules && modules === undefined) return notKept('imported-modules');
    if (!hidden.ok) return notKept(hidden.error);
    // A package that is upgraded while a build runs.
    if (!this.#services.toolchains.isUnchanged(request, toolchain)) return notKept('compiler-changed');
    const inputs = inputsOf(question, read.value, hidden.value, records, files);
    if (!inputs.ok) return notKept(inputs.error);
    const dependencies = dependencyList(toolchain.kind, parsed, dependencyText);
    if (!dependencies.ok) return notKept(dependencies.error);
    const finished = {
      ...spoken,
      inputs: inputs.value,
      outputs,
      sources: sourcesAmong(parsed.input, read.value, hidden.value),
    };
    const kept = {
      ...spoken,
      inputs: inputs.value,
      files: [...storedFiles(outputs, dependencies.value), ...this.#headerCount(report, read.value.headers)],
      equivalence: equivalenceOf(finished, this.#parts, this.#services),
    };
    return { kind: 'succeeded', compilerMicros, kept };
  }

  /** The toolchain with a search list that is still right: directories may have come or gone since it was asked. */
  async #currentToolchain(conversation: Conversation): Promise<Toolchain | undefined> {
    const { request, parsed, facts, toolchain } = this.#parts;
    const { toolchains } = this.#services;
    if (toolchains.searchListHolds(request, toolchain)) return toolchain;
    const asked = await toolchains.toolchain(request, facts, parsed, conversation);
    return asked === 'gone' ? undefined : (asked ?? toolchain);
  }

  #mayQuoteEscapes({ stdout, stderr }: Spoken, scans: readonly SourceScan[]): boolean {
    if (stdout.length + stderr.length === 0) return false;
    const { request, parsed } = this.#parts;
    const source = this.#services.records.scan(resolveFrom(request.cwd, parsed.input));
    return (
      [source, ...scans].some((scan) => scan?.escapes) || parsed.keyArguments.some((word) => word.includes('\x1b'))
    );
  }

  #shown({ stdout, stderr }: Spoken): Spoken {
    const { messages } = this.#parts;
    return { stdout: shownMessages(messages, stdout), stderr: shownMessages(messages, stderr) };
  }

  #headerCount({ way, file }: HeaderReport, headers: readonly ByteString[]): StoredFile[] {
    const { request, parsed } = this.#parts;
    if (way !== 'sunpro' || parsed.gccModules || parsed.dependencyFile) return [];
    return headerCount(this.#services.files.read(resolveFrom(request.cwd, file))?.bytes, headers, parsed.input);
  }
}

/** In messages, or beside each instruction. */
function quotesSources({ parsed, toolchain }: CFamilyParts, { stdout, stderr }: Spoken): boolean {
  const shows = stdout.length + stderr.length > 0 || parsed.keyArguments.includes('-fverbose-asm');
  return toolchain.kind === 'gcc' && shows;
}

function storedFiles(
  outputs: readonly WrittenOutput[],
  dependencies: KeptDependencies | undefined,
): readonly StoredFile[] {
  const files: StoredFile[] = outputs.map(({ output, mode, bytes }) => ({
    role: output.role,
    mode,
    content: { kind: 'inline', bytes },
  }));
  if (dependencies) {
    const { role, bytes } = dependencies;
    files.push({ role, mode: 0o666, content: { kind: 'inline', bytes } });
  }
  return files;
}
