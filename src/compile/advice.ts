import { REASONS, type Reason } from './outcome.ts';

/** What can be done so that a compile is cached, by the reason why it was not. */
const ADVICE: Partial<Record<Reason, string>> = {
  'time-macro': 'with gcc set SOURCE_DATE_EPOCH; else keep the macro in one small source of its own',
  'modified-during-compile': 'it is cached next time; if it never is, something writes that file in each build',
  'compiler-changed': 'it is cached next time',
  'macro-starts-programs': 'name the files that it reads in SCCACHE_EXTRAFILES',
  'macro-writes-files': 'name the files that it reads in SCCACHE_EXTRAFILES, if nothing needs those that it writes',
  'macro-reads-much': 'name the files that it reads in SCCACHE_EXTRAFILES',
  'no-temporary-path': 'make SCCACHE_DIR a path of plain characters that can be written',
  'another-cache': 'put only one cache before the compiler',
  'other-mount-namespace': 'start a daemon inside the container, with SCCACHE_SERVER_UDS of its own',
  'output-not-a-file': 'write to a regular file',
};

/** The same for options that are refused by their name. */
const OPTION_ADVICE: Readonly<Record<string, string>> = {
  '-E': 'nothing is lost: preprocessing is as fast as looking it up',
  incremental: 'CARGO_INCREMENTAL=0, or SCCACHE_INCREMENTAL=1 to keep results of incremental compiles',
  'multiple input files': 'compile one source with each call',
};

const BY_TEXT: ReadonlyMap<string, string> = new Map([
  ...Object.entries(OPTION_ADVICE),
  ...Object.entries(REASONS).flatMap(([reason, text]): [string, string][] => {
    const advice = Object.entries(ADVICE).find(([known]) => known === reason)?.[1];
    return advice === undefined ? [] : [[text, advice]];
  }),
]);

/** @param text the reason as statistics show it */
export function adviceFor(text: string): string | undefined {
  return BY_TEXT.get(text);
}
