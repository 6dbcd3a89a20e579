import type { CompilerKind } from './draft.ts';

/** Change what is compiled, or the text of messages, whichever the compiler. */
const COMMON = [
  'CPATH',
  'CPLUS_INCLUDE_PATH',
  'C_INCLUDE_PATH',
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_CTYPE',
  'LC_MESSAGES',
  'OBJCPLUS_INCLUDE_PATH',
  'OBJC_INCLUDE_PATH',
  'SCCACHE_C_CUSTOM_CACHE_BUSTER',
  'SDKROOT',
  'SOURCE_DATE_EPOCH',
  'IPHONEOS_DEPLOYMENT_TARGET',
  'MACOSX_DEPLOYMENT_TARGET',
  'TVOS_DEPLOYMENT_TARGET',
  'WATCHOS_DEPLOYMENT_TARGET',
  'XROS_DEPLOYMENT_TARGET',
  'COMPILER_PATH',
  'DEVELOPER_DIR',
];

const GCC = [
  'GCC_COLORS',
  'GCC_COMPARE_DEBUG',
  'GCC_EXEC_PREFIX',
  'GCC_EXTRA_DIAGNOSTIC_OUTPUT',
  'GCC_URLS',
  'TERM_URLS',
];

const CLANG = [
  'CCC_ADD_ARGS',
  'CCC_OVERRIDE_OPTIONS',
  'CLANG_CONFIG_FILE_SYSTEM_DIR',
  'CLANG_CONFIG_FILE_USER_DIR',
  'CLANG_NO_DEFAULT_CONFIG',
  'FORCE_CLANG_DIAGNOSTICS_CRASH',
  'GCC_EXEC_PREFIX',
  'QA_OVERRIDE_GCC3_OPTIONS',
];

/**
 * Names of the variables that change output or messages, sorted. `PWD` is not among them: compilers write it instead
 * of the directory's real name when it names the same directory, so it matters only where the directory does.
 */
const keyNames: Readonly<Record<CompilerKind, readonly string[]>> = {
  gcc: [...COMMON, ...GCC].sort(),
  clang: [...COMMON, ...CLANG].sort(),
};

/** The variables that count in the key. */
export function keyEnvironment(kind: CompilerKind): readonly string[] {
  return keyNames[kind];
}

/** Variables that make the compiler write files or reports that no option tells of: when set, nothing is cached. */
export const refusingEnvironment: readonly string[] = [
  'CC_LOG_DIAGNOSTICS',
  'CC_LOG_DIAGNOSTICS_FILE',
  'CC_PRINT_HEADERS',
  'CC_PRINT_HEADERS_FILE',
  'CC_PRINT_INTERNAL_STAT',
  'CC_PRINT_OPTIONS',
  'CC_PRINT_PROC_STAT',
];
