import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { COMMAND_NAMES } from '../../../src/cli/options.ts';
import { type CommandLine, readCommandLine } from '../../../src/cli/program.ts';

interface Said {
  readonly command: CommandLine;
  readonly out: string;
  readonly err: string;
}

function read(...words: string[]): Said {
  let out = '';
  let err = '';
  const command = readCommandLine(words, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    alarm: (text) => `!${text}!`,
  });
  return { command, out, err };
}

describe('the command line', () => {
  it.each([
    [['-s'], { kind: 'show-stats', advanced: false, format: 'text' }],
    [['--show-adv-stats', '--stats-format', 'json'], { kind: 'show-stats', advanced: true, format: 'json' }],
    [['--start-server'], { kind: 'start-server' }],
    [['--stop-server', '--stats-format=json'], { kind: 'stop-server' }],
    [['--zero-stats'], { kind: 'zero-stats' }],
    [['--debug-preprocessor-cache'], { kind: 'debug-preprocessor-cache' }],
    [['--dist-auth'], { kind: 'dist-auth' }],
    [['--dist-status'], { kind: 'dist-status' }],
    [['--package-toolchain', 'gcc', 'out.tgz'], { kind: 'package-toolchain' }],
    [['--completions', 'zsh'], { kind: 'completions', shell: 'zsh' }],
    [['--man-page'], { kind: 'man-page' }],
  ])('%j', (words, command) => {
    expect(read(...words)).toEqual({ command, out: '', err: '' });
  });

  it('tells its version where scripts look for that of sccache', () => {
    const { command, out } = read('--version');
    expect(command).toEqual({ kind: 'said', exitCode: 0 });
    expect(out).toBe(`sccache 0.19.0 (sccache-ts ${manifest.version})\n`);
    expect(read('-V').out).toBe(out);
  });
});

describe('help', () => {
  const { command, out, err } = read('--help');

  it('goes to stdout and is a success', () => {
    expect(command).toEqual({ kind: 'said', exitCode: 0 });
    expect(err).toBe('');
    expect(read('-h').out).toBe(out);
  });

  it('has the layout of sccache', () => {
    // The lines of `sccache --help` of 0.19.0, each description in one column.
    const column = out.indexOf('show cache statistics') - out.indexOf('  -s, --show-stats');
    const line = (flags: string, description: string) => `\n${flags.padEnd(column)}${description}\n`;
    for (const [flags, description] of [
      ['  -s, --show-stats', 'show cache statistics'],
      ['      --show-adv-stats', 'show advanced cache statistics'],
      ['      --start-server', 'start background server'],
      ['      --stop-server', 'stop background server'],
      ['      --debug-preprocessor-cache', 'show all preprocessor cache entries'],
      ['  -z, --zero-stats', 'zero statistics counters'],
      ['      --dist-auth', 'authenticate for distributed compilation'],
      ['      --dist-status', 'show status of the distributed client'],
      ['      --package-toolchain <EXE> <OUT>', 'package toolchain for distributed compilation'],
      ['  -h, --help', 'Print help'],
      ['  -V, --version', 'Print version'],
    ] as const) {
      expect(out).toContain(line(flags, description));
    }
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      ' --stats-format <FMT> set output format of statistics [default: text] [possible values: text, json, prometheus, markdown] ',
    );
    expect(out).toContain(`
Enabled features:
    S3:        false
    Redis:     false
    Memcached: false
    GCS:       false
    GHA:       false
    Azure:     false
    WebDAV:    false
    OSS:       false
    COS:       false
`);
    expect(out).toMatch(/^Usage: sccache \[OPTIONS\] <--show-stats\|.*\|CMD>\n\nArguments:\n {2}\[CMD\]\.\.\. /);
  });

  it('fits the width that sccache keeps to', () => {
    const [usage, ...lines] = out.split('\n');
    expect(usage).toContain('Usage');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
  });
});

describe('a mistake', () => {
  it.each([
    [['--bogus'], "unknown option '--bogus'"],
    [['-x'], "unknown option '-x'"],
    [['--show-stat'], "unknown option '--show-stat'\n(Did you mean --show-stats?)"],
    [['--package-toolchain'], "'--package-toolchain <EXE> <OUT>' argument missing"],
    [['--package-toolchain', 'gcc'], "2 values required for '--package-toolchain <EXE> <OUT>' but 1 was provided"],
    [['--dist-status', 'x'], "'--dist-status' cannot be used with 'x'"],
    [['-s', '-s'], "'--show-stats' cannot be used more than once"],
    [['-s', '-z'], "'--show-stats' cannot be used with '--zero-stats'"],
    [['-sz'], "'--show-stats' cannot be used with '--zero-stats'"],
    [['--stop-server', '--start-server'], "'--stop-server' cannot be used with '--start-server'"],
    [['-s', 'gcc', '-c', 'x.c'], "'--show-stats' cannot be used with 'gcc -c x.c'"],
    [['--stats-format', 'json', 'gcc'], 'no option can stand before a compiler: sccache gcc'],
    [
      [],
      `one of these is needed: ${COMMAND_NAMES.map((name) => `--${name}`).join(', ')}, or a compiler and its arguments`,
    ],
    [['--stats-format', 'json'], 'one of these is needed: --show-stats'],
    [
      ['-s', '--stats-format', 'xml'],
      "'--stats-format <FMT>' argument 'xml' is invalid. Allowed choices are text, json",
    ],
    [['-s', '--stats-format'], "'--stats-format <FMT>' argument missing"],
  ])('%j is named, with a way out', (words, message) => {
    const { command, out, err } = read(...words);
    expect(command).toEqual({ kind: 'said', exitCode: 2 });
    expect(out).toBe('');
    expect(err).toMatch(/^!error!: /);
    expect(err).toContain(message);
    expect(err).toContain("\n\nFor more information, try '--help'.\n");
  });
});
