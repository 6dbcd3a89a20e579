import type { ParseOptions } from '../compilers/c-family/draft.ts';
import { splitSources } from '../compilers/c-family/split-sources.ts';
import type { RanMessage } from '../protocol/messages.ts';
import type { RunStep, Step } from '../protocol/steps.ts';
import { fromBuffer } from '../util/bytes.ts';
import { baseName, resolveFrom } from '../util/path.ts';
import type { Answered } from './answered.ts';
import { compile } from './compile.ts';
import type { Conversation } from './conversation.ts';
import type { Outcome } from './outcome.ts';
import type { Request } from './request.ts';
import type { CompileServices } from './services.ts';
import { Stopwatch } from './stopwatch.ts';

/** One request for each source of a command line with several; undefined where it has one, or they belong together. */
export function requestsBySource(request: Request, { files }: CompileServices): readonly Request[] | undefined {
  const { cwd, environment, argv } = request;
  const options: ParseOptions = {
    plusplus: baseName(request.program).includes('++'),
    cwd,
    environment,
    readFile: (path) => files.read(resolveFrom(cwd, path))?.bytes,
  };
  const commands = splitSources(options, argv.slice(1));
  // clang compiles none of them when it misses one.
  const areThere = commands?.every((words, at) => {
    const others = commands[at === 0 ? 1 : 0] ?? [];
    return words.every((word) => others.includes(word) || files.stat(resolveFrom(cwd, word)) !== undefined);
  });
  if (!areThere) return undefined;
  return commands?.map((words) => ({ ...request, argv: [argv[0] ?? '', ...words] }));
}

/**
 * Compiles the sources of one command line one by one, as both drivers do, and answers all at once. Where the answer is
 * not certainly that of the one command, the client runs that; what was compiled until then stays in the store.
 */
export async function compileSeveral(
  requests: readonly Request[],
  conversation: Conversation,
  services: CompileServices,
): Promise<readonly { request: Request; answered: Answered }[]> {
  const done: { request: Request; answered: Answered }[] = [];
  const parts: Step[][] = [];
  for (const request of requests) {
    const part = new PartOfConversation(conversation);
    const answered = await compile(request, part, services);
    done.push({ request, answered });
    if (answered.outcome.kind === 'refused-miss') {
      conversation.finish(part.steps);
      return done;
    }
    if (!isCertain(part.steps)) break;
    parts.push([...part.steps]);
  }
  const steps = parts.length === requests.length ? joined(parts) : undefined;
  conversation.finish(steps ?? [{ step: 'exec' }]);
  const last = done.at(-1);
  if (steps !== undefined || last === undefined) return done;
  const stopwatch = new Stopwatch(services.now, last.request.arrivedMs);
  const outcome = ALSO_OF_ALL.has(last.answered.outcome.kind) ? last.answered.outcome : SEVERAL;
  const left: Answered = { outcome, stored: undefined, compilation: undefined, stopwatch, missed: undefined };
  return [{ request: last.request, answered: left }, ...done.filter(({ answered }) => answered.stored !== undefined)];
}

/** The reason why the client runs the command, where it is not in one source. */
const ALSO_OF_ALL: ReadonlySet<Outcome['kind']> = new Set<Outcome['kind']>([
  'unsupported-compiler',
  'bypassed',
  'abandoned',
]);
const SEVERAL: Outcome = { kind: 'cannot-cache', reason: 'multiple input files' };

/** What a driver itself says, it says once for all sources. */
const DRIVER_MESSAGE =
  /^(?:\x1b\[[0-9;]*[mK])*[^\s:]+: (?:\x1b\[[0-9;]*[mK])*(?:fatal error|error|warning|note|remark): /m;

/** Whether these are the last steps of one compile as the driver would have done it among others. */
function isCertain(steps: readonly Step[]): boolean {
  return steps.every((step) => {
    switch (step.step) {
      case 'place':
        return true;
      case 'print':
        return !DRIVER_MESSAGE.test(fromBuffer(step.stderr));
      case 'exit':
        return step.kind === 'code' && step.value <= 1;
      default:
        return false;
    }
  });
}

/** First all files, then all messages: until the first message the client can still run the command instead. */
function joined(parts: readonly (readonly Step[])[]): readonly Step[] {
  const steps = parts.flat();
  const failed = steps.some((step) => step.step === 'exit' && step.value !== 0);
  return [
    ...steps.filter(({ step }) => step === 'place'),
    ...steps.filter(({ step }) => step === 'print'),
    { step: 'exit', kind: 'code', value: failed ? 1 : 0 },
  ];
}

/** The conversation of one source: its last steps are kept until all have theirs. */
class PartOfConversation implements Conversation {
  steps: readonly Step[] = [];
  readonly #whole: Conversation;

  constructor(whole: Conversation) {
    this.#whole = whole;
  }

  run(step: RunStep): Promise<RanMessage | undefined> {
    return this.#whole.run(step);
  }

  /** Claims are for a client that acts at once. */
  offer(): Promise<boolean> {
    return Promise.resolve(false);
  }

  finish(steps: readonly Step[]): void {
    this.steps = steps;
  }
}
