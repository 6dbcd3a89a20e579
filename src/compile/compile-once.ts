import type { ParsedArguments } from '../compilers/arguments.ts';
import { parseMakeDependencies, renderDependencyFile } from '../compilers/dependency-file.ts';
import { stripHeaderListing } from '../compilers/header-listing.ts';
import type { RanMessage, Step } from '../protocol/messages.ts';
import type { ByteString } from '../util/bytes.ts';
import { resolveFrom } from '../util/path.ts';
import { failure, type Result, success } from '../util/result.ts';
import type { Answered, Compilation } from './compilation.ts';
import type { Conversation } from './conversation.ts';
import { inputsOf } from './inputs.ts';
import { keepResult } from './kept-results.ts';
import { type Messages, shownMessages } from './messages.ts';
import {
  askAgainStep,
  capturedStreams,
  compileStep,
  headerReport,
  NOWHERE,
  readOutputs,
  stampsBefore,
} from './miss.ts';
import { because, type Reason, type StoreOutcome } from './outcome.ts';
import type { Request } from './request.ts';
import type { CompileServices } from './services.ts';
import { subjectOf } from './subject.ts';
import type { TemporaryFile } from './temporary-files.ts';
import type { CompilerKind, Toolchain } from './toolchain.ts';

/** A miss: the compiler runs once, the caller gets its answer, and what may be kept goes into the store. */
export async function compileOnce(
  compilation: Compilation,
  recache: boolean,
  conversation: Conversation,
  services: CompileServices,
): Promise<Answered> {
  const temporary = services.temporaryFiles.take();
  if (temporary === undefined) {
    conversation.finish([{ step: 'exec' }]);
    return { outcome: because('no-temporary-path'), stored: undefined };
  }
  const done = services.inFlight.begin(compilation.key.manifestKey);
  let stored: Promise<StoreOutcome> | undefined;
  try {
    const answered = await runAndCollect(compilation, recache, temporary, conversation, services);
    stored = answered.stored?.finally(done);
    return { outcome: answered.outcome, stored };
  } finally {
    temporary.remove();
    if (stored === undefined) done();
  }
}

async function runAndCollect(
  compilation: Compilation,
  recache: boolean,
  temporary: TemporaryFile,
  conversation: Conversation,
  services: CompileServices,
): Promise<Answered> {
  const { request, parsed, messages, key } = compilation;
  const toolchain = await currentToolchain(compilation, conversation, services);
  if (toolchain === undefined) return { outcome: { kind: 'abandoned' }, stored: undefined };
  const subject = subjectOf(parsed, toolchain);
  const report = headerReport(toolchain, parsed, temporary.path);
  const before = stampsBefore(request, parsed.outputs, services.files);

  const ran = await conversation.run(compileStep(request, messages, report));
  if (ran === undefined) return { outcome: { kind: 'abandoned' }, stored: undefined };
  const streams = capturedStreams(ran);
  const notKept = (reason: Reason): Answered => {
    return { outcome: { kind: 'not-kept', subject, compilerMicros: ran.wallMicros, reason }, stored: undefined };
  };
  if (ran.kind === 'not-started' || (streams === undefined && report.way === 'header-listing')) {
    conversation.finish([{ step: 'exec' }]); // nothing ran, or what it said cannot be told from our listing
    return notKept('messages-too-long');
  }
  if (streams === undefined) {
    conversation.finish([{ step: 'print-captured', strip: messages.plain }, exitStep(ran)]);
    return notKept('messages-too-long');
  }
  const listing = report.way === 'header-listing' ? stripHeaderListing(streams.stderr) : undefined;
  const spoken = { stdout: streams.stdout, stderr: listing?.rest ?? streams.stderr };
  const succeeded = ran.kind === 'exit' && ran.value === 0;
  // Read before the caller may go on: what comes next may strip the object or overwrite it.
  const outputs = succeeded ? readOutputs(request, parsed.outputs, before, services.files) : [];
  const dependencyText = succeeded ? dependencyFileText(request, parsed, services) : undefined;
  if (outputs === 'output-missing') {
    // Seen with ccache 4.7, which does nothing when it sees SUNPRO_DEPENDENCIES: the caller's own command decides.
    conversation.finish([{ step: 'exec' }]);
    return notKept(outputs);
  }
  if (succeeded && report.way === 'asked-again') await conversation.run(askAgainStep(request, parsed, report));
  conversation.finish(answer(ran, messages, spoken));

  if (!succeeded) return { outcome: { kind: 'compile-failed', subject }, stored: undefined };
  if (outputs === 'output-not-a-file') return notKept(outputs);
  const inputs = inputsOf(
    {
      request,
      parsed,
      toolchain,
      report,
      listed: listing?.headers ?? [],
      dependencyText,
      startedMs: temporary.kernelTimeMs,
      sourceDigest: key.sourceDigest,
    },
    services.records,
    services.files,
  );
  if (!inputs.ok) return notKept(inputs.error);
  const dependencies = dependencyList(toolchain.kind, parsed, dependencyText);
  if (!dependencies.ok) return notKept(dependencies.error);
  const kept = { ...spoken, manifestKey: key.manifestKey, compilerMicros: ran.wallMicros };
  return {
    outcome: { kind: 'miss', subject, compilerMicros: ran.wallMicros, recache },
    stored: keepResult(
      { ...kept, inputs: inputs.value, outputs, dependencies: dependencies.value },
      services.storage,
      services.manifests,
      services.now,
    ),
  };
}

/** The toolchain with a search list that is still right: directories may have come or gone since it was asked. */
async function currentToolchain(
  { request, parsed, facts, toolchain }: Compilation,
  conversation: Conversation,
  services: CompileServices,
): Promise<Toolchain | undefined> {
  if (services.toolchains.searchListHolds(request, toolchain)) return toolchain;
  const asked = await services.toolchains.toolchain(request, facts, parsed, conversation);
  return asked === 'gone' ? undefined : (asked ?? toolchain);
}

function answer(ran: RanMessage, messages: Messages, spoken: { stdout: Buffer; stderr: Buffer }): readonly Step[] {
  const stdout = shownMessages(messages, spoken.stdout);
  const stderr = shownMessages(messages, spoken.stderr);
  const exit = exitStep(ran);
  return stdout.length + stderr.length > 0 ? [{ step: 'print', stdout, stderr }, exit] : [exit];
}

function exitStep(ran: RanMessage): Step {
  return { step: 'exit', kind: ran.kind === 'signal' ? 'signal' : 'code', value: ran.value };
}

function dependencyFileText(request: Request, parsed: ParsedArguments, services: CompileServices): Buffer | undefined {
  const file = parsed.dependencyFile;
  if (file === undefined) return undefined;
  return services.files.read(resolveFrom(request.cwd, file.path))?.bytes;
}

/** What to write into dependency files on hits; only if we would have written the very bytes that are there. */
function dependencyList(
  kind: CompilerKind,
  parsed: ParsedArguments,
  text: Buffer | undefined,
): Result<readonly ByteString[] | undefined, Reason> {
  const file = parsed.dependencyFile;
  if (file === undefined || file.path === NOWHERE) return success(undefined);
  if (text === undefined) return failure('output-not-a-file');
  const dependencies = parseMakeDependencies(text)?.dependencies;
  if (dependencies === undefined) return failure('dependency-file-format');
  const ours = renderDependencyFile(kind, file.targets, dependencies, file.phony);
  return ours.equals(text) ? success(dependencies) : failure('dependency-file-format');
}
