import { type OptionRow, optionTable } from '../option-table.ts';

/** What an option of rustc means to the cache. */
export type RustAction =
  /** Decides bytes or messages: part of the key as it stands. */
  | 'key'
  | 'key-flag'
  | 'emit'
  | 'crate-name'
  | 'crate-type'
  | 'test'
  | 'out-dir'
  | 'output'
  | 'extern'
  | 'search'
  | 'native-library'
  | 'codegen'
  | 'unstable'
  | 'target'
  | 'sysroot'
  | 'remap'
  | '--error-format'
  | '--json'
  | '--color'
  | '--diagnostic-width'
  | 'print'
  /** `--env-set NAME=VALUE`. */
  | 'environment'
  /** `--cfg`. */
  | 'cfg'
  /** A lint; `help` lists them. */
  | 'lint'
  /** Prints something and compiles nothing. */
  | 'no-compilation'
  | 'refuse';

function rows(action: RustAction, kind: OptionRow<RustAction>['kind'], flags: string): OptionRow<RustAction>[] {
  return flags
    .split(' ')
    .map((flag) => ({ flag, kind, action, ...(kind === 'either' && flag.startsWith('--') && { delimiter: '=' }) }));
}

/**
 * All options of rustc 1.95 (`rustc --help -v`; rustc_session `config.rs`, `rustc_optgroups`), the hidden ones too. A long
 * option's value stands behind `=` or is the next argument, a short one's follows directly or is the next argument.
 */
export const RUSTC_OPTIONS = optionTable<RustAction>([
  ...rows('emit', 'either', '--emit'),
  ...rows('crate-name', 'either', '--crate-name'),
  ...rows('crate-type', 'either', '--crate-type'),
  ...rows('test', 'flag', '--test'),
  ...rows('out-dir', 'either', '--out-dir'),
  ...rows('output', 'either', '-o'),
  ...rows('extern', 'either', '--extern'),
  ...rows('search', 'either', '-L'),
  ...rows('native-library', 'either', '-l'),
  ...rows('codegen', 'either', '-C --codegen'),
  ...rows('unstable', 'either', '-Z'),
  ...rows('target', 'either', '--target'),
  ...rows('sysroot', 'either', '--sysroot'),
  ...rows('--error-format', 'either', '--error-format'),
  ...rows('--json', 'either', '--json'),
  ...rows('cfg', 'either', '--cfg'),
  ...rows('key', 'either', '--check-cfg --edition --cap-lints --remap-path-scope'),
  ...rows('remap', 'either', '--remap-path-prefix'),
  ...rows('--color', 'either', '--color'),
  ...rows('--diagnostic-width', 'either', '--diagnostic-width'),
  ...rows('lint', 'either', '-A -W -D -F --allow --warn --deny --forbid --force-warn'),
  ...rows('key-flag', 'flag', '-g -O -v --verbose'),
  ...rows('print', 'either', '--print'),
  ...rows('environment', 'either', '--env-set'),
  ...rows('no-compilation', 'either', '--explain'),
  ...rows('no-compilation', 'flag', '-h --help -V --version -vV -Vv'),
  ...rows('refuse', 'either', '--unpretty --pretty'),
  ...rows('refuse', 'flag', '-'),
]);

/** What a `-C` or a `-Z` option means, beside being part of the key. */
export type NamedAction =
  | 'extra-filename'
  | 'split-debuginfo'
  | 'linker'
  | 'linker-flavor'
  | 'link-arg'
  | 'link-args'
  | 'linker-plugin-lto'
  | 'input-file'
  /** Several, separated by commas. */
  | 'input-files'
  | 'lto'
  /** `native` is what this machine has. */
  | 'processor'
  | 'codegen-units'
  | 'llvm-args'
  | 'save-temps'
  | 'rpath'
  /** Its state lies in a directory of its own, which one compile leaves for the next. */
  | 'incremental'
  /** A name, or the path of a library. */
  | 'codegen-backend'
  | 'refuse'
  /** Prints something and compiles nothing. */
  | 'no-compilation';

/** `-C` options of which something is to be known. Those that are not here are part of the key as they stand. */
export const CODEGEN_OPTIONS: ReadonlyMap<string, NamedAction> = new Map([
  ['extra-filename', 'extra-filename'],
  ['split-debuginfo', 'split-debuginfo'],
  ['linker', 'linker'],
  ['linker-flavor', 'linker-flavor'],
  ['link-arg', 'link-arg'],
  ['link-args', 'link-args'],
  ['linker-plugin-lto', 'linker-plugin-lto'],
  ['profile-use', 'input-file'],
  ['lto', 'lto'],
  ['target-cpu', 'processor'],
  ['codegen-units', 'codegen-units'],
  ['llvm-args', 'llvm-args'],
  ['save-temps', 'save-temps'],
  ['rpath', 'rpath'],
  ['incremental', 'incremental'],
  ['help', 'no-compilation'],
]);

/** `-Z` options of which something is to be known. */
export const UNSTABLE_OPTIONS: ReadonlyMap<string, NamedAction> = new Map([
  ['tune-cpu', 'processor'],
  ['pre-link-arg', 'link-arg'],
  ['pre-link-args', 'link-args'],
  ['profile-sample-use', 'input-file'],
  ['sanitizer-dataflow-abilist', 'input-files'],
  ['codegen-backend', 'codegen-backend'],
  ['ls', 'no-compilation'],
  ['help', 'no-compilation'],
]);

/**
 * `-Z` options (nightly 1.97) that leave no other files behind, read none and tell no times; any other is a reason not to
 * cache.
 */
export const UNSTABLE_KEPT: ReadonlySet<string> = new Set(
  (
    'allow-features allow-partial-mitigations always-encode-mir annotate-moves assume-incomplete-release ' +
    'assumptions-on-binders binary-dep-depinfo box-noalias branch-protection cache-proc-macros cf-protection ' +
    'check-cfg-all-expected codegen-source-order combine-cgu contract-checks coverage-options crate-attr ' +
    'cross-crate-inline-threshold debug-info-for-profiling debug-info-type-line-numbers debuginfo-compression ' +
    'deduplicate-diagnostics default-visibility deny-partial-mitigations direct-access-external-data ' +
    'disable-fast-paths dual-proc-macros dwarf-version dylib-lto eagerly-emit-delayed-bugs ehcont-guard ' +
    'embed-metadata embed-source emit-stack-sizes emit-thin-lto emscripten-wasm-eh enforce-type-length-limit ' +
    'experimental-default-bounds export-executable-symbols external-clangrt extra-const-ub-checks fewer-names ' +
    'fixed-x18 flatten-format-args fmt-debug force-unstable-if-unmarked function-return function-sections ' +
    'future-incompat-test has-thread-local higher-ranked-assumptions hint-mostly-unused human-readable-cgu-names ' +
    'ignore-directory-in-diagnostics-source-blocks indirect-branch-cs-prefix inline-llvm inline-mir ' +
    'inline-mir-forwarder-threshold inline-mir-hint-threshold inline-mir-preserve-debug inline-mir-threshold ' +
    'instrument-mcount instrument-xray large-data-threshold layout-seed link-directives link-native-libraries ' +
    'lint-llvm-ir lint-mir llvm-module-flag llvm-writable location-detail macro-backtrace ' +
    'maximal-hir-to-mir-coverage merge-functions min-function-alignment min-recursion-limit mir-enable-passes ' +
    'mir-include-spans mir-opt-bisect-limit mir-opt-level mir-preserve-ub mir-strip-debuginfo move-size-limit ' +
    'mutable-noalias namespaced-crates next-solver no-generate-arange-section no-implied-bounds-compat ' +
    'no-leak-check no-parallel-backend no-profiler-runtime no-steal-thir no-trait-vptr no-unique-section-names ' +
    'normalize-docs on-broken-pipe oom osx-rpath-install-name packed-bundled-libs packed-stack panic-abort-tests ' +
    'panic-in-drop patchable-function-entry plt polonius precise-enum-drop-elaboration print-mono-items ' +
    'print-type-sizes proc-macro-backtrace proc-macro-execution-strategy profiler-runtime randomize-layout ' +
    'reg-struct-return regparm relax-elf-relocations remap-cwd-prefix remap-path-scope retpoline ' +
    'retpoline-external-thunk sanitizer sanitizer-cfi-canonical-jump-tables sanitizer-cfi-generalize-pointers ' +
    'sanitizer-cfi-normalize-integers sanitizer-kcfi-arity sanitizer-memory-track-origins sanitizer-recover ' +
    'saturating-float-casts share-generics simulate-remapped-rust-src-base small-data-threshold span-debug ' +
    'span-free-formats split-dwarf-inlining split-dwarf-kind split-lto-unit src-hash-algorithm stack-protector ' +
    'staticlib-allow-rdylib-deps staticlib-prefer-dynamic strict-init-checks teach terminal-urls thinlto threads ' +
    'tiny-const-eval-limit tls-model trace-macros track-diagnostics translate-remapped-path-to-local-path ' +
    'trap-unreachable trim-diagnostic-paths typing-mode-borrowck ub-checks ui-testing uninit-const-chunk-threshold ' +
    'unleash-the-miri-inside-of-you unsound-mir-opts unstable-options use-ctors-section use-sync-unwind ' +
    'validate-mir verbose-asm verbose-internals verify-llvm-ir virtual-function-elimination wasi-exec-model wasm-c-abi'
  ).split(' '),
);
