import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
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
  ])('%j', (words, command) => {
    expect(read(...words)).toEqual({ command, out: '', err: '' });
  });

  it('tells its version where scripts look for that of sccache', () => {
    const { command, out } = read('--version');
    expect(command).toEqual({ kind: 'said', exitCode: 0 });
    expect(out).toBe(`sccache 0.19.0\nsccache-ts ${manifest.version}\n`);
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
    // `sccache --help` of 0.19.0 without the options that are not there; its column is 11 wider for --package-toolchain.
    expect(out).toContain(`
Options:
  -s, --show-stats          show cache statistics
      --show-adv-stats      show advanced cache statistics
      --start-server        start background server
      --stop-server         stop background server
  -z, --zero-stats          zero statistics counters
      --stats-format <FMT>  set output format of statistics [default: text] [possible values: text,
                            json]
  -h, --help                Print help
  -V, --version             Print version

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
    [['-s', '-s'], "'--show-stats' cannot be used more than once"],
    [['-s', '-z'], "'--show-stats' cannot be used with '--zero-stats'"],
    [['-sz'], "'--show-stats' cannot be used with '--zero-stats'"],
    [['--stop-server', '--start-server'], "'--stop-server' cannot be used with '--start-server'"],
    [['-s', 'gcc', '-c', 'x.c'], "'--show-stats' cannot be used with 'gcc -c x.c'"],
    [['--stats-format', 'json', 'gcc'], 'no option can stand before a compiler: sccache gcc'],
    [
      [],
      'one of these is needed: --show-stats, --show-adv-stats, --start-server, --stop-server, --zero-stats, ' +
        'or a compiler and its arguments',
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
