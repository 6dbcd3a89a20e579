import type { ByteString } from '../util/bytes.ts';
import { isIn } from '../util/path.ts';

/**
 * Directories whose names say nothing about a result: where the checkout is, where the build puts its files, where the compiler
 * was started. In that order they are taken where two of them are the same.
 */
export const PLACE_NAMES = ['checkout', 'build', 'directory'] as const;
/** Of `build` also the name that a remapping gives it: a result may have that one instead. */
export const RECORDED_BUILD = 'recorded build' as const;
export type PlaceName = (typeof PLACE_NAMES)[number] | typeof RECORDED_BUILD;

/** Each place's mark, which stands for its directory in a path. No path that a compiler is given begins so. */
const MARKS: Readonly<Partial<Record<PlaceName, string>>> = { checkout: '\x01', build: '\x02', directory: '\x03' };

/** Whether a path of a compile looks like one whose place was taken out. */
export function isMarked(path: ByteString): boolean {
  return /^[\x01-\x03]/.test(path);
}

/** A path with its mark, for people: `<build>/deps/liba.rlib`. */
export function markedText(path: ByteString): string {
  return path.replace(/[\x01-\x03]/g, (mark) => `<${PLACE_NAMES[mark.charCodeAt(0) - 1] ?? ''}>`);
}

interface Place {
  readonly name: PlaceName;
  readonly directory: ByteString;
}

/** The places of one compile: takes their names out of paths, and puts them in again somewhere else. */
export class Places {
  /** The longest first, so that a path loses as much as it can. */
  readonly #places: readonly Place[];
  /** The same for the same directories. */
  readonly identity: string;

  /**
   * @param directories absolute (but for what a remapping makes of one), without a slash at the end; a place that is undefined
   *   has no directory of its own
   */
  constructor(directories: Readonly<Partial<Record<PlaceName, ByteString | undefined>>>) {
    const named = ([...PLACE_NAMES, RECORDED_BUILD] as const).flatMap((name): Place[] => {
      const directory = directories[name];
      return directory === undefined || directory.length < 2 ? [] : [{ name, directory }];
    });
    this.#places = named.sort((one, other) => other.directory.length - one.directory.length);
    this.identity = this.#places.map(({ name, directory }) => `${name}=${directory}`).join('\0');
  }

  get none(): boolean {
    return this.#places.length === 0;
  }

  directoryOf(name: ByteString): ByteString | undefined {
    return this.#places.find((place) => place.name === name)?.directory;
  }

  /** A path without the name of the place that it is in. */
  abstract(path: ByteString): ByteString {
    const place = this.#places.find(({ name, directory }) => MARKS[name] !== undefined && isIn(path, directory));
    return place ? `${MARKS[place.name]}${path.slice(place.directory.length)}` : path;
  }

  /** The path of that name here; undefined where the place has no directory here. */
  concrete(path: ByteString): ByteString | undefined {
    if (!isMarked(path)) return path;
    const directory = this.directoryOf(PLACE_NAMES[path.charCodeAt(0) - 1] ?? '');
    return directory === undefined ? undefined : directory + path.slice(1);
  }

  /** The places that the bytes name. */
  namedBy(bytes: readonly Buffer[]): readonly PlaceName[] {
    return this.#places
      .filter(({ directory }) => bytes.some((one) => one.includes(directory, 0, 'latin1')))
      .map(({ name }) => name);
  }
}

/** For compiles whose results tell paths as they are. */
export const NO_PLACES = new Places({});
