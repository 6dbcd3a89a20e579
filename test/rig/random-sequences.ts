import fc from 'fast-check';

/** One compile of a sequence, as it went. */
export interface PlayedStep {
  readonly command: string;
  /** Exit code, messages and tree: what must not depend on the cache. */
  readonly report: readonly string[];
  /** What sccache counted; '' for the bare compiler. */
  readonly outcome: string;
}

/** Shrinking a sequence is worth this much. */
const SHRINKING_MS = 90_000;
/** What the last sequence may take beyond the time that was asked for, on a machine that others keep busy. */
const LAST_SEQUENCE_MS = 240_000;

/** For how long sequences are played, and from which seed on. */
export interface RandomPlan {
  readonly seconds: number;
  readonly firstSeed: number;
  /** Of the test, in milliseconds. */
  readonly timeout: number;
}

/**
 * `SCCACHE_RANDOM_SECONDS` is how long, `SCCACHE_RANDOM_SEED` the first sequence's seed (1; `clock` for another one
 * each time). A sequence depends on its own seed alone: `SCCACHE_RANDOM_SECONDS=0` plays just the first.
 */
export function randomPlan(defaultSeconds: number): RandomPlan {
  const seconds = Number(process.env['SCCACHE_RANDOM_SECONDS'] ?? defaultSeconds);
  const seed = process.env['SCCACHE_RANDOM_SEED'] ?? '1';
  return {
    seconds,
    firstSeed: seed === 'clock' ? Date.now() % 1_000_000_000 : Number(seed),
    timeout: seconds * 1000 + SHRINKING_MS + LAST_SEQUENCE_MS,
  };
}

/**
 * Gives one sequence after the other to `compare`, which throws where something differs; that is then shrunk and shown.
 *
 * @param compare gets a number that each call has alone
 * @returns how many sequences there were
 */
export async function playRandomly<Sequence>(
  { seconds, firstSeed }: RandomPlan,
  sequences: fc.Arbitrary<Sequence>,
  compare: (sequence: Sequence, run: string) => Promise<void>,
): Promise<number> {
  let runs = 0;
  let shrinkUntil = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(sequences, async (sequence) => {
    // A limit of fast-check's own would take a slow first run for a failure.
    if (performance.now() > shrinkUntil) return;
    runs += 1;
    try {
      await compare(sequence, String(runs));
    } catch (error) {
      shrinkUntil = Math.min(shrinkUntil, performance.now() + SHRINKING_MS);
      throw error;
    }
  });
  const until = performance.now() + seconds * 1000;
  let seed = firstSeed;
  do {
    const checked = await fc.check(property, { seed, numRuns: 1 });
    if (checked.failed) throw new Error(describeFailure(seed, checked));
    seed += 1;
  } while (performance.now() < until);
  return seed - firstSeed;
}

/** Throws what is different in the first step that differs. */
export function requireSame(cache: string, bare: readonly PlayedStep[], cached: readonly PlayedStep[]): void {
  for (const [index, expected] of bare.entries()) {
    const actual = cached[index]?.report ?? [];
    const missing = expected.report.filter((line) => !actual.includes(line));
    const added = actual.filter((line) => !expected.report.includes(line));
    if (expected.report.join('\n') === actual.join('\n')) continue;
    const difference = [...missing.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)].join('\n');
    throw new Error(`${cache}, step ${index} (${cached[index]?.outcome})\n$ ${expected.command}\n${difference}`);
  }
}

/** The lines of a stream, for a report. */
export function reportLines(stream: string, bytes: Buffer): string[] {
  return bytes.length === 0
    ? []
    : bytes
        .toString('latin1')
        .split('\n')
        .map((line) => `${stream}: ${JSON.stringify(line)}`);
}

function describeFailure<Sequence>(seed: number, failed: fc.RunDetails<[Sequence]>): string {
  const { errorInstance, counterexample, numShrinks } = failed;
  return [
    `again with SCCACHE_RANDOM_SEED=${seed} SCCACHE_RANDOM_SECONDS=0; after ${numShrinks} shrinks:`,
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    JSON.stringify(counterexample?.[0], undefined, 1),
  ].join('\n');
}
