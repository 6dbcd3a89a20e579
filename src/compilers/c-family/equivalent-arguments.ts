import type { ByteString } from '../../util/bytes.ts';
import type { ParsedArguments } from '../arguments.ts';
import type { CompilerKind } from './draft.ts';

/** What can be told from a command line all of whose options are understood well enough. */
export interface EquivalentArguments {
  /**
   * Those that count, in an order that is the same for all orders that mean the same; without directories where headers
   * are searched.
   */
  readonly words: readonly ByteString[];
  /** The directories of `-I`. */
  readonly searched: readonly ByteString[];
  /** Those of `-isystem` and `-idirafter`. */
  readonly system: readonly ByteString[];
  /** `-D` and `-U` options of plain names, in order: each counts only where something that is read mentions the name. */
  readonly defines: readonly ByteString[];
  /** The object tells the line and column of each statement. */
  readonly debugInformation: boolean;
  /** It tells the digest of each source. */
  readonly showsSources: boolean;
  /** A warning looks at indentation. */
  readonly readsIndentation: boolean;
}

/**
 * Options whose meaning does not depend on comments and blanks, but for what `EquivalentArguments` says of them. Those of
 * one family are read in their order, those of different ones are independent of each other.
 */
interface Family {
  readonly name: string;
  readonly pattern: RegExp;
  /** The value is the next word. */
  readonly separated?: true;
  /** It names a directory where headers are searched. */
  readonly directory?: true;
}

/** Warnings about tokens. Not those about comments: `-Wdocumentation`, `-Wc90-c99-compat`, `-Wimplicit-fallthrough=1` … */
const WARNINGS =
  'all|extra|error|error=[a-z-]+|pedantic|unused[a-z-]*|shadow(?:=[a-z-]+)?|conversion|sign-conversion|sign-compare|' +
  'format(?:=[0-2]|-[a-z-]+)?|undef|uninitialized|maybe-uninitialized|cast-align|cast-qual|write-strings|' +
  'strict-prototypes|missing-prototypes|missing-declarations|old-style-definition|pointer-arith|redundant-decls|' +
  'nested-externs|switch(?:-[a-z]+)?|parentheses|return-type|vla|float-equal|double-promotion|null-dereference|' +
  'non-virtual-dtor|overloaded-virtual|old-style-cast|deprecated(?:-[a-z]+)?|logical-op|duplicated-cond|' +
  'duplicated-branches|array-bounds|type-limits|implicit-fallthrough|misleading-indentation|most|' +
  'implicit(?:-[a-z-]+)?|declaration-after-statement|inline|suggest-override|reorder|comment|char-subscripts|main';

const FAMILIES: readonly Family[] = [
  { name: 'own directories', pattern: /^-I.|^--sysroot=./s },
  { name: 'search', pattern: /^-(?:isystem|iquote|idirafter)$/, separated: true, directory: true },
  { name: 'search', pattern: /^-(?:include|imacros|isysroot)$/, separated: true },
  { name: 'search', pattern: /^-nostdinc(?:\+\+)?$/ },
  // To clang, a level may ask for vectors as well: the last of them counts.
  { name: 'optimisation', pattern: /^-O(?:[0-3sgz]|fast)?$|^-f(?:no-)?(?:tree-)?(?:slp-)?vectorize$/ },
  // C89 has no `//`: what is a comment to one reader is none to the other.
  { name: 'standard', pattern: /^-std=(?:c|gnu)(?:99|9x|1[17x8]|2[3x]|\+\+..)$/ },
  { name: 'warnings', pattern: new RegExp(`^-W(?:no-[a-z0-9+=-]+|${WARNINGS})$|^-[wW]$|^-pedantic(?:-errors)?$`) },
  { name: 'position', pattern: /^-f(?:no-)?(?:PIC|pic|PIE|pie|plt|semantic-interposition)$/ },
  {
    name: 'passes',
    pattern:
      /^-f(?:no-)?(?:unroll-(?:all-)?loops|inline(?:-[a-z-]+)?|tree-[a-z-]+|ipa-[a-z-]+|gcse[a-z-]*|peel-loops|reorder-[a-z-]+|schedule-insns2?|optimize-sibling-calls)$/,
  },
  { name: 'exceptions', pattern: /^-f(?:no-)?(?:non-call-)?exceptions$/ },
  { name: 'rtti', pattern: /^-f(?:no-)?rtti$/ },
  { name: 'visibility', pattern: /^-fvisibility(?:=[a-z]+|-inlines-hidden)$/ },
  { name: 'aliasing', pattern: /^-f(?:no-)?strict-aliasing$/ },
  { name: 'common', pattern: /^-f(?:no-)?common$/ },
  { name: 'sections', pattern: /^-f(?:no-)?(?:function|data)-sections$/ },
  { name: 'stack protector', pattern: /^-f(?:no-)?stack-protector(?:-strong|-all)?$/ },
  { name: 'stack clash', pattern: /^-f(?:no-)?stack-clash-protection$/ },
  { name: 'control flow', pattern: /^-fcf-protection(?:=[a-z]+)?$/ },
  { name: 'frame pointer', pattern: /^-f(?:no-)?omit-frame-pointer$/ },
  { name: 'overflow', pattern: /^-f(?:no-)?(?:wrapv|strict-overflow|trapv)$/ },
  { name: 'unwind', pattern: /^-f(?:no-)?(?:asynchronous-)?unwind-tables$/ },
  { name: 'builtins', pattern: /^-f(?:no-)?builtin$|^-f(?:no-)?(?:freestanding|hosted)$|^-ffreestanding$/ },
  { name: 'arithmetic', pattern: /^-f(?:no-)?(?:fast-math|math-errno|trapping-math|signed-zeros|finite-math-only)$/ },
  { name: 'char', pattern: /^-f(?:no-)?(?:un)?signed-char$/ },
  { name: 'threads', pattern: /^-pthread$|^-f(?:no-)?threadsafe-statics$/ },
  { name: 'architecture', pattern: /^-march=[\w.+-]+$/ },
  { name: 'tuning', pattern: /^-mtune=[\w.+-]+$/ },
  {
    name: 'machine',
    pattern: /^-mcpu=[\w.+-]+$|^-m(?:no-)?(?:sse|avx|bmi|fma|aes|popcnt|lzcnt)[\w.-]*$|^-m(?:32|64)$/,
  },
  { name: 'debug', pattern: /^-g(?:[0-3]|gdb[0-3]?|dwarf(?:-[2-5])?)?$/ },
  { name: 'maps', pattern: /^-f(?:debug|file|macro)-prefix-map=/ },
];

/** Warnings that compare columns: `-Wmisleading-indentation`, which `-Wall` has (clang: `-Wmost`). */
const INDENTATION = /^-W(?:all|most|misleading-indentation|error=misleading-indentation)$/;

/**
 * A definition that nothing else gives a meaning: the names of compilers, libraries and the languages begin with an underscore. A value
 * of several tokens could be wrong by itself.
 */
const PLAIN_DEFINE = /^-(?:D([A-Za-z]\w*)(?:=(?:\w[\w.]*|"[\w ./:-]*")?)?|U([A-Za-z]\w*))$/;

/** The same of a macro with a parameter, which may stand among other tokens. */
const PLAIN_FUNCTION = /^-D([A-Za-z]\w*)\(([A-Za-z]\w*)?\)(?:=((?:[A-Za-z0-9]\w*|[ ()+*,;-])*))?$/;

/** Lower-case names that mean something though nobody mentions them: to be redefined, they are warned of or refused. */
const TAKEN =
  /^(?:defined|linux|unix|i386|arm|mips|sparc|sun|vax|hpux|vector|pixel|bool|near|far|and(?:_eq)?|bitand|bitor|compl|not(?:_eq)?|x?or(?:_eq)?)$/;

/**
 * Reads a command line for what other command lines mean the same.
 *
 * @returns undefined when there is an option that is not known well enough: then only the same words are the same.
 */
export function equivalentArguments(kind: CompilerKind, parsed: ParsedArguments): EquivalentArguments | undefined {
  if (parsed.mode !== 'object' || parsed.inputFiles.length > 0) return undefined;
  // Dumps and listings show the source; what else there may be beside the object was not looked at.
  if (parsed.outputs.length > 1 || parsed.outputArguments.length > 0 || parsed.standardOutput) return undefined;
  if (parsed.language !== 'c' && parsed.language !== 'c++') return undefined;
  // gcc warns of each in the order of the command line.
  if (parsed.language === 'c' && parsed.keyArguments.some((word) => ONLY_CPLUSPLUS.test(word))) return undefined;
  const options = readFamilies(parsed.keyArguments);
  if (options === undefined) return undefined;
  const debugInformation = (options.findLast(({ family }) => family === 'debug')?.words[0] ?? '-g0') !== '-g0';
  // This level of debug information tells all macros.
  const tellsMacros = parsed.keyArguments.some((word) => /^-g(?:gdb)?3$/.test(word));
  const plain = tellsMacros ? [] : plainDefines(parsed.keyArguments);
  const counted = options.filter(({ words: [first = ''] }) => !plain.includes(first));
  // gcc notes the options in their order in debug information, but not definitions and directories.
  const inOrder = debugInformation && kind === 'gcc' ? counted : byFamily(withoutRepeats(counted));
  return {
    words: inOrder.filter(({ family }) => family !== 'own directories').flatMap(({ words }) => words),
    searched: parsed.keyArguments.filter((word) => word.startsWith('-I')).map((word) => word.slice(2)),
    system: options.flatMap(({ words: [option], directory }) =>
      directory !== undefined && option !== '-iquote' ? [directory] : [],
    ),
    defines: plain,
    debugInformation,
    // clang's line tables have them.
    showsSources: debugInformation && kind === 'clang',
    readsIndentation: parsed.keyArguments.some((word) => INDENTATION.test(word)),
  };
}

const ONLY_CPLUSPLUS = /^-f(?:(?:no-)?(?:rtti|threadsafe-statics)|visibility-inlines-hidden)$/;

interface FamilyMember {
  readonly family: string;
  /** Without a directory where headers are searched. */
  readonly words: readonly ByteString[];
  readonly directory?: ByteString;
}

function readFamilies(keyArguments: readonly ByteString[]): readonly FamilyMember[] | undefined {
  const members: FamilyMember[] = [];
  for (let at = 0; at < keyArguments.length; at += 1) {
    const word = keyArguments[at] ?? '';
    if (/^-[DU]./s.test(word)) {
      members.push({ family: `define ${word.slice(2).split(/[=(]/, 1)[0]}`, words: [word] });
      continue;
    }
    const family = FAMILIES.find(({ pattern }) => pattern.test(word));
    if (family === undefined) return undefined;
    if (family.separated) at += 1;
    const value = keyArguments[at] ?? '';
    if (family.directory) members.push({ family: family.name, words: [word], directory: value });
    else members.push({ family: family.name, words: family.separated ? [word, value] : [word] });
  }
  const together = apart(members);
  if (!keyArguments.includes('-Ofast')) return together;
  return together.map((member) => (OF_OFAST.has(member.family) ? { ...member, family: 'optimisation' } : member));
}

/**
 * Warnings that both compilers know in both languages, and that are only turned on: so nobody complains of one before the other, and
 * each is what it is in any order.
 */
const TURNED_ON =
  /^-W(?:all|extra|error|pedantic|shadow|conversion|undef|unused|uninitialized|format|format-security|cast-align|cast-qual|write-strings|pointer-arith|float-equal|vla|missing-declarations|redundant-decls|switch|parentheses|return-type|sign-compare)$/;

/** Warnings of which none is turned off again or has a level are a family each. */
function apart(members: readonly FamilyMember[]): readonly FamilyMember[] {
  const isWarning = ({ family }: FamilyMember): boolean => family === 'warnings';
  if (!members.filter(isWarning).every(({ words: [word = ''] }) => TURNED_ON.test(word))) return members;
  return members.map((member) => (isWarning(member) ? { ...member, family: `warnings ${member.words[0]}` } : member));
}

/** clang takes `-Ofast` for one of these, too. */
const OF_OFAST: ReadonlySet<string> = new Set(['arithmetic', 'aliasing']);

/** Independent families in the order of their names; a sort is stable, so members keep theirs. */
function byFamily(members: readonly FamilyMember[]): FamilyMember[] {
  return [...members].sort((one, other) => (one.family < other.family ? -1 : one.family > other.family ? 1 : 0));
}

/** The last level of optimisation counts, if any but the lowest, which is the default; and `-g0` is what it is without. */
function withoutRepeats(members: readonly FamilyMember[]): readonly FamilyMember[] {
  const levels = members.filter(({ family }) => family === 'optimisation');
  const areLevels = levels.every(({ words: [word = ''] }) => /^-O[0-3sgz]?$/.test(word));
  const debug = members.filter(({ family }) => family === 'debug');
  const noDebug = debug.every(({ words: [word] }) => word === '-g0');
  const kept = members.filter(
    (member) => !(areLevels && levels.includes(member)) && !(noDebug && debug.includes(member)),
  );
  const [level = '-O0'] = levels.at(-1)?.words ?? [];
  if (!areLevels || level === '-O0') return kept;
  return [...kept, { family: 'optimisation', words: [level === '-O' ? '-O1' : level] }];
}

/** Those whose name is defined once and taken back nowhere. */
function plainDefines(keyArguments: readonly ByteString[]): readonly ByteString[] {
  const plain = keyArguments.filter((word) => isPlain(word) && !TAKEN.test(definedName(word)));
  const uses = (name: ByteString): number =>
    keyArguments.filter((word) => /^-[DU]/.test(word) && word.slice(2).split(/[=(]/, 1)[0] === name).length;
  return plain.filter((word) => uses(definedName(word)) === 1);
}

function isPlain(word: ByteString): boolean {
  const [, , parameter = ''] = PLAIN_FUNCTION.exec(word) ?? [];
  return PLAIN_DEFINE.test(word) || (PLAIN_FUNCTION.test(word) && !TAKEN.test(parameter));
}

/** The name that a plain `-D` option defines. */
export function definedName(define: ByteString): ByteString {
  const [, defined, undefinedName] = PLAIN_DEFINE.exec(define) ?? PLAIN_FUNCTION.exec(define) ?? [];
  return defined ?? undefinedName ?? '';
}
