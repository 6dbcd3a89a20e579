import { again, always, cachedBy, describeDifferential, shell, write } from '../../rig/differential.ts';

const FILES = {
  'N.cc': 'module;\n#include "h.h"\nexport module N;\nexport inline int n() { return VALUE; }\n',
  'M.cc': 'export module M;\nimport N;\nexport inline int m() { return n() + 1; }\n',
  'part.cc': 'export module P:part;\nexport inline int part() { return 4; }\n',
  'P.cc': 'export module P;\nexport import :part;\n',
  'implementation.cc': 'module M;\nint z() { return m(); }\n',
  'u.cc': 'import M;\nint u() { return m(); }\n',
  'p.cc': 'import P;\nint p() { return part(); }\n',
  'h.h': '#define VALUE 7\n',
  'unit.hh': '#pragma once\n#include "inner.h"\ninline int unit() { return 3; }\n#define UNIT 5\n',
  'inner.h': '#define STAMP "none"\n',
  'v.cc': 'import "unit.hh";\nint v() { return unit() + UNIT; }\n',
  'w.cc': '#include "unit.hh"\nint w() { return unit() + UNIT; }\n',
  'plain.cc': 'int plain() { return 1; }\n',
  map: '$root made\nN N.cmi\nM M.cmi\n./unit.hh unit.cmi\n',
  'first/keep': '',
};
/** The compiler writes the time into interfaces, unless it is given one. */
const GXX = 'SOURCE_DATE_EPOCH=1000 $CXX -std=c++20 -fmodules-ts';
const BARE = 'SOURCE_DATE_EPOCH=1000 g++ -std=c++20 -fmodules-ts';
const CHANGED = write({ 'h.h': '#define VALUE 8\n' });
const BUILD_N = `${GXX} -c N.cc`;
const BUILD_M = `${GXX} -c M.cc`;
const USE = `${GXX} -c u.cc`;
const UNIT = `${GXX} -x c++-header unit.hh`;
const USE_UNIT = `${GXX} -c v.cc`;

function module(name: string, ...steps: Parameters<typeof cachedBy>[3][]) {
  return cachedBy('gcc', name, FILES, ...steps);
}

describeDifferential(
  'modules of gcc',
  [
    module('an interface', BUILD_N, CHANGED, BUILD_N, again(BUILD_N)),
    module('an interface whose file is gone', BUILD_N, shell('rm -r gcm.cache'), again(BUILD_N)),
    module(
      'an interface over another',
      shell('mkdir gcm.cache; echo old > gcm.cache/N.gcm; chmod 400 gcm.cache/N.gcm'),
      BUILD_N,
    ),
    module('an interface over a link', shell('mkdir gcm.cache; ln -s ../h.h gcm.cache/N.gcm'), BUILD_N),
    module('an interface where no directory can be', shell('echo > gcm.cache'), always('failed', BUILD_N)),
    module('umask', `umask 077; ${BUILD_N}`, shell('rm -r gcm.cache'), again(`umask 027; ${BUILD_N}`)),
    module('one that imports another, and a user', BUILD_N, BUILD_M, USE, CHANGED, BUILD_N, BUILD_M, USE),
    module(
      'one that is imported by what is imported has changed alone',
      BUILD_N,
      BUILD_M,
      USE,
      write({ 'h.h': '#define VALUE 1234567\nint longer;\n' }),
      BUILD_N,
      always('failed', USE),
    ),
    module(
      'an implementation',
      BUILD_N,
      BUILD_M,
      `${GXX} -c implementation.cc`,
      CHANGED,
      BUILD_N,
      BUILD_M,
      `${GXX} -c implementation.cc`,
    ),
    module(
      'a partition',
      `${GXX} -c part.cc`,
      `${GXX} -c P.cc`,
      `${GXX} -c p.cc`,
      write({ 'part.cc': FILES['part.cc'].replace('4', '5') }),
      `${GXX} -c part.cc`,
      `${GXX} -c P.cc`,
      `${GXX} -c p.cc`,
    ),
    module('only the interface', `${GXX} -fmodule-only -c N.cc`, CHANGED, `${GXX} -fmodule-only -c N.cc`),
    module('assembly and syntax', `${GXX} -S N.cc`, `${GXX} -fsyntax-only M.cc`, `${GXX} -S M.cc`),
    module('-g', `${GXX} -g -c N.cc`, `${GXX} -g -c M.cc`, `${GXX} -g -c u.cc`, again(`${GXX} -g -c u.cc`)),
    module(
      '-MD, -MMD, -MP and -MT',
      `${GXX} -MD -c N.cc`,
      `${GXX} -MMD -MP -c M.cc -o other.o`,
      `${GXX} -MMD -MF u.d -MT target -c u.cc`,
      `${GXX} -MMD -MF u.d -MT another -c u.cc`,
      `${GXX} -g -MMD -MF u.d -c u.cc`,
      CHANGED,
      `${GXX} -MD -c N.cc`,
      `${GXX} -MMD -MP -c M.cc -o other.o`,
      `${GXX} -MMD -MF u.d -MT target -c u.cc`,
      `${GXX} -g -MMD -MF u.d -c u.cc`,
    ),
    module(
      'a header unit',
      UNIT,
      USE_UNIT,
      write({ 'unit.hh': FILES['unit.hh'].replace('3', '4') }),
      UNIT,
      USE_UNIT,
      again(USE_UNIT),
    ),
    module(
      'a header within a header unit',
      UNIT,
      USE_UNIT,
      write({ 'inner.h': '#define STAMP "other"\n' }),
      UNIT,
      USE_UNIT,
    ),
    module(
      'a header unit in other words',
      `${GXX} -fmodule-header -c unit.hh`,
      `${GXX} -MD -c -x c++-header unit.hh -o x`,
      `${GXX} -x c++-user-header -iquote . unit.hh`,
    ),
    module(
      'a header that becomes a unit',
      `${GXX} -c w.cc`,
      shell(`${BARE} -x c++-header unit.hh`),
      `${GXX} -MD -c w.cc`,
      `${GXX} -c w.cc`,
      shell('rm -r gcm.cache'),
      again(`${GXX} -c w.cc`),
    ),
    module(
      'a header that is found elsewhere',
      shell(`${BARE} -I first -x c++-header unit.hh`),
      `${GXX} -iquote first -c v.cc`,
      shell('echo "inline int unit() { return 8; }" > first/unit.hh; rm unit.hh'),
      always('failed', `${GXX} -iquote first -c v.cc`),
    ),
    module(
      'a header of the system',
      `${GXX} -x c++-system-header initializer_list`,
      `${GXX} -c -MD -x c++-system-header -Ifirst initializer_list`,
      write({ 'first/initializer_list': 'inline int mine;\n' }),
      `${GXX} -c -MD -x c++-system-header -Ifirst initializer_list`,
    ),
    module(
      'a macro with the time in a header unit',
      write({ 'inner.h': '#define STAMP __TIME__\n', 'v.cc': 'import "unit.hh";\nconst char *v = STAMP;\n' }),
      shell(`${BARE} -x c++-header unit.hh`),
      always('not-kept: compiler did not list the imported modules', USE_UNIT),
    ),
    module(
      'a mapper file',
      `${GXX} -fmodule-mapper=map -c N.cc`,
      `${GXX} -fmodule-mapper=map -c M.cc`,
      `${GXX} -fmodule-mapper=map -x c++-header unit.hh`,
      `${GXX} -fmodule-mapper=map -c v.cc`,
      `${GXX} -fmodule-mapper=map -c u.cc`,
      CHANGED,
      `${GXX} -fmodule-mapper=map -c N.cc`,
      `${GXX} -fmodule-mapper=map -c M.cc`,
      `${GXX} -fmodule-mapper=map -c u.cc`,
    ),
    module(
      'a mapper file that changes',
      `${GXX} -fmodule-mapper=map -c N.cc`,
      write({ map: '$root other\nN new.cmi\n' }),
      `${GXX} -fmodule-mapper=map -c N.cc`,
    ),
    module(
      'a mapper file in the environment',
      always('cannot-cache: CXX_MODULE_MAPPER', `CXX_MODULE_MAPPER=map ${BUILD_N}`),
    ),
    module(
      'a mapper that is a program',
      always('cannot-cache: -fmodule-mapper', `${GXX} '-fmodule-mapper=|false' -c N.cc 2>/dev/null`),
    ),
    module('no module', `${GXX} -c plain.cc`, again(`${GXX} -c plain.cc`)),
    module('several sources', always('cannot-cache: multiple input files', `${GXX} -c N.cc M.cc`)),
    module('in another directory', BUILD_N, shell('mkdir d && cp *.cc h.h d'), `cd d && ${BUILD_N}`),
    module('a missing module', always('failed', USE)),
    module(
      'a warning',
      write({ 'plain.cc': 'export module plain;\nint f() { int x; return 1; }\n' }),
      `${GXX} -Wall -c plain.cc`,
      again(`${GXX} -Wall -c plain.cc`),
    ),
    module('a time that nobody gave', `$CXX -std=c++20 -fmodules-ts -c N.cc; rm -r gcm.cache`),
  ],
  ['gcc'],
);
