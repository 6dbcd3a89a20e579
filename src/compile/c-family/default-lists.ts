import type { ByteString } from '../../util/bytes.ts';

/** Lists that clang's sanitizers read when they are there (`addDefaultIgnorelists` in its driver). */
const NAMES = [
  ...['asan', 'hwasan', 'memtag', 'msan', 'tsan', 'cfi', 'ubsan'].map((name) => `${name}_ignorelist.txt`),
  'dfsan_abilist.txt',
];

/** Where the compiler with this command line looks for them, without a word when they are missing. */
export function defaultLists(command: readonly ByteString[]): ByteString[] {
  const option = command.indexOf('-resource-dir');
  return option < 0 ? [] : NAMES.map((name) => `${command[option + 1] ?? ''}/share/${name}`);
}
