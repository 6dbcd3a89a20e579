import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import type { Request } from '../../request.ts';
import type { Known, KnownPrograms } from './known-programs.ts';
import { readScript, type ScriptReading, scriptSettings } from './wrapper-script.ts';

/** What decides how one request's script calls the compiler: nothing for a program that is no script. */
export interface Wrapping {
  readonly files: readonly ByteString[];
  readonly absent: readonly ByteString[];
  /** Variables with their values, and the directory where it counts. */
  readonly settings: readonly ByteString[];
  /** Under what it is remembered what such a script does. */
  readonly id: string;
}

export const NO_WRAPPING: Wrapping = { files: [], absent: [], settings: [], id: '' };

interface Remembered extends Known<ScriptReading | 'none' | 'obscure'> {
  readonly settings: string;
}

/** (script, directory) pairs in memory. */
const MOST_READINGS = 5_000;

/** Reads scripts around compilers once, and from then on only when one of their files or variables changes. */
export class WrapperScripts {
  readonly #files: SourceFiles;
  readonly #programs: KnownPrograms;
  readonly #readings = new Map<string, Remembered>();
  /** What a script itself writes, such as a log of its calls: nothing that it goes by. */
  readonly #written = new Set<ByteString>();

  constructor(files: SourceFiles, programs: KnownPrograms) {
    this.#files = files;
    this.#programs = programs;
  }

  /** How the program is wrapped; `obscure` when that cannot be told. */
  wrapping(program: ByteString, request: Request): Wrapping | 'obscure' {
    const reading = this.#reading(program, request);
    if (reading === 'none') return NO_WRAPPING;
    if (reading === 'obscure') return reading;
    const settings = scriptSettings(reading.words, request);
    const isRead = (path: ByteString): boolean => !this.#written.has(path);
    return {
      files: reading.files.filter(isRead),
      absent: reading.absent.filter(isRead),
      settings,
      id: ['', request.cwd, ...settings].join('\0'),
    };
  }

  /** Called when a script has run: whatever of its files changed meanwhile, it has written. */
  noteWritten(program: ByteString, request: Request): void {
    const known = this.#readings.get(readingId(program, request));
    if (known === undefined || known.absent.length === 0 || this.#programs.unchanged(known)) return;
    const now = new Map(
      this.#programs.digests(known.programs.map(({ path }) => path)).map((one) => [one.path, one.digest]),
    );
    for (const { path, digest } of known.programs) if (now.get(path) !== digest) this.#written.add(path);
    for (const path of known.absent) if (this.#files.stat(path)?.kind === 'file') this.#written.add(path);
  }

  #reading(program: ByteString, request: Request): ScriptReading | 'none' | 'obscure' {
    const id = readingId(program, request);
    const known = this.#readings.get(program) ?? this.#readings.get(id);
    if (known && known.settings === settingsOf(known.facts, request) && this.#programs.unchanged(known)) {
      return known.facts;
    }
    const facts = readScript(program, request, this.#files);
    const { files, absent } = typeof facts === 'object' ? facts : { files: [program], absent: [] };
    if (this.#readings.size >= MOST_READINGS) this.#readings.clear();
    const programs = this.#programs.digests(files);
    // What is no script is none in any directory.
    this.#readings.delete(program);
    const key = typeof facts === 'object' ? id : program;
    this.#readings.set(key, { programs, listings: [], absent, facts, settings: settingsOf(facts, request) });
    return facts;
  }
}

function readingId(program: ByteString, request: Request): string {
  return `${program}\0${request.cwd}`;
}

function settingsOf(facts: ScriptReading | 'none' | 'obscure', request: Request): string {
  return typeof facts === 'object' ? scriptSettings(facts.words, request).join('\0') : '';
}
