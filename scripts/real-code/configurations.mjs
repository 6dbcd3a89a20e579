/** The ways in which real projects are compiled. Options of a project that these contradict are left out. */

const COMPILER_OF = { c: process.env.CC ?? 'cc', 'c++': process.env.CXX ?? 'c++' };

/** What projects commonly precompile: headers that nearly every file needs. */
const PREFIX_HEADER = {
  c: '#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n',
  'c++': '#include <cstdint>\n#include <map>\n#include <string>\n#include <vector>\n',
};

/**
 * `seeded`: gcc draws a random number for its names there, in each run another one. `anewEachTime`: as many bytes of a
 * file may differ between two runs of the bare compiler (gcc's id of split debug information, where there is a static
 * function; no seed helps).
 */
export const CONFIGURATIONS = {
  optimised: { options: ['-O2', '-g'] },
  plain: { options: ['-O0'] },
  coverage: { options: ['-O0', '--coverage'], seeded: true },
  'split-dwarf': { options: ['-O1', '-g', '-gsplit-dwarf'], anewEachTime: 8 },
  precompiled: { options: ['-O1'], precompiled: true },
};

/** argv of one unit, with its dependency file; `object` is absolute, `prefix` the precompiled header's name without `.gch`. */
export function commandOf(unit, { options, seeded, precompiled }, object, prefix) {
  const own = unit.options.filter((option) => !/^-O|^-g/.test(option));
  const added = [...options];
  if (seeded) added.push(`-frandom-seed=${unit.source}`);
  if (precompiled) added.push('-include', prefix[unit.language]);
  const dependencies = ['-MD', '-MF', object.replace(/o$/, 'd')];
  return [...compilerOf(unit), ...own, ...added, ...dependencies, '-c', unit.source, '-o', object];
}

/** argv prefix of the compiler for a unit. */
export function compilerOf({ language }) {
  return COMPILER_OF[language].split(' ');
}

/** The text of the header that is precompiled for a language. */
export function prefixHeader(language) {
  return PREFIX_HEADER[language];
}
