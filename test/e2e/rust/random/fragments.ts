import fc from 'fast-check';

/**
 * Lines of a function that gathers a value `v`: each makes the crate depend on something else. `CHILD` is a module below
 * the file's own or a crate below the own one, and a number is put for each `N`.
 */
const FRAGMENTS = [
  'v = v * 31 + N;',
  'v = v * 31 + N;',
  'v += CHILD::value();',
  'v += CHILD::value();',
  'v += include_str!("data.txt").len() as u64;',
  'v += include!("part.in");',
  'v += option_env!("CHOSEN").map_or(7, |text| text.len() as u64);',
  'v += env!("CARGO_PKG_VERSION").len() as u64;',
  'v += cfg!(feature = "extra") as u64;',
  'v += cfg!(special) as u64;',
  'v += option_env!("MADE").map_or(0, |text| text.len() as u64);',
  'v += option_env!("OUT_DIR").map_or(0, |_| 3);',
  'v += line!() as u64 + file!().len() as u64;',
  'v += CHILD::generic::<[u8; N]>();',
  'if cfg!(debug_assertions) { v += 100; }',
  'if v == 12345 { panic!("unlikely {}", N); }',
  'let unused = N;',
  '// a comment',
  'let _: u32 = "an error";',
] as const;

export interface Fragment {
  readonly text: (typeof FRAGMENTS)[number];
  readonly number: number;
  readonly child: number;
}

export function fragments(): fc.Arbitrary<readonly Fragment[]> {
  const fragment = fc.record({
    text: fc.constantFrom(...FRAGMENTS),
    number: fc.integer({ min: 1, max: 4 }),
    child: fc.nat({ max: 1 }),
  });
  return fc.array(fragment, { minLength: 1, maxLength: 4 });
}

/** The file's part that all sources have. */
export function functionsText(parts: readonly Fragment[], children: readonly string[]): string {
  const lines = parts.flatMap(({ text, number, child }) => {
    const name = children[child % children.length];
    if (name === undefined && text.includes('CHILD')) return [];
    return [
      `    ${text
        .replaceAll('CHILD', name ?? '')
        .replaceAll('N;', `${number};`)
        .replace(/\bN\b/g, String(number))}`,
    ];
  });
  return (
    `pub fn value() -> u64 {\n    let mut v = 1u64;\n${lines.join('\n')}\n    v\n}\n` +
    'pub fn generic<T>() -> u64 { std::mem::size_of::<T>() as u64 }\n'
  );
}
