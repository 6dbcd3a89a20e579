/**
 * The line on which a key stands, from 1; undefined when it cannot be told. Good enough for an error message: the
 * parsers keep no positions behind their values.
 *
 * @param key the way to it, such as `cache`, `disk`, `size`
 */
export function lineOf(key: readonly string[], text: string, format: 'toml' | 'json'): number | undefined {
  return format === 'toml' ? lineInToml(key, text) : lineInJson(key, text);
}

function lineInToml(key: readonly string[], text: string): number | undefined {
  let table: readonly string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[\[?([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) table = words(header);
    const name = /^\s*([\w."'-]+)\s*=/.exec(line)?.[1];
    const here = name === undefined ? table : [...table, ...words(name)];
    if ((header ?? name) !== undefined && here.join('.') === withoutIndexes(key).join('.')) return index + 1;
  }
  // A missing key: where its table begins.
  return key.length > 1 ? lineInToml(key.slice(0, -1), text) : undefined;
}

function words(dotted: string): string[] {
  return dotted.split('.').map((word) => word.trim().replace(/^["']|["']$/g, ''));
}

function withoutIndexes(key: readonly string[]): readonly string[] {
  return key.filter((word) => !/^\d+$/.test(word));
}

function lineInJson(key: readonly string[], text: string): number | undefined {
  let at = 0;
  for (const word of withoutIndexes(key)) {
    const found = text.indexOf(JSON.stringify(word), at);
    if (found < 0) break;
    at = found;
  }
  return text.slice(0, at).split('\n').length;
}
