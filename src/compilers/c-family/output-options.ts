import type { Output } from '../arguments.ts';
import type { OutputAction } from './actions.ts';
import { cannotCache, type Draft, type Handler, normalised } from './draft.ts';
import { isStream } from './outputs.ts';

function sideFile(role: Output['role'], extension: string): Handler {
  return (draft, row, value) => {
    draft.sideFiles.push({ role, flag: row.flag, extension });
    draft.outputKey.push(...normalised(row, value));
    return undefined;
  };
}

/** The value is the file's name. Of two options for one file neither compiler says which counts. */
function namedFile(role: Output['role']): Handler {
  return (draft, row, value) => {
    if (value === '' || isStream(value) || draft.namedFiles.some((file) => file.role === role)) {
      return cannotCache(row.flag);
    }
    draft.namedFiles.push({ role, path: value });
    draft.outputKey.push(...normalised(row, value));
    return undefined;
  };
}

/** `-fopt-info-vec=FILE` adds to what the file has, so it is no result of one compile; without a file it is a message. */
const addOptimizationNotes: Handler = (draft, row, value) => {
  if (value.includes('=')) return cannotCache(row.flag);
  draft.outputKey.push(row.flag + value);
  return undefined;
};

/** `-fdump-tree-PASS-DETAILS=FILE`; several passes may write to one file. Without a file each pass has its own. */
const addDump: Handler = (draft, row, value) => {
  const equals = value.indexOf('=');
  const path = equals < 0 ? undefined : value.slice(equals + 1);
  if (path === undefined) draft.dumps ??= row.flag;
  else if (path === '' || isStream(path)) return cannotCache(row.flag);
  else if (path === 'stdout') draft.standardOutput = true;
  else if (path !== 'stderr' && !draft.namedFiles.some((file) => file.path === path)) {
    draft.namedFiles.push({ role: `dump ${path}`, path });
  }
  draft.outputKey.push(row.flag + value);
  return undefined;
};

/** `-dp`, `-dP` and `-dA` are comments in the assembly, `-da` asks for a dump of each pass; others are for the preprocessor. */
const addDumpLetters: Handler = (draft, row, value) => {
  if (!/^[aApP]+$/.test(value) || (draft.kind === 'clang' && value !== 'A')) return cannotCache(row.flag);
  if (value.includes('a')) draft.dumps ??= row.flag;
  draft.outputKey.push(row.flag + value);
  return undefined;
};

/** The whole command, the directory and the object's name are written there. */
const addCompilationDatabase: Handler = (draft, row, value) => {
  draft.recordsSwitches = true;
  draft.recordsWords = true;
  return namedFile('compilation-database')(draft, row, value);
};

/** What is said about unused `-pipe` and the names in what is kept depend on more than usual. */
const saveTemporaries: Handler = (draft, row, value) => {
  if (draft.savesTemporaries !== undefined) return cannotCache(row.flag);
  draft.savesTemporaries = row.flag + value;
  draft.embedsDirectory = true;
  draft.embedsOutputPath = true;
  draft.outputKey.push(draft.savesTemporaries);
  return undefined;
};

/** Options that ask for more files than the object. */
export const outputHandlers: Readonly<Record<OutputAction, Handler>> = {
  'diagnostics-file': (draft, row, value) => {
    if (isStream(value) || draft.namedFiles.some(({ role }) => role === 'diagnostics')) return cannotCache(row.flag);
    draft.namedFiles.push({ role: 'diagnostics', path: value });
    draft.outputKey.push(row.flag);
    return undefined;
  },
  'optimization-notes': addOptimizationNotes,
  'optimization-record-file': namedFile('optimization-record'),
  'optimization-record': (draft, row, value) =>
    value === '' || value === '=yaml'
      ? sideFile('optimization-record', 'opt.yaml')(draft, row, value)
      : cannotCache(row.flag),
  'prototypes-file': namedFile('prototypes'),
  'coverage-notes-file': namedFile('coverage-notes'),
  'compilation-database': addCompilationDatabase,
  'stack-usage': sideFile('stack-usage', 'su'),
  'callgraph-info': sideFile('callgraph-info', 'ci'),
  'time-trace': (draft, row, value) =>
    value === '' ? sideFile('time-trace', 'json')(draft, row, value) : cannotCache(row.flag),
  dump: addDump,
  'dump-letters': addDumpLetters,
  'dump-name': (draft, row, value) => {
    if (draft.kind === 'clang') return cannotCache(row.flag);
    draft.dumpName ??= row.flag;
    draft.outputKey.push(row.flag, value);
    return undefined;
  },
  'save-temporaries': saveTemporaries,
};

/** `-o` twice: gcc takes the last, clang complains. */
export function setOutput(draft: Draft, value: string): ReturnType<Handler> {
  if (draft.output !== undefined || value === '') return cannotCache('-o');
  if (value !== '-' && isStream(value)) return cannotCache(`-o ${value}`);
  draft.output = value;
  return undefined;
}
