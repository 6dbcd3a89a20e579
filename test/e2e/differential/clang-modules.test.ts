import { again, always, cachedBy, describeDifferential, shell, write } from '../../rig/differential.ts';

const FILES = {
  'N.cppm': 'module;\n#include "h.h"\nexport module N;\nexport inline int n() { return VALUE; }\n',
  'M.cppm': 'export module M;\nimport N;\nexport inline int m() { return n() + 1; }\n',
  'u.cc': 'import M;\nint u() { return m(); }\n',
  'h.h': '#define VALUE 7\n',
  'bmi/keep': '',
};
const CHANGED = write({ 'h.h': '#define VALUE 8\n' });
const BUILD_N = '$CXX -std=c++20 --precompile N.cppm -o N.pcm';
const BUILD_M = '$CXX -std=c++20 -fprebuilt-module-path=. --precompile M.cppm -o M.pcm';
const USE = '$CXX -std=c++20 -fprebuilt-module-path=. -c u.cc';
const FROM_SOURCE = '$CXX -std=c++20 -MMD -c N.cppm && objdump -d N.o | tail -n +4; rm -f N.o';
const BARE = '$COMPILER -x c++-module -std=c++20 --precompile';

function module(name: string, ...steps: Parameters<typeof cachedBy>[3][]) {
  return cachedBy('clang', name, FILES, ...steps);
}

describeDifferential(
  'C++20 modules',
  [
    module('an interface', BUILD_N, CHANGED, BUILD_N, again(BUILD_N)),
    module(
      'an interface without -o',
      '$CXX -std=c++20 --precompile N.cppm',
      again('$CXX -std=c++20 --precompile -x c++-module N.cppm'),
    ),
    module(
      'an interface with -MD',
      '$CXX -std=c++20 --precompile -MD N.cppm',
      '$CXX -std=c++20 --precompile -MMD -MF x.d N.cppm -o bmi/N.pcm',
    ),
    module('an interface in another directory', BUILD_N, shell('mkdir d && cp *.cppm h.h d'), `cd d && ${BUILD_N}`),
    module('an interface over an old file', shell('echo old > N.pcm; ln N.pcm other'), BUILD_N),
    module(
      'an interface that is imported by another, which is imported',
      BUILD_N,
      BUILD_M,
      USE,
      CHANGED,
      BUILD_N,
      BUILD_M,
      USE,
    ),
    module(
      'an object of an interface',
      BUILD_N,
      '$CXX -std=c++20 -c N.pcm -o N.o',
      CHANGED,
      BUILD_N,
      '$CXX -std=c++20 -c N.pcm -o N.o',
    ),
    module(
      'an object of an interface that imports',
      BUILD_N,
      BUILD_M,
      '$CXX -std=c++20 -c M.pcm -o M.o',
      CHANGED,
      BUILD_N,
      BUILD_M,
      '$CXX -std=c++20 -c M.pcm -o M.o',
    ),
    // Such an object has the name of a temporary file in it.
    module(
      'an object from the source',
      FROM_SOURCE,
      CHANGED,
      FROM_SOURCE,
      again(FROM_SOURCE),
      write({ 'h.h': '' }),
      always('failed', FROM_SOURCE),
    ),
    module(
      'a module that imports is not made anew when what it imports has changed',
      BUILD_N,
      BUILD_M,
      USE,
      write({ 'h.h': '#define VALUE 1234567\nint longer;\n' }),
      BUILD_N,
      always('failed', USE),
    ),
    module(
      '-fmodule-file',
      BUILD_N,
      BUILD_M,
      '$CXX -std=c++20 -fmodule-file=M.pcm -c u.cc',
      CHANGED,
      BUILD_N,
      BUILD_M,
      '$CXX -std=c++20 -fmodule-file=M.pcm -c u.cc',
    ),
    module(
      '-fmodule-file with a name',
      BUILD_N,
      BUILD_M,
      '$CXX -std=c++20 -fmodule-file=M=M.pcm -c u.cc',
      again('$CXX -std=c++20 -fmodule-file=M=M.pcm -c u.cc'),
    ),
    module(
      'a module that appears in an earlier directory',
      { edit: () => undefined },
      BUILD_N,
      BUILD_M,
      '$CXX -std=c++20 -fprebuilt-module-path=bmi -fprebuilt-module-path=. -c u.cc',
      shell(
        `echo 'export module M; export inline int m() { return 0; }' > other.cppm; ${BARE} other.cppm -o bmi/M.pcm`,
      ),
      '$CXX -std=c++20 -fprebuilt-module-path=bmi -fprebuilt-module-path=. -c u.cc',
      shell('rm bmi/M.pcm'),
      again('$CXX -std=c++20 -fprebuilt-module-path=bmi -fprebuilt-module-path=. -c u.cc'),
    ),
    module(
      'a user in another directory',
      BUILD_N,
      BUILD_M,
      USE,
      shell('mkdir d && cp u.cc d && cd d && cp ../M.pcm .'),
      `cd d && ${USE}`,
    ),
    module(
      'with debug information and a dependency file',
      BUILD_N,
      BUILD_M,
      '$CXX -std=c++20 -g -MD -fprebuilt-module-path=. -c u.cc',
      again('$CXX -std=c++20 -g -MD -fprebuilt-module-path=. -c u.cc'),
    ),
    module('only the syntax', BUILD_N, BUILD_M, '$CXX -std=c++20 -fprebuilt-module-path=. -fsyntax-only u.cc'),
    module('a module that is missing', always('failed', USE)),
    module(
      'a source that nothing says to be a module',
      always('cannot-cache: --precompile', '$CXX -std=c++20 --precompile u.cc; rm -f u.pcm'),
    ),
    module(
      'modules that clang makes by itself',
      always(
        'cannot-cache: -fmodules',
        '$CXX -fmodules -fmodules-cache-path=$TMPDIR/m -c h.h -o x; rm -rf "$TMPDIR/m" x',
      ),
    ),
  ],
  ['clang'],
);
