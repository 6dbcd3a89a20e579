import type { ModuleAction } from './actions.ts';
import { cannotCache, type Handler, normalised } from './draft.ts';

/** Module files name each other by path, as of the directory where they were made. */
const importModules: Handler = (draft, row, value) => {
  draft.importsModules = true;
  draft.embedsDirectory = true;
  draft.key.push(...normalised(row, value));
  return undefined;
};

/** What gcc reads and writes for modules is known for its own files only, in the directory `gcm.cache` or where a list says. */
const useGccModules: Handler = (draft, row, value) => {
  if (draft.kind === 'clang') return cannotCache(row.flag);
  draft.gccModules ??= row.flag;
  draft.embedsDirectory = true;
  draft.key.push(...normalised(row, value));
  return undefined;
};

/** Options about modules, of clang and of gcc. */
export const moduleHandlers: Readonly<Record<ModuleAction, Handler>> = {
  /** `-fmodule-file=[NAME=]FILE`; without a file it names a module that is searched for. */
  'module-file': (draft, row, value) => {
    const path = value.slice(value.indexOf('=') + 1);
    if (path === '') return cannotCache(row.flag);
    draft.inputFiles.push(path);
    return importModules(draft, row, value);
  },
  'module-directory': (draft, row, value) => {
    draft.moduleDirectories.push(value);
    return importModules(draft, row, value);
  },
  'gcc-modules': useGccModules,
  /** `FILE`; others are programs, sockets and streams, or choose lines of the file. */
  'gcc-module-mapper': (draft, row, value) => {
    if (value === '' || /[|<>=:@?]/.test(value)) return cannotCache(row.flag);
    draft.inputFiles.push(value);
    return useGccModules(draft, row, value);
  },
  'gcc-header-unit': (draft, row, value) => (value === '' ? useGccModules(draft, row, value) : cannotCache(row.flag)),
  'gcc-module-only': (draft, row, value) => {
    draft.moduleOnly = true;
    draft.externalAssembler = false;
    return useGccModules(draft, row, value);
  },
};
