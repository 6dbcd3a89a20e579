import type { ByteString } from '../util/bytes.ts';
import type { ManifestResult } from './manifest.ts';
import type { SearchRoute } from './search-routes.ts';

/**
 * What is known of a result besides its manifest, so that a compile of other bytes can be told to come to the same.
 *
 * The bytes of a list are latin1 fields, each ended by NUL:
 *
 *   equivalents = "equivalents 4" count set*
 *   set = result-key, checkout, fixed, speech, define-count, define*, input-count, { path, digest, numbered, unnumbered, tight }*,
 *         absent-count, path*, directory, source, own-count, path*, quote-count, path*, angle-count, path*, missing-count, path*
 */
export interface EquivalentSet extends Omit<ManifestResult, 'circumstances'> {
  /** Digests of the forms of each of `paths` (the source is the first), '' where only the same bytes will do. */
  readonly numbered: readonly string[];
  readonly unnumbered: readonly string[];
  readonly tight: readonly string[];
  /** The directory that paths are abstracted from (`key/checkout.ts`), '' for none. */
  readonly checkout: ByteString;
  /** The result names that directory, so that it is right nowhere else. */
  readonly fixed: boolean;
  /** The compile's messages, which show the lines that they are about, and may suggest another name than the one in the source. */
  readonly speech: Speech;
  /** The `-D` options that count only where something that was read mentions them, in order. */
  readonly defines: readonly ByteString[];
  /** How it came to its files. */
  readonly route: SearchRoute;
}

export const SPEECH = ['silent', 'speaks', 'suggests'] as const;
export type Speech = (typeof SPEECH)[number];

const MAGIC = 'equivalents 4';

/** Each compile of one source adds one, so the oldest go soon. */
const MOST_SETS = 8;

/** The list with one set more, as its newest. */
export function withSet(sets: readonly EquivalentSet[], added: EquivalentSet): readonly EquivalentSet[] {
  return [added, ...sets.filter(({ resultKey }) => resultKey !== added.resultKey).slice(0, MOST_SETS - 1)];
}

export function encodeEquivalents(sets: readonly EquivalentSet[]): Buffer {
  const fields: string[] = [MAGIC, String(sets.length)];
  const list = (paths: readonly ByteString[]): void => void fields.push(String(paths.length), ...paths);
  for (const set of sets) {
    const { resultKey, checkout, fixed, speech, paths, digests, numbered, unnumbered, tight, absent, defines, route } =
      set;
    fields.push(resultKey, checkout, fixed ? 'fixed' : '', speech);
    list(defines);
    fields.push(String(paths.length));
    paths.forEach((path, index) => {
      fields.push(path, digests[index] ?? '', numbered[index] ?? '', unnumbered[index] ?? '', tight[index] ?? '');
    });
    list(absent);
    fields.push(route.directory, route.source);
    for (const directories of [route.own, route.search.quote, route.search.angle, route.search.missing])
      list(directories);
  }
  return Buffer.from(`${fields.join('\0')}\0`, 'latin1');
}

/** Reads a list; undefined when the bytes are not one of this version. */
export function decodeEquivalents(bytes: Buffer): readonly EquivalentSet[] | undefined {
  const fields = new Fields(bytes.toString('latin1').split('\0'));
  if (fields.next() !== MAGIC) return undefined;
  const sets: EquivalentSet[] = [];
  for (let left = fields.count(); left > 0; left -= 1) {
    const resultKey = fields.next();
    const checkout = fields.next();
    const fixed = fields.next() === 'fixed';
    const spoken = fields.next();
    const speech = SPEECH.find((kind) => kind === spoken);
    const defines = fields.strings();
    const [paths, digests, numbered, unnumbered, tight] = fields.columns(5);
    const absent = fields.strings();
    const route = routeOf(fields);
    if (!paths || !digests || !numbered || !unnumbered || !tight) return undefined;
    if (!fields.whole || speech === undefined || !/^[0-9a-f]{64}$/.test(resultKey)) return undefined;
    sets.push({
      resultKey,
      checkout,
      fixed,
      speech,
      paths,
      digests,
      numbered,
      unnumbered,
      tight,
      absent,
      defines,
      route,
    });
  }
  return fields.ended ? sets : undefined;
}

function routeOf(fields: Fields): SearchRoute {
  const directory = fields.next();
  const source = fields.next();
  const own = fields.strings();
  const search = { quote: fields.strings(), angle: fields.strings(), missing: fields.strings(), frameworks: [] };
  return { directory, source, own, search };
}

/** Reads fields one after another, and remembers when one was missing or no number. */
class Fields {
  readonly #fields: readonly string[];
  #at = 0;
  #whole = true;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  get whole(): boolean {
    return this.#whole;
  }

  /** All were read: what is behind the last NUL is empty. */
  get ended(): boolean {
    return this.#whole && this.#at === this.#fields.length - 1 && this.#fields[this.#at] === '';
  }

  next(): string {
    const field = this.#fields[this.#at];
    this.#at += 1;
    if (field === undefined) this.#whole = false;
    return field ?? '';
  }

  count(): number {
    const text = this.next();
    if (/^\d{1,7}$/.test(text)) return Number(text);
    this.#whole = false;
    return 0;
  }

  /** A counted list. */
  strings(): string[] {
    return this.columns(1)[0] ?? [];
  }

  /** A counted list of groups of fields, one array for all first ones and so on. */
  columns(groupSize: number): string[][] {
    const columns = Array.from({ length: groupSize }, (): string[] => []);
    for (let left = this.count(); left > 0 && this.#whole; left -= 1) {
      for (const column of columns) column.push(this.next());
    }
    return columns;
  }
}
