import fc from 'fast-check';

/** How sources are compiled; `PWD` in options and values stands for the directory's absolute path. */
export interface Configuration {
  readonly compiler: 'gcc' | 'clang';
  readonly options: readonly (readonly string[])[];
  readonly output: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Lists in which every header is found, and what may stand before, behind or instead of them. */
const SEARCHES = [
  ['-Iinc1', '-Iinc2'],
  ['-I', 'gen', '-Iinc2', '-Iinc1'],
  ['-Ilink', '-Iinc1', '-Iinc2', '-Igen'],
  ['-iquote', 'gen', '-isystem', 'inc1', '-Iinc2'],
  ['-Ilink', '-isystem', 'inc1', '-idirafter', 'inc2'],
  ['-I../w/inc2', '-IPWD/inc1'],
  ['-I.', '-isystem', 'gen', '-iquote', 'inc2', '-Iinc1', '-Iinc2'],
] as const;
const MORE_SEARCH = [
  ['-Isrc'],
  ['-I.'],
  ['-Iinc1'],
  ['-isystem', 'inc2'],
  ['-include', 'h0.h'],
  ['-include', 'inc1/h1.h'],
  ['-imacros', 'h1.h'],
  ['@options'],
] as const;

const OTHER = [
  ['-DN=1'],
  ['-DN=2'],
  ['-DUNUSED_MACRO'],
  ['-UN'],
  ['-O1'],
  ['-O2'],
  ['-g'],
  ['-g1'],
  ['-g', '-gsplit-dwarf'],
  ['-g', '-ffile-prefix-map=PWD=.'],
  ['-g', '-fdebug-prefix-map=PWD=/x'],
  ['-fmacro-prefix-map=inc1=/y'],
  ['-Wall', '-Wextra'],
  ['-Werror'],
  ['-w'],
  ['-Wsystem-headers'],
  ['-Wmissing-include-dirs'],
  ['-Winvalid-pch'],
  ['-pedantic'],
  ['-fdiagnostics-color=always'],
  ['-H'],
  ['--coverage', '-frandom-seed=1'],
  ['-fprofile-arcs', '-frandom-seed=1'],
  ['-fstack-usage'],
  ['-frecord-gcc-switches'],
  ['-fverbose-asm'],
  ['-march=native'],
  ['-fsyntax-only'],
  ['-std=gnu11'],
  ['-trigraphs'],
  ['-flto', '-frandom-seed=1'],
  ['-MD'],
  ['-MMD'],
  ['-MD', '-MP'],
  ['-MMD', '-MF', 'build/dep'],
  ['-MD', '-MT', 'target', '-MQ', 'a$b'],
  ['-Wp,-MD,build/wp.d'],
] as const;

/** A missing directory and names that are something else already are among them: the compiler's answer counts. */
const OUTPUTS = [['-o', 'build/x.o'], ['-o', 'src/y.o'], [], ['-o', 'z'], ['-o', 'PWD/build/x.o']] as const;

const VARIABLES: readonly Readonly<Record<string, string>>[] = [
  { CPATH: 'inc2' },
  { CPATH: 'gen:' },
  { C_INCLUDE_PATH: 'inc1', CPLUS_INCLUDE_PATH: 'inc2' },
  { SOURCE_DATE_EPOCH: '0' },
  { SOURCE_DATE_EPOCH: '86400' },
  { LC_ALL: 'C' },
  { LC_ALL: 'C.UTF-8' },
  { GCC_COLORS: 'error=01' },
  { TERM: 'xterm' },
  { PWD: 'PWD' },
  { PWD: 'LINK' },
  { SUNPRO_DEPENDENCIES: 'build/sunpro' },
  { DEPENDENCIES_OUTPUT: 'build/dependencies target' },
  { UNRELATED: '1' },
];

export function configurations(): fc.Arbitrary<Configuration> {
  return fc.record({
    compiler: fc.constantFrom('gcc' as const, 'clang' as const),
    options: fc
      .tuple(
        fc.constantFrom(...SEARCHES),
        fc.subarray([...MORE_SEARCH], { maxLength: 1 }),
        fc.subarray([...OTHER], { maxLength: 2 }),
      )
      .map(([search, more, other]) => [...other, search, ...more]),
    output: fc.oneof(fc.constant(OUTPUTS[0]), fc.constantFrom(...OUTPUTS)),
    environment: fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constantFrom(...VARIABLES) },
    ),
  });
}

/** The compiler's command line for one source, seen from the directory it is run in. */
export function commandLine(configuration: Configuration, source: string, directory: string): string[] {
  const compiler = source.endsWith('.c')
    ? configuration.compiler
    : { gcc: 'g++', clang: 'clang++' }[configuration.compiler];
  const mode = configuration.options.some(([option]) => option === '-fsyntax-only') ? [] : ['-c'];
  const words = [compiler, ...configuration.options.flat(), ...mode, source, ...configuration.output];
  return words.map((word) => word.replaceAll('PWD', directory));
}

/** The variables of one compile. `link` is another name of the directory. */
export function variables(configuration: Configuration, directory: string, link: string): Record<string, string> {
  const entries = Object.entries(configuration.environment);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value === 'PWD' ? directory : value === 'LINK' ? link : value]),
  );
}
