import { again, always, cachedBy, describeDifferential, shell, write } from '../../rig/differential.ts';

const FILES = {
  'a.map': 'module A { header "inc/a.h" use B export * }\nextern module B "b.map"\n',
  'b.map': 'module B { header "inc/b.h" }\n',
  'mm/module.modulemap': 'module C { header "../inc/a.h" }\n',
  'inc/a.h': 'int a;\n',
  'inc/b.h': 'int b;\n',
  'inc/c.h': 'int c;\n',
  'x.c': '#include "inc/a.h"\n#include "inc/b.h"\n',
};
const LAYERS = '$CC -fmodule-name=A -fmodule-map-file=a.map -fmodules-strict-decluse -c x.c';
const MAPPED = '$CC -fmodule-map-file=a.map -c x.c';

function map(name: string, ...steps: Parameters<typeof cachedBy>[3][]) {
  return cachedBy('clang', name, FILES, ...steps);
}

describeDifferential(
  'module maps',
  [
    map('a module whose headers are declared', LAYERS, again(LAYERS)),
    map('one with -MD and -MP', `${LAYERS} -MD -MP`, again(`${LAYERS} -MD -MP`), `${LAYERS} -MMD`),
    map(
      'a header that is no longer in a used module',
      LAYERS,
      write({ 'b.map': 'module B { header "inc/c.h" }\n' }),
      always('failed', LAYERS),
    ),
    map('another map is edited so that it is wrong', MAPPED, write({ 'b.map': 'module {' }), always('failed', MAPPED)),
    map('another map is gone', `${MAPPED} -MD`, shell('rm b.map'), `${MAPPED} -MD`),
    map('another map appears', shell('mv b.map away'), `${MAPPED} -MD`, shell('mv away b.map'), `${MAPPED} -MD`),
    map(
      'a map that another names names a third',
      `${MAPPED} -MD`,
      write({ 'b.map': 'extern module C "mm/module.modulemap"\n' }),
      `${MAPPED} -MD`,
      write({ 'mm/module.private.modulemap': 'module P { header "../inc/c.h" }\n' }),
      `${MAPPED} -MD`,
    ),
    map(
      'for the front end alone',
      '$CC -Xclang -fmodule-map-file=a.map -c x.c',
      write({ 'b.map': 'module {' }),
      always('failed', '$CC -Xclang -fmodule-map-file=a.map -c x.c'),
    ),
    map('maps that are searched', always('cannot-cache: -fimplicit-module-maps', '$CC -fimplicit-module-maps -c x.c')),
  ],
  ['clang'],
);
