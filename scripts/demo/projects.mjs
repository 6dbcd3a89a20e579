/** The real projects that the demo and the benchmarks compile. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedPackage } from './packages.mjs';

/** Each gives a list of units `{ folder, language, source, options }`; `source` is relative to `folder`. */
export const PROJECTS = {
  zstd: { title: 'zstd 1.5 (C)', units: zstd },
  opus: { title: 'Opus (C)', units: opus },
  leveldb: { title: 'LevelDB 1.20 (C++)', units: leveldb },
  abseil: { title: 'Abseil and RE2 (C++)', units: abseil },
};

async function zstd(log) {
  const folder = join(await unpackedPackage('zstd-napi', log), 'deps/zstd/lib');
  const sources = filesIn(folder, ['common', 'compress', 'decompress'], /\.c$/);
  // The one assembler file is left out: its C twin is compiled instead.
  return sources.map((source) => ({ folder, language: 'c', source, options: ['-O2', '-DZSTD_DISABLE_ASM=1', '-I.'] }));
}

async function opus(log) {
  const folder = join(await unpackedPackage('@discordjs/opus', log), 'deps/opus');
  const sources = filesIn(folder, ['celt', 'silk', 'silk/float', 'src'], /\.c$/).filter(
    (source) => !/demo|compare/.test(source),
  );
  const options = ['-O2', '-DOPUS_BUILD', '-DVAR_ARRAYS', '-DHAVE_LRINTF', '-DHAVE_LRINT'];
  options.push(...['include', 'celt', 'silk', 'silk/float', 'src'].map((name) => `-I${name}`));
  return sources.map((source) => ({ folder, language: 'c', source, options }));
}

async function leveldb(log) {
  const folder = join(await unpackedPackage('classic-level', log), 'deps/leveldb/leveldb-1.20');
  // The C binding is not part of the package's own build, and does not compile after its changes to LevelDB.
  const left = /_test\.cc$|test(harness|util)\.cc$|bench|leveldbutil|db\/c\.cc$/;
  const sources = filesIn(folder, ['db', 'helpers/memenv', 'port', 'table', 'util'], /\.cc$/).filter(
    (source) => !left.test(source),
  );
  const options = ['-std=c++11', '-O2', '-DLEVELDB_PLATFORM_POSIX=1', '-DOS_LINUX=1', '-Iinclude', '-I.', '-pthread'];
  return sources.map((source) => ({ folder, language: 'c++', source, options }));
}

async function abseil(log) {
  const folder = await unpackedPackage('re2', log);
  const sources = readFileSync(join(folder, 'binding.gyp'), 'utf8').match(/vendor\/[\w/-]+\.cc/g) ?? [];
  const options = ['-std=c++17', '-O2', '-DNDEBUG', '-Ivendor/re2', '-Ivendor/abseil-cpp'];
  const used = [...new Set(sources)].filter((source) => !source.endsWith('_win.cc'));
  return used.map((source) => ({ folder, language: 'c++', source, options }));
}

function filesIn(root, folders, pattern) {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
}
