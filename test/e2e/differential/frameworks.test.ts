import { again, type Case, cached, describeDifferential, shell, write } from '../../rig/differential.ts';

const V = (value: number) => `#define V ${value}\n`;
const USES_FW = '#include <Fw/Fw.h>\nint v = V;\n';

/** Two search directories of which the second has a framework; then a file changes or appears. */
function edited(name: string, options: string, path: string, files: Record<string, string> = {}): Case {
  const command = `$CC ${options} -c a.c`;
  const world = { 'a.c': USES_FW, 'one/x': '', 'two/Fw.framework/Headers/Fw.h': V(1), ...files };
  return cached(name, world, command, again(command), write({ [path]: V(2) }), command);
}

const HAS_FW = { 'a.c': '#if __has_include(<Fw/Fw.h>)\nint yes;\n#else\nint no;\n#endif\n', 'one/x': '' };

describeDifferential(
  'frameworks',
  [
    edited('a header', '-Fone -Ftwo', 'two/Fw.framework/Headers/Fw.h'),
    edited('a new one in an earlier directory', '-Fone -Ftwo', 'one/Fw.framework/Headers/Fw.h'),
    edited('private headers of a new one', '-Fone -Ftwo', 'one/Fw.framework/PrivateHeaders/Fw.h'),
    edited('a new one in -iframework', '-iframework one -iframework two', 'one/Fw.framework/Headers/Fw.h'),
    edited('a new one in a directory that did not exist', '-Fnone -Ftwo', 'none/Fw.framework/Headers/Fw.h'),
    edited('a new header in a plain directory', '-Ione -Ftwo', 'one/Fw/Fw.h'),
    edited('a public header before the private one', '-Ftwo', 'two/Fw.framework/Headers/Pr.h', {
      'a.c': '#include <Fw/Pr.h>\nint v = V;\n',
      'two/Fw.framework/PrivateHeaders/Pr.h': V(1),
    }),
    edited('a name by macro', '-Fone -Ftwo', 'one/Fw.framework/Headers/Fw.h', {
      'a.c': '#define NAME <Fw/Fw.h>\n#include NAME\nint v = V;\n',
    }),
    edited('a part of a framework', '-Ftwo', 'two/Fw.framework/Frameworks/Sub.framework/Headers/S.h', {
      'two/Fw.framework/Headers/Fw.h': '#include <Sub/S.h>\n',
      'two/Fw.framework/Frameworks/Sub.framework/PrivateHeaders/S.h': V(1),
    }),
    cached(
      '__has_include',
      HAS_FW,
      '$CC -Fone -c a.c',
      write({ 'one/Fw.framework/Headers/Fw.h': '' }),
      '$CC -Fone -c a.c',
      shell('rm -r one/Fw.framework'),
      again('$CC -Fone -c a.c'),
    ),
  ],
  ['clang'],
);
