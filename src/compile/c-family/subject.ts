import type { Language, ParsedArguments } from '../../compilers/arguments.ts';
import type { Subject } from '../outcome.ts';
import type { Toolchain } from './toolchain/toolchain.ts';

/** sccache's names of languages in `--show-adv-stats`. */
const ADVANCED_NAMES: Record<Language, string> = {
  c: 'c',
  'c-header': 'cHeader',
  'cpp-output': 'cPreprocessed',
  'c++': 'c++',
  'c++-header': 'c++Header',
  'c++-cpp-output': 'c++Preprocessed',
  'objective-c': 'objc',
  'objective-c-header': 'objc',
  'objective-c-cpp-output': 'objcPreprocessed',
  'objective-c++': 'objc++',
  'objective-c++-header': 'objc++',
  'objective-c++-cpp-output': 'objc++Preprocessed',
  assembler: 'assembler',
  'assembler-with-cpp': 'assemblerToPreprocess',
  'c++-module': 'c++Module',
  pcm: 'c++Module',
};

/** How statistics name what was compiled, and by what. */
export function subjectOf(parsed: ParsedArguments, toolchain: Toolchain): Subject {
  return {
    language: parsed.language.startsWith('assembler') ? 'Assembler' : 'C/C++',
    advanced: `${ADVANCED_NAMES[parsed.language]} [${toolchain.kind}]`,
  };
}
