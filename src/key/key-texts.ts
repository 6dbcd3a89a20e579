import { fromBuffer, toBuffer } from '../util/bytes.ts';
import { SectionHash } from './section-hash.ts';
import { type KeyText, parseSections } from './sections.ts';

/*
 * What is under a key is kept beside the manifests, for those who compare it later:
 *
 *   [manifest key]   "key text" = "1", "text" = the key's sections, "labels" = { index ":" label }
 */

/** The name under which the text of a key lies. */
export function keyTextName(manifestKey: string): string {
  return new SectionHash().add('text of key', manifestKey).digest();
}

/** The bytes under which a key's text is stored. */
export function encodeKeyText({ text, labels }: KeyText): Buffer {
  const named = labels.map(({ index, label }) => `${index}:${label}`);
  return toBuffer(new SectionHash().add('key text', '1').add('text', text).addAll('labels', named).text.text);
}

/** A key's text; undefined when the bytes are none. */
export function decodeKeyText(bytes: Buffer): KeyText | undefined {
  const [head, text, labels] = parseSections({ text: fromBuffer(bytes), labels: [] }) ?? [];
  if (head?.name !== 'key text' || head.values[0] !== '1' || text?.name !== 'text' || labels?.name !== 'labels') return;
  const named = labels.values.map((value) => {
    const colon = value.indexOf(':');
    return { index: Number(value.slice(0, colon)), label: value.slice(colon + 1) };
  });
  return { text: text.values[0] ?? '', labels: named };
}
