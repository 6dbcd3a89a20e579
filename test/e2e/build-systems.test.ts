import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { total } from '../rig/statistics.ts';
import { World } from '../rig/world.ts';

/** A library and a program, with a header that the build systems make themselves. */
const SOURCES = {
  'src/list.h':
    '#pragma once\n#include <stddef.h>\nstruct list { struct list *next; int value; };\nint sum(const struct list *);\n',
  'src/sum.c':
    '#include "list.h"\nint sum(const struct list *l) { int s = 0; for (; l; l = l->next) s += l->value; return s; }\n',
  'src/text.c':
    '#include <stdio.h>\n#include "config.h"\n#include "list.h"\nvoid show(int n) { printf("%s: %d\\n", GREETING, n); }\n',
  'src/main.c':
    '#include "list.h"\nvoid show(int);\nint main(void) { struct list l = { NULL, 7 }; show(sum(&l)); return 0; }\n',
  'src/name.cpp':
    '#include <string>\nstd::string name() { return std::string(3, \'x\'); }\nextern "C" int length() { return name().size(); }\n',
};
const OBJECTS = 4;

interface BuildSystem {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Once, before everything. */
  readonly prepare?: string;
  /** Makes the directory `build` ready; with the compilers alone, or as the README says. */
  readonly configure: { readonly bare: string; readonly cached: string };
  readonly build: { readonly bare: string; readonly cached: string };
}

const CMAKE_FILES = {
  'src/config.h.in': '#define GREETING "@GREETING@"\n',
  'CMakeLists.txt': `cmake_minimum_required(VERSION 3.13)
project(greeting C CXX)
set(GREETING "from CMake")
configure_file(src/config.h.in config.h)
add_library(list STATIC src/sum.c src/text.c src/name.cpp)
target_include_directories(list PRIVATE \${CMAKE_BINARY_DIR})
add_executable(greeting src/main.c)
target_link_libraries(greeting list)
`,
};
const LAUNCHER = '-DCMAKE_C_COMPILER_LAUNCHER=sccache -DCMAKE_CXX_COMPILER_LAUNCHER=sccache';

const SYSTEMS: readonly BuildSystem[] = [
  {
    name: 'make',
    files: {
      'src/config.h': '#define GREETING "from make"\n',
      Makefile: `build/greeting: build/main.o build/sum.o build/text.o build/name.o
	$(CXX) -o $@ $^
build/%.o: src/%.c
	$(CC) -O2 -g -MMD -MP -c -o $@ $<
build/%.o: src/%.cpp
	$(CXX) -O2 -g -MMD -MP -c -o $@ $<
-include $(wildcard build/*.d)
`,
    },
    configure: { bare: 'mkdir build', cached: 'mkdir build' },
    build: { bare: 'make -j2', cached: "make -j2 CC='sccache gcc' CXX='sccache g++'" },
  },
  {
    name: 'make, and links of compilers’ names to sccache',
    files: {
      'src/config.h': '#define GREETING "from make"\n',
      Makefile: `build/greeting: build/main.o build/sum.o build/text.o build/name.o
	$(CXX) -o $@ $^
build/%.o: src/%.c
	$(CC) -O1 -MD -c -o $@ $<
build/%.o: src/%.cpp
	$(CXX) -O1 -MD -c -o $@ $<
`,
    },
    prepare: 'mkdir links && ln -s "$(command -v sccache)" links/cc && ln -s "$(command -v sccache)" links/g++',
    configure: { bare: 'mkdir build', cached: 'mkdir build' },
    build: { bare: 'make', cached: 'PATH="$PWD/links:$PATH" make' },
  },
  {
    name: 'autotools',
    files: {
      'configure.ac': `AC_INIT([greeting], [1])
AC_CONFIG_AUX_DIR([aux])
AM_INIT_AUTOMAKE([foreign subdir-objects])
AC_CONFIG_HEADERS([config.h])
AC_DEFINE([GREETING], ["from autotools"], [what is said])
AC_PROG_CC
AC_PROG_CXX
AC_PROG_RANLIB
AM_PROG_AR
AC_CHECK_HEADERS([unistd.h])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
`,
      'Makefile.am': `noinst_LIBRARIES = liblist.a
liblist_a_SOURCES = src/sum.c src/text.c src/name.cpp src/list.h
bin_PROGRAMS = greeting
greeting_SOURCES = src/main.c
greeting_LDADD = liblist.a
greeting_LINK = $(CXXLINK)
`,
    },
    prepare: 'mkdir aux && autoreconf --install',
    configure: {
      bare: 'mkdir build && cd build && ../configure',
      cached: "mkdir build && cd build && ../configure CC='sccache gcc' CXX='sccache g++'",
    },
    build: { bare: 'make -C build -j2', cached: 'make -C build -j2' },
  },
  {
    name: 'CMake with Ninja',
    files: CMAKE_FILES,
    configure: { bare: 'cmake -G Ninja -S . -B build', cached: `cmake -G Ninja ${LAUNCHER} -S . -B build` },
    build: { bare: 'ninja -C build', cached: 'ninja -C build' },
  },
  {
    name: 'CMake with make',
    files: CMAKE_FILES,
    configure: {
      bare: "cmake -G 'Unix Makefiles' -DCMAKE_BUILD_TYPE=Debug -S . -B build",
      cached: `cmake -G 'Unix Makefiles' -DCMAKE_BUILD_TYPE=Debug ${LAUNCHER} -S . -B build`,
    },
    build: { bare: 'make -C build -j2', cached: 'make -C build -j2' },
  },
  {
    name: 'meson',
    files: {
      'meson.build': `project('greeting', 'c', 'cpp')
values = configuration_data({'GREETING': '"from meson"'})
configure_file(output: 'config.h', configuration: values)
list = static_library('list', 'src/sum.c', 'src/text.c', 'src/name.cpp')
executable('greeting', 'src/main.c', link_with: list)
`,
    },
    // Finds sccache by itself, unless it is told which compilers to use.
    configure: { bare: 'CC=gcc CXX=g++ meson setup build', cached: 'meson setup build' },
    build: { bare: 'ninja -C build', cached: 'ninja -C build' },
  },
];

/** What a build has compiled (and what its dependency files say), by path; not what it says of itself. */
function results(world: World): Record<string, Buffer> {
  const directory = world.path('build');
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(o|d|Po)$/.test(entry.name) && !entry.parentPath.includes('CMakeScratch'))
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(directory, path), readFileSync(path)]));
}

describe('a project that is built with', () => {
  it.each(SYSTEMS)('$name: cold and warm, with what the bare compilers make', async (system) => {
    const { files, prepare = 'true', configure, build } = system;
    await using world = new World();
    const env = { PATH: `${world.bin}:${world.environment()['PATH']}` };
    const run = (command: string) => world.succeed(command, { env, timeoutMs: 55_000 });
    world.write({ ...SOURCES, ...files });
    await run(prepare);

    await run(configure.bare);
    await run(build.bare);
    const bare = results(world);
    const greeting = await run('./build/greeting');
    expect(Object.keys(bare).filter((path) => path.endsWith('.o'))).toHaveLength(OBJECTS);

    for (const pass of ['cold', 'warm'] as const) {
      rmSync(world.path('build'), { recursive: true });
      await run(configure.cached);
      const before = (await world.stats()).stats;
      await run(build.cached);
      const after = (await world.stats()).stats;
      const refused = Object.entries(after.not_cached).filter(([reason, count]) => before.not_cached[reason] !== count);
      const hits = total(after.cache_hits) - total(before.cache_hits);
      const misses = total(after.cache_misses) - total(before.cache_misses);
      expect({ pass, refused: refused.map(([reason]) => reason), hits, misses }).toEqual({
        pass,
        refused: [],
        hits: pass === 'warm' ? OBJECTS : 0,
        misses: pass === 'warm' ? 0 : OBJECTS,
      });
      const cached = results(world);
      expect(Object.keys(cached).sort()).toEqual(Object.keys(bare).sort());
      for (const [path, bytes] of Object.entries(bare)) expect(cached[path]?.equals(bytes), path).toBe(true);
      expect(await run('./build/greeting')).toBe(greeting);
    }
  });
});

/** A package whose build script compiles C with the crate `cc`. */
const PACKAGE = {
  'build.rs': 'fn main() { cc::Build::new().file("src/seven.c").compile("seven"); }\n',
  'src/seven.c': 'int seven(void) { return 7; }\n',
  'src/main.rs':
    'extern "C" { fn seven() -> i32; }\nfn main() { println!("{}", unsafe { seven() } + i32::from(greeting::one())); }\n',
  'src/lib.rs': 'pub fn one() -> u8 { 1 }\n',
};

/** The crate's sources, where this machine has them: cargo's own, or Debian's (librust-cc-dev). */
function sourcesOf(crate: string): string | undefined {
  const cargo = join(process.env['CARGO_HOME'] ?? join(process.env['HOME'] ?? '', '.cargo'), 'registry/src');
  const registries = existsSync(cargo) ? readdirSync(cargo).map((name) => join(cargo, name)) : [];
  const found = [...registries, '/usr/share/cargo/registry'].filter(existsSync).flatMap((registry) =>
    readdirSync(registry)
      .filter((name) => name.startsWith(`${crate}-1.`))
      .map((name) => join(registry, name)),
  );
  return found.sort()[0];
}

describe('cargo, with the wrapper in its configuration file', () => {
  const sources = { cc: sourcesOf('cc'), shlex: sourcesOf('shlex') };

  const withBoth = sources.cc !== undefined && sources.shlex !== undefined;
  it.each([
    { what: 'alone', withC: false },
    ...(withBoth ? [{ what: 'and the crate cc, which takes it for its C compiler too', withC: true }] : []),
  ])('$what', async ({ withC }) => {
    await using world = new World();
    const env = { PATH: `${world.bin}:${process.env['PATH']}`, HOME: process.env['HOME'], CARGO_INCREMENTAL: '0' };
    const { 'build.rs': build, ...plain } = PACKAGE;
    world.write({
      'Cargo.toml':
        '[package]\nname = "greeting"\nversion = "1.0.0"\nedition = "2021"\n' +
        (withC
          ? `[build-dependencies]\ncc = { path = "${sources.cc}" }\n[patch.crates-io]\nshlex = { path = "${sources.shlex}" }\n`
          : ''),
      '.cargo/config.toml': `[build]\nrustc-wrapper = "${world.sccache}"\n`,
      ...plain,
      ...(withC ? { 'build.rs': build } : { 'src/main.rs': 'fn main() { println!("{}", 7 + greeting::one()); }\n' }),
    });
    const run = (command: string) => world.succeed(command, { env, timeoutMs: 55_000 });
    const counts: { hits: number; misses: number; c: number }[] = [];
    for (const pass of ['cold', 'warm']) {
      const before = (await world.stats()).stats;
      await run('cargo build -q --offline');
      expect(await run('target/debug/greeting'), pass).toBe('8\n');
      const after = (await world.stats()).stats;
      counts.push({
        hits: total(after.cache_hits) - total(before.cache_hits),
        misses: total(after.cache_misses) - total(before.cache_misses),
        c: (after.cache_hits.counts['C/C++'] ?? 0) - (before.cache_hits.counts['C/C++'] ?? 0),
      });
      rmSync(world.path('target'), { recursive: true });
    }
    const [cold, warm] = counts;
    expect(cold).toMatchObject({ hits: 0, c: 0 });
    expect(cold?.misses).toBeGreaterThanOrEqual(2);
    expect(warm).toEqual({ hits: cold?.misses, misses: 0, c: withC ? 1 : 0 });
  });
});
