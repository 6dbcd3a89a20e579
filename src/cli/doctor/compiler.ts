import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { JournalEntry } from '../../stats/journal/journal-entry.ts';
import { journalDirectory } from '../../stats/journal/journal-files.ts';
import { readJournal } from '../../stats/journal/journal-reader.ts';
import { durationText } from '../quantities.ts';
import type { Finding, Patient } from './finding.ts';

/** A compile that never was before, for one kind of compiler. */
interface Trial {
  readonly file: string;
  readonly text: (name: string) => string;
  readonly words: readonly string[];
}

const C: Trial = { file: 'doctor.c', text: (name) => `int ${name};\n`, words: ['-c', 'doctor.c', '-o', 'doctor.o'] };
const RUST: Trial = {
  file: 'doctor.rs',
  text: (name) => `pub fn ${name}() {}\n`,
  words: [
    '--crate-name',
    'doctor',
    '--crate-type',
    'lib',
    '--emit=link,metadata,dep-info',
    '--out-dir',
    '.',
    'doctor.rs',
  ],
};

/** Compiles something new twice: the first time has to be a miss, the second a hit. Leaves that one small result behind. */
export function checkCompiler(compiler: string, patient: Patient): Finding {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'sccache-doctor-')));
  try {
    const trial = basename(compiler).includes('rustc') ? RUST : C;
    writeFileSync(join(directory, trial.file), trial.text(`doctor_${randomBytes(6).toString('hex')}`));
    for (let time = 0; time < 2; time += 1) {
      const { status, error, stderr } = runCompiler([compiler, ...trial.words], directory, patient);
      if (status !== 0) {
        const said = error?.message ?? stderr.trim().split('\n')[0] ?? '';
        return {
          mark: 'bad',
          what: 'compiler',
          found: `${compiler} fails: ${said}`,
          remedy: [compiler, ...trial.words].join(' '),
        };
      }
    }
    // The daemon writes its journal before it lets a question through.
    spawnSync(join(patient.distribution, 'sccache'), ['--show-stats'], { env: patient.environment });
    return judge(compiler, entriesOf(directory, patient));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function runCompiler(words: readonly string[], cwd: string, { distribution, environment }: Patient) {
  const { SCCACHE_NO_CACHE: _none, SCCACHE_RECACHE: _anew, SCCACHE_TERMINATE_ON_MISS: _strict, ...env } = environment;
  return spawnSync(join(distribution, 'sccache'), words, { cwd, env, encoding: 'utf8' });
}

function entriesOf(directory: string, { config }: Patient): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (const entry of readJournal(journalDirectory(config.cacheDirectory))) {
    if (entry.cwd === directory && entries.unshift(entry) === 2) break;
  }
  return entries;
}

function judge(compiler: string, [first, second]: readonly JournalEntry[]): Finding {
  const what = 'compiler';
  if (first === undefined || second === undefined) {
    const found = `${compiler} works, but no daemon answered for it: the cache was not used`;
    return {
      mark: 'bad',
      what,
      found,
      remedy: 'SCCACHE_LOG=debug SCCACHE_ERROR_LOG=/tmp/sccache.log sccache --start-server',
    };
  }
  if (first.outcome === 'miss' && second.outcome === 'hit') {
    const times = `a miss of ${durationText(first.micros)}, then a hit of ${durationText(second.micros)}`;
    return { mark: 'good', what, found: `${first.command} is ${second.subject}: ${times}` };
  }
  const outcomes = [first, second].map(({ outcome, reason }) =>
    reason === undefined ? outcome : `${outcome} (${reason})`,
  );
  return { mark: 'bad', what, found: `${first.command}: ${outcomes.join(', then ')}; expected a miss, then a hit` };
}
