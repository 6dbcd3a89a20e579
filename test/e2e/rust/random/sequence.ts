import fc from 'fast-check';
import { type Fragment, fragments } from './fragments.ts';

export const CRATES = ['low', 'middle', 'app'] as const;
export const FILES = ['root', 'one', 'two'] as const;
type CrateName = (typeof CRATES)[number];

/** A change between two commands. What is not there to be changed is left alone, so any part of a sequence is one too. */
export type Edit =
  | { readonly kind: 'nothing' | 'clean' | 'move-all' | 'restart' }
  | {
      readonly kind: 'source';
      readonly crate: CrateName;
      readonly file: (typeof FILES)[number];
      readonly parts: readonly Fragment[];
    }
  /** Back to what the file was before its last change. */
  | { readonly kind: 'back' | 'touch' | 'delete'; readonly crate: CrateName; readonly file: (typeof FILES)[number] }
  /** `one.rs` becomes `one/mod.rs`, or the other way round. */
  | { readonly kind: 'move-module'; readonly crate: CrateName; readonly file: 'one' | 'two' }
  | { readonly kind: 'included'; readonly crate: CrateName; readonly name: string; readonly text: string }
  | { readonly kind: 'manifest'; readonly crate: CrateName; readonly lines: string }
  | { readonly kind: 'script'; readonly crate: CrateName; readonly lines: string | undefined }
  | { readonly kind: 'profile'; readonly lines: string };

export interface Step {
  readonly edit: Edit;
  readonly command: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface Sequence {
  readonly sources: readonly Edit[];
  readonly steps: readonly Step[];
}

/** Mostly those that compile little. With `--keep-going` it does not matter which crate comes before one that fails. */
const COMMANDS = [
  'check --keep-going',
  'check --keep-going',
  'check --keep-going',
  'build --keep-going',
  'build --keep-going',
  'run --keep-going',
  'build --keep-going --release',
  'test --no-fail-fast --no-run',
  'clippy --keep-going',
  'check --keep-going -p middle',
  'build --keep-going -p low --features extra',
  'check --keep-going --all-targets',
] as const;

const VARIABLES: readonly Readonly<Record<string, string>>[] = [
  { CHOSEN: 'a' },
  { CHOSEN: '' },
  { CHOSEN: 'bcd' },
  { RUSTFLAGS: '--cfg special' },
  { RUSTFLAGS: '-C debuginfo=1' },
  { RUSTFLAGS: '-D warnings' },
  { RUSTFLAGS: '--remap-path-prefix=/=/elsewhere/' },
  { CARGO_PROFILE_DEV_OPT_LEVEL: '1' },
  { CARGO_PROFILE_DEV_PANIC: 'abort' },
  { CARGO_PROFILE_DEV_SPLIT_DEBUGINFO: 'unpacked' },
  { CARGO_TARGET_DIR: 'elsewhere' },
  { CARGO_BUILD_TARGET: 'x86_64-unknown-linux-gnu' },
  { RUSTC_BOOTSTRAP: '1' },
  { UNRELATED: '1' },
];

const SCRIPT_LINES = [
  'println!("cargo:rustc-cfg=special");',
  'println!("cargo:rustc-env=MADE=one");',
  'println!("cargo:rustc-env=MADE=three"); println!("cargo:rerun-if-changed=src/data.txt");',
  'println!("cargo:warning=said");',
];

const MANIFEST_LINES = ['', 'version = "0.2.0"', 'description = "other"', 'edition = "2018"'];
const PROFILES = ['', '[profile.dev]\ndebug = 0', '[profile.dev]\nstrip = true', '[profile.dev]\ncodegen-units = 1'];

function edits(): fc.Arbitrary<Edit> {
  const crate = fc.constantFrom(...CRATES);
  const file = fc.constantFrom(...FILES);
  const kind = <Kind extends Edit['kind']>(one: Kind) => fc.constant(one);
  return fc.oneof<{ weight: number; arbitrary: fc.Arbitrary<Edit> }[]>(
    { weight: 3, arbitrary: fc.record({ kind: kind('nothing') }) },
    { weight: 3, arbitrary: fc.record({ kind: kind('clean') }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('move-all') }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('restart') }) },
    { weight: 6, arbitrary: fc.record({ kind: kind('source'), crate, file, parts: fragments() }) },
    { weight: 4, arbitrary: fc.record({ kind: kind('back'), crate, file }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('touch'), crate, file }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('delete'), crate, file }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: kind('move-module'), crate, file: fc.constantFrom('one' as const, 'two' as const) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: kind('included'),
        crate,
        name: fc.constantFrom('data.txt', 'part.in'),
        text: fc.constantFrom('1', '22', '3 + 4'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: kind('manifest'), crate, lines: fc.constantFrom(...MANIFEST_LINES) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: kind('script'), crate, lines: fc.constantFrom(undefined, ...SCRIPT_LINES) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: kind('profile'), lines: fc.constantFrom(...PROFILES) }) },
  );
}

export function sequences(): fc.Arbitrary<Sequence> {
  const source = fc.record({
    kind: fc.constant('source' as const),
    crate: fc.constantFrom(...CRATES),
    file: fc.constantFrom(...FILES),
    parts: fragments(),
  });
  const step = fc.record({
    edit: edits(),
    command: fc.constantFrom(...COMMANDS),
    variables: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constantFrom(...VARIABLES) },
    ),
  });
  return fc.record({
    sources: fc.array(source, { maxLength: 4, size: 'max' }),
    steps: fc.array(step, { minLength: 1, maxLength: 5, size: 'max' }),
  });
}
