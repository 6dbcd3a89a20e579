import type { ByteString } from '../../util/bytes.ts';
import { baseName } from '../../util/path.ts';
import type { Language } from '../arguments.ts';

/** Case matters: `.c` is C, `.C` is C++. */
const byExtension: ReadonlyMap<string, Language> = new Map<string, Language>([
  ['s', 'assembler'],
  ['S', 'assembler-with-cpp'],
  ['sx', 'assembler-with-cpp'],
  ['c', 'c'],
  ['h', 'c-header'],
  ['i', 'cpp-output'],
  ['C', 'c++'],
  ['cc', 'c++'],
  ['cp', 'c++'],
  ['cpp', 'c++'],
  ['CPP', 'c++'],
  ['cxx', 'c++'],
  ['c++', 'c++'],
  ['ii', 'c++-cpp-output'],
  ['H', 'c++-header'],
  ['hh', 'c++-header'],
  ['hp', 'c++-header'],
  ['hpp', 'c++-header'],
  ['HPP', 'c++-header'],
  ['hxx', 'c++-header'],
  ['h++', 'c++-header'],
  ['tcc', 'c++-header'],
  ['m', 'objective-c'],
  ['mi', 'objective-c-cpp-output'],
  ['M', 'objective-c++'],
  ['mm', 'objective-c++'],
  ['mii', 'objective-c++-cpp-output'],
  ['cppm', 'c++-module'],
  ['ccm', 'c++-module'],
  ['cxxm', 'c++-module'],
  ['c++m', 'c++-module'],
  ['pcm', 'pcm'],
]);

/** A C++ driver reads `.c`, `.h` and `.i` as C++; every other extension means the same to both drivers. */
const asCPlusPlus: ReadonlyMap<Language, Language> = new Map<Language, Language>([
  ['c', 'c++'],
  ['c-header', 'c++-header'],
  ['cpp-output', 'c++-cpp-output'],
]);

/** The values of `-x` that we know. What a Language is called is what `-x` calls it. */
const byName: ReadonlySet<string> = new Set<Language>([
  'c',
  'c-header',
  'cpp-output',
  'c++',
  'c++-header',
  'c++-cpp-output',
  'objective-c',
  'objective-c-header',
  'objective-c-cpp-output',
  'objective-c++',
  'objective-c++-header',
  'objective-c++-cpp-output',
  'assembler',
  'assembler-with-cpp',
  'c++-module',
  'pcm',
]);

/** Whether a value of `-x` is a language of ours. `none` is not: it ends an earlier `-x`. */
export function isLanguage(name: string): name is Language {
  return byName.has(name);
}

/** Where gcc looks for the source of `-x c++-user-header` and `-x c++-system-header`: as if it were included. */
export function headerSearch(name: string): 'quote' | 'angle' | undefined {
  if (name === 'c++-user-header') return 'quote';
  return name === 'c++-system-header' ? 'angle' : undefined;
}

/** The language that the name of a source tells, or undefined. */
export function languageOfFile(path: ByteString, plusplus: boolean): Language | undefined {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  const language = dot < 0 ? undefined : byExtension.get(name.slice(dot + 1));
  if (language === undefined) return undefined;
  return (plusplus ? asCPlusPlus.get(language) : undefined) ?? language;
}

/** Whether the source is preprocessed already: the compiler then reads no header and writes no dependency file. */
export function isPreprocessed(language: Language): boolean {
  return language === 'assembler' || language === 'pcm' || language.endsWith('cpp-output');
}

/** Whether only clang knows such sources. */
export function isModule(language: Language): boolean {
  return language === 'c++-module' || language === 'pcm';
}

/** Whether the result is a precompiled header. */
export function isHeader(language: Language): boolean {
  return language.endsWith('-header');
}

/** The extension of a source of this language behind the preprocessor. */
export function preprocessedExtension(language: Language): string {
  if (language.startsWith('objective-c++')) return 'mii';
  if (language.startsWith('objective-c')) return 'mi';
  return language.startsWith('c++') ? 'ii' : 'i';
}
