import { decodeKeyText, encodeKeyText, keyTextName } from '../key/key-texts.ts';
import { SectionHash } from '../key/section-hash.ts';
import { type KeyText, parseSections } from '../key/sections.ts';
import type { Storage } from '../storage/storage.ts';
import { type ByteString, toBuffer } from '../util/bytes.ts';
import { baseName, resolveFrom } from '../util/path.ts';
import type { Compilation } from './compilation.ts';
import { NOWHERE } from './outputs.ts';
import type { Request } from './request.ts';

/** An earlier compile, as far as a later one can be compared with it. */
export interface EarlierCompile {
  /** See `outputOf`. */
  readonly output: ByteString;
  readonly key: KeyText;
}

/** The last manifest keys of one output, newest first. */
interface OutputHistory {
  readonly output: ByteString;
  readonly manifestKeys: readonly string[];
}

/** Debug and release in turn, say; one more branch or two. */
const MOST_KEYS = 4;
/** Compiles that are not written down yet, some 3 KB each. */
const MOST_UNSAVED = 4_000;
/** Hits are written down when there was none for so long: never while somebody builds. */
const QUIET_MS = 2_000;

/**
 * Remembers with which keys outputs were compiled, so that the next miss can say what differs. It lies in the local cache
 * beside the manifests, under digests of what is in brackets, as sections like those under a key (`key/sections.ts`):
 *
 *   [manifest key]                        the key's sections (`key/key-texts.ts`)
 *   [output], [source digest, its name]   "history" = "1", "output" = path, "keys" = { manifest key }
 */
export class CompileHistory {
  readonly #storage: Pick<Storage, 'getManifest' | 'putManifest'>;
  readonly #unsaved = new Map<ByteString, Compilation>();
  #saving: NodeJS.Timeout | undefined;

  constructor(storage: Pick<Storage, 'getManifest' | 'putManifest'>) {
    this.#storage = storage;
  }

  /** The last compiles of the same output, or where there is none of the same source elsewhere; newest first. */
  async before(request: Request, compilation: Compilation): Promise<readonly EarlierCompile[]> {
    const output = outputOf(request, compilation);
    const unsaved = this.#unsaved.get(output);
    const saved = await this.#compiles(await this.#read(outputName(output)));
    if (unsaved) return [{ output, key: unsaved.keyText }, ...saved];
    if (saved.length > 0) return saved;
    const elsewhere = sourceName(output, compilation);
    return this.#compiles(elsewhere === undefined ? undefined : await this.#read(elsewhere));
  }

  /** Keeps a compile in mind. That costs it nothing: what is to be written waits for a pause. */
  note(request: Request, compilation: Compilation): void {
    if (this.#unsaved.size >= MOST_UNSAVED) this.#unsaved.clear();
    this.#unsaved.set(outputOf(request, compilation), compilation);
    if (this.#saving) this.#saving.refresh();
    else this.#saving = setTimeout(() => void this.flush(), QUIET_MS).unref();
  }

  /** Writes down at once what was noted. */
  async save(request: Request, compilation: Compilation): Promise<void> {
    const output = outputOf(request, compilation);
    await this.#save(output, compilation);
    if (this.#unsaved.get(output) === compilation) this.#unsaved.delete(output);
  }

  /** Writes down what was noted and waits for a pause. */
  async flush(): Promise<void> {
    for (const [output, compilation] of this.#unsaved) {
      this.#unsaved.delete(output);
      await this.#save(output, compilation);
    }
  }

  async #save(output: ByteString, compilation: Compilation): Promise<void> {
    const { manifestKey, keyText } = compilation;
    if (!(await this.#add(outputName(output), output, manifestKey))) return;
    const name = keyTextName(manifestKey);
    const known = await this.#storage.getManifest(name);
    if (!known.ok || known.value === undefined) await this.#storage.putManifest(name, encodeKeyText(keyText));
    const elsewhere = sourceName(output, compilation);
    if (elsewhere !== undefined) await this.#add(elsewhere, output, manifestKey);
  }

  /** False when that key was the last one already. */
  async #add(name: string, output: ByteString, manifestKey: string): Promise<boolean> {
    const known = (await this.#read(name))?.manifestKeys ?? [];
    if (known[0] === manifestKey) return false;
    const others = known.filter((key) => key !== manifestKey);
    const history = { output, manifestKeys: [manifestKey, ...others.slice(0, MOST_KEYS - 1)] };
    await this.#storage.putManifest(name, encodeHistory(history));
    return true;
  }

  async #read(name: string): Promise<OutputHistory | undefined> {
    const read = await this.#storage.getManifest(name);
    return read.ok && read.value ? decodeHistory(read.value.toString('latin1')) : undefined;
  }

  async #compiles(history: OutputHistory | undefined): Promise<readonly EarlierCompile[]> {
    const compiles: EarlierCompile[] = [];
    for (const manifestKey of new Set(history?.manifestKeys)) {
      const read = await this.#storage.getManifest(keyTextName(manifestKey));
      const key = read.ok && read.value ? decodeKeyText(read.value) : undefined;
      if (history && key) compiles.push({ output: history.output, key });
    }
    return compiles;
  }
}

/** The file that a compile is remembered by, absolute. What throws its output away is remembered by its source. */
export function outputOf(request: Request, { writes: [written = NOWHERE], source }: Compilation): ByteString {
  return resolveFrom(request.cwd, written === NOWHERE ? source : written);
}

function outputName(output: ByteString): string {
  return new SectionHash().add('history of output', output).digest();
}

/** In another directory, the same source with an output of the same name is the nearest that there is. */
function sourceName(output: ByteString, { keyText }: Compilation): string | undefined {
  const source = parseSections(keyText)?.find(({ name }) => name === 'source')?.values[0];
  return source && new SectionHash().add('history of source', source).add('output name', baseName(output)).digest();
}

function encodeHistory({ output, manifestKeys }: OutputHistory): Buffer {
  return bytesOf(new SectionHash().add('history', '1').add('output', output).addAll('keys', manifestKeys));
}

function decodeHistory(text: ByteString): OutputHistory | undefined {
  const [head, output, keys] = parseSections({ text, labels: [] }) ?? [];
  if (head?.name !== 'history' || head.values[0] !== '1' || output?.name !== 'output' || keys?.name !== 'keys') return;
  return { output: output.values[0] ?? '', manifestKeys: keys.values };
}

function bytesOf(sections: SectionHash): Buffer {
  return toBuffer(sections.text.text);
}
