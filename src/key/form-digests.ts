import { hash } from 'node:crypto';
import type { SourceFiles } from '../system/source-files.ts';
import { type ByteString, fromBuffer } from '../util/bytes.ts';
import { type LastLine, type Layout, sourceForm } from './source-form.ts';

/** Digests of a file's forms (64 hexadecimal digits each), '' where the text has none. */
export interface FormDigests {
  readonly numbered: string;
  readonly unnumbered: string;
  readonly tight: string;
}

const NONE: FormDigests = { numbered: '', unnumbered: '', tight: '' };

/** Some 300 bytes each. */
const MOST_FORMS = 20_000;

/** The forms of files by content, each computed once. Owned by one worker. */
export class FormsByContent {
  readonly #files: SourceFiles;
  readonly #known = new Map<string, FormDigests>();

  constructor(files: SourceFiles) {
    this.#files = files;
  }

  /** The forms of an absolute path, which must still have the contents of that digest. */
  of(path: ByteString, digest: string, layout: Layout, last: LastLine): FormDigests {
    const id = `${layout} ${last} ${digest}`;
    const known = this.#known.get(id);
    if (known) return known;
    const contents = this.#files.read(path);
    if (contents === undefined || hash('sha256', contents.bytes, 'hex') !== digest) return NONE;
    const form = sourceForm(fromBuffer(contents.bytes), layout, last);
    const digests = form
      ? { numbered: digestOf(form.numbered), unnumbered: digestOf(form.unnumbered), tight: digestOf(form.tight) }
      : NONE;
    if (this.#known.size >= MOST_FORMS) this.#known.clear();
    this.#known.set(id, digests);
    return digests;
  }
}

function digestOf(form: string): string {
  return hash('sha256', Buffer.from(form, 'latin1'), 'hex');
}
