import type { ByteString } from '../../util/bytes.ts';
import type { PrefixMap, Refusal } from '../arguments.ts';
import type { OptionRow } from '../option-table.ts';
import type { Action } from './actions.ts';
import { cannotCache, type Draft, normalised, type SideFile } from './draft.ts';
import { isLanguage } from './languages.ts';

type Handler = (draft: Draft, row: OptionRow<Action>, value: ByteString) => Refusal | undefined;

/** Notes what an option of the tables means. */
export function applyOption(draft: Draft, row: OptionRow<Action>, value: ByteString): Refusal | undefined {
  return handlers[row.action](draft, row, value);
}

const addKey: Handler = (draft, row, value) => {
  draft.key.push(...normalised(row, value));
  return undefined;
};

const addProbe: Handler = (draft, row, value) => {
  draft.probe.push(...normalised(row, value));
  return addKey(draft, row, value);
};

const refuse: Handler = (_draft, row) => cannotCache(row.flag);

const addInputFile: Handler = (draft, row, value) => {
  draft.inputFiles.push(value);
  if (row.flag.startsWith('-fplugin') || row.flag === '-load') draft.embedsDirectory = true;
  return addKey(draft, row, value);
};

/** Instrumented objects name the file that they will write at run time. */
const addProfile: Handler = (draft, row, value) => {
  draft.embedsDirectory = true;
  draft.embedsOutputPath = true;
  return addKey(draft, row, value);
};

function sideFile(role: SideFile['role'], extension: string): Handler {
  return (draft, row, value) => {
    draft.sideFiles.push({ role, flag: row.flag, extension });
    return addKey(draft, row, value);
  };
}

const addCoverageNotes: Handler = (draft, row, value) => {
  draft.sideFiles.push({ role: 'coverage-notes', flag: row.flag, extension: 'gcno' });
  return addProfile(draft, row, value);
};

/** Specs rule the driver: they may add any option. Only those are known whose path is certain and that include no others. */
const addSpecs: Handler = (draft, row, value) => {
  const content = value.startsWith('/') ? draft.options.readFile(value) : undefined;
  if (content === undefined || content.includes('%include')) return cannotCache(row.flag);
  draft.inputFiles.push(value);
  draft.embedsDirectory = true;
  draft.embedsOutputPath = true;
  return addProbe(draft, row, value);
};

const addPrefixMap: Handler = (draft, row, value) => {
  const equals = value.indexOf('=');
  const applies = /^-f(debug|file|macro|coverage|profile)-prefix-map$/.exec(row.flag)?.[1];
  if (equals >= 0 && isMapped(applies)) {
    draft.prefixMaps.push({ applies, from: value.slice(0, equals), to: value.slice(equals + 1) });
  }
  return addKey(draft, row, value);
};

function isMapped(what: string | undefined): what is PrefixMap['applies'] {
  return what !== undefined;
}

const setColour: Handler = (draft, row, value) => {
  const never = row.flag.startsWith('-fno-') || value === 'never';
  const always =
    row.flag === '-fcolor-diagnostics' || value === 'always' || (row.flag.endsWith('color') && value === '');
  draft.colour = never ? 'never' : always ? 'always' : 'auto';
  return undefined;
};

/** `-o` twice: gcc takes the last, clang complains. `-o -` is standard output to some and a file to others. */
const setOutput: Handler = (draft, _row, value) => {
  if (value === '-') return cannotCache('-o -');
  if (draft.output !== undefined || value === '') return cannotCache('-o');
  draft.output = value;
  return undefined;
};

const setLanguage: Handler = (draft, _row, value) => {
  if (value !== 'none' && !isLanguage(value)) return cannotCache('-x');
  draft.language = value === 'none' ? undefined : value;
  return undefined;
};

/** A directory given to `-fprofile-use` holds `default.profdata`; clang looks there. */
const addProfileUse: Handler = (draft, row, value) => {
  const path = value === '' || value.endsWith('/') ? `${value}default.profdata` : value;
  draft.inputFiles.push(path);
  return addProfile(draft, row, value);
};

const addAutoProfile: Handler = (draft, row, value) => {
  draft.inputFiles.push(value === '' ? 'fbdata.afdo' : value);
  return addProfile(draft, row, value);
};

const addSampleProfile: Handler = (draft, row, value) =>
  value === '' ? cannotCache(row.flag) : addAutoProfile(draft, row, value);

/** `-fmodule-file=[NAME=]FILE`; without a file it names a module that is searched for. */
const addModuleFile: Handler = (draft, row, value) => {
  const path = value.slice(value.indexOf('=') + 1);
  if (path === '') return cannotCache(row.flag);
  draft.inputFiles.push(path);
  return addKey(draft, row, value);
};

const SECTION_WORDS: ReadonlySet<string> = new Set(['all', 'labels', 'none']);

const addSectionList: Handler = (draft, row, value) => {
  if (value.startsWith('list=')) draft.inputFiles.push(value.slice('list='.length));
  else if (!SECTION_WORDS.has(value)) return cannotCache(row.flag);
  return addKey(draft, row, value);
};

const handlers: Readonly<Record<Action, Handler>> = {
  refuse,
  query: (draft, row) => {
    draft.query ??= row.flag;
    return undefined;
  },
  key: addKey,
  probe: addProbe,
  ignore: () => undefined,
  compile: (draft) => {
    draft.compile = true;
    return undefined;
  },
  assemble: (draft) => {
    draft.assemble = true;
    return undefined;
  },
  output: setOutput,
  language: setLanguage,
  arch: (draft, row, value) => {
    draft.architectures.add(value);
    return addProbe(draft, row, value);
  },
  machine: (draft, row, value) => {
    if (value === 'native') draft.native = true;
    return addProbe(draft, row, value);
  },
  colour: setColour,
  'print-headers': (draft, row, value) => {
    draft.printsHeaders = true;
    return addKey(draft, row, value);
  },
  'forced-include': (draft, row, value) => {
    draft.forcedIncludes.push(value);
    return addKey(draft, row, value);
  },
  dependency: (draft, row, value) => {
    draft.dependency.push({ flag: row.flag.slice(1), value });
    return undefined;
  },
  'preprocessor-word': (draft, row, value) => {
    if (value.startsWith('-M')) return cannotCache(row.flag);
    draft.preprocessorWords.push(value);
    return undefined;
  },
  'preprocessor-words': (draft, row, value) => {
    const words = value.split(',');
    // clang takes exactly `-Wp,-MD,FILE` for `-MD -MF FILE`; with more words it becomes something else.
    if (draft.kind === 'clang' && /^-MM?D$/.test(words[0] ?? '') && words.length !== 2) return cannotCache(row.flag);
    draft.preprocessorWords.push(...words);
    return undefined;
  },
  'assembler-word': (draft, _row, value) => {
    draft.assemblerWords.push(value);
    return undefined;
  },
  'assembler-words': (draft, _row, value) => {
    draft.assemblerWords.push(...value.split(','));
    return undefined;
  },
  'clang-word': (draft, _row, value) => {
    draft.clangWords.push(value);
    return undefined;
  },
  'integrated-assembler': (draft, row, value) => {
    if (draft.kind === 'clang') draft.externalAssembler = row.flag.startsWith('-fno-') || row.flag.startsWith('-no-');
    return addProbe(draft, row, value);
  },
  'input-file': addInputFile,
  'module-file': addModuleFile,
  'section-list': addSectionList,
  'profile-use': addProfileUse,
  'sample-profile': addSampleProfile,
  'auto-profile': addAutoProfile,
  specs: addSpecs,
  'diagnostics-file': (draft, row, value) => {
    draft.diagnosticsFile = value;
    draft.key.push(row.flag);
    return undefined;
  },
  'stack-usage': sideFile('stack-usage', 'su'),
  'callgraph-info': sideFile('callgraph-info', 'ci'),
  'split-dwarf': (draft, row, value) => {
    if (value !== 'single') draft.sideFiles.push({ role: 'split-dwarf', flag: row.flag, extension: 'dwo' });
    draft.debugInformation = true;
    draft.embedsOutputPath = true;
    return addKey(draft, row, value);
  },
  'coverage-notes': addCoverageNotes,
  coverage: addCoverageNotes,
  profile: addProfile,
  'profile-directory': (draft, row, value) => {
    draft.profileDirectory = true;
    return addProfile(draft, row, value);
  },
  'prefix-map': addPrefixMap,
  'record-switches': (draft, row, value) => {
    draft.recordsSwitches = true;
    draft.recordsWords = true;
    return addKey(draft, row, value);
  },
  lto: (draft, row, value) => {
    draft.linkTimeOptimisation = !row.flag.startsWith('-fno-');
    return addKey(draft, row, value);
  },
  'emit-llvm': (draft, row, value) => {
    draft.emitsLlvm = true;
    return addKey(draft, row, value);
  },
  'no-pch-timestamp': (draft, row, value) => {
    draft.pchTimestamp = false;
    return addKey(draft, row, value);
  },
};

/** Options that are in no table go to the key as they are; some prefixes say more. */
export function applyUnknown(draft: Draft, text: ByteString): void {
  draft.key.push(text);
  if (text.startsWith('-m') || text.startsWith('--sysroot')) draft.probe.push(text);
  else if (text === '-g0' || text === '-ggdb0') draft.debugInformation = false;
  else if (/^(?:-g(?!no-|z)|--debug)/.test(text)) draft.debugInformation = true;
  else if (/^-f(?:debug-|plugin)/.test(text)) draft.embedsDirectory = true;
}
