import { type ByteString, fromBuffer } from '../../util/bytes.ts';
import { joinPath } from '../../util/path.ts';
import type { PrefixMap, Refusal } from '../arguments.ts';
import type { OptionRow } from '../option-table.ts';
import type { Action } from './actions.ts';
import { cannotCache, type Draft, type Handler, normalised } from './draft.ts';
import { headerSearch, isLanguage } from './languages.ts';
import { moduleHandlers } from './module-options.ts';
import { outputHandlers, setOutput } from './output-options.ts';
import { overlayReplacements } from './overlay.ts';

/** Notes what an option of the tables means. */
export function applyOption(draft: Draft, row: OptionRow<Action>, value: ByteString): Refusal | undefined {
  return handlers[row.action](draft, row, value);
}

const addKey: Handler = (draft, row, value) => {
  draft.key.push(...normalised(row, value));
  return undefined;
};

const addProbe: Handler = (draft, row, value) => {
  if (value.endsWith('.hmap')) draft.inputFiles.push(value); // a header map, which clang takes for a directory
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

const addCoverageNotes: Handler = (draft, row, value) => {
  draft.sideFiles.push({ role: 'coverage-notes', flag: row.flag, extension: 'gcno' });
  return addProfile(draft, row, value);
};

/** Specs rule the driver: they may add any option. Which files they are, the compiler tells when it is asked what it is. */
const addSpecs: Handler = (draft, row, value) => {
  draft.embedsDirectory = true;
  draft.embedsOutputPath = true;
  return addProbe(draft, row, value);
};

/** gcc looks for a plugin without a slash in its own directory. */
const addPlugin: Handler = (draft, row, value) =>
  value.includes('/') ? addInputFile(draft, row, value) : cannotCache(row.flag);

/** Sources are searched for directives byte by byte: possible where these are what they are in ASCII. */
const LIKE_ASCII = /^(?:utf-?8|(?:us-)?ascii|iso[-_]?8859-\d+|latin-?\d|windows-125\d|cp125\d|koi8-[ru])$/i;

const addInputCharset: Handler = (draft, row, value) =>
  LIKE_ASCII.test(value) ? addKey(draft, row, value) : cannotCache(row.flag);

/** The files that stand for others count by their contents, and so does which of them exist. */
const addOverlay: Handler = (draft, row, value) => {
  const text = draft.options.readFile(value);
  const replacements = text && overlayReplacements(fromBuffer(text), value);
  if (text !== undefined && replacements === undefined) return cannotCache(row.flag);
  draft.overlays.push(...(replacements?.names ?? []));
  draft.optionalInputFiles.push(...(replacements?.files ?? []));
  return addInputFile(draft, row, value);
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

const setLanguage: Handler = (draft, _row, value) => {
  const searched = draft.kind === 'gcc' && headerSearch(value) !== undefined;
  if (value !== 'none' && !isLanguage(value) && !searched) return cannotCache('-x');
  draft.language = value === 'none' ? undefined : value;
  return undefined;
};

/** clang looks for `default.profdata` in a directory. Only one of the two files is there. */
const addProfileUse: Handler = (draft, row, value) => {
  if (value !== '') draft.optionalInputFiles.push(value);
  draft.optionalInputFiles.push(joinPath(value, 'default.profdata'));
  return addProfile(draft, row, value);
};

const addAutoProfile: Handler = (draft, row, value) => {
  draft.inputFiles.push(value === '' ? 'fbdata.afdo' : value);
  return addProfile(draft, row, value);
};

const addSampleProfile: Handler = (draft, row, value) =>
  value === '' ? cannotCache(row.flag) : addAutoProfile(draft, row, value);

const SECTION_WORDS: ReadonlySet<string> = new Set(['all', 'labels', 'none']);

const addSectionList: Handler = (draft, row, value) => {
  if (value.startsWith('list=')) draft.inputFiles.push(value.slice('list='.length));
  else if (!SECTION_WORDS.has(value)) return cannotCache(row.flag);
  return addKey(draft, row, value);
};

const handlers: Readonly<Record<Action, Handler>> = {
  refuse,
  // The parser reads these as the options that they stand for; nobody spells them so for clang's front end.
  'long-spelling': refuse,
  'host-option': refuse,
  query: (draft, row) => {
    draft.query ??= row.flag;
    return undefined;
  },
  key: addKey,
  probe: addProbe,
  ignore: () => undefined,
  pipe: (draft) => {
    draft.pipe = true;
    return undefined;
  },
  compile: (draft) => {
    draft.compile = true;
    return undefined;
  },
  assemble: (draft) => {
    draft.assemble = true;
    return undefined;
  },
  precompile: (draft) => {
    draft.precompile = true;
    return undefined;
  },
  'syntax-only': (draft) => {
    draft.syntaxOnly = true;
    return undefined;
  },
  output: (draft, _row, value) => setOutput(draft, value),
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
  'preprocessor-words': (draft, _row, value) => {
    const words = value.split(',');
    const [first = '', file = ''] = words;
    if (draft.kind === 'clang' && /^-MM?D$/.test(first)) {
      // clang takes `-Wp,-MD,FILE` for `-MD -MF FILE`. Where there are more words, it forgets all behind the first.
      draft.dependency.push({ flag: first.slice(1), value: '' });
      if (words.length === 2) draft.dependency.push({ flag: 'MF', value: file });
    } else draft.preprocessorWords.push(...words);
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
  'input-charset': addInputCharset,
  overlay: addOverlay,
  ...moduleHandlers,
  'section-list': addSectionList,
  'profile-use': addProfileUse,
  'object-profile-use': (draft, row, value) => {
    draft.profileUses.push(value);
    return addProfile(draft, row, value);
  },
  plugin: addPlugin,
  'sample-profile': addSampleProfile,
  'auto-profile': addAutoProfile,
  specs: addSpecs,
  ...outputHandlers,
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
    draft.profileUses.push(value);
    draft.profileDirectory = true;
    return addProfile(draft, row, value);
  },
  'prefix-map': addPrefixMap,
  'compilation-directory': (draft, row, value) => {
    draft.namesCompilationDirectory = true;
    return addKey(draft, row, value);
  },
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
  'emit-pch': (draft, row, value) => {
    draft.emitsPrecompiledHeader = true;
    return addKey(draft, row, value);
  },
  'no-pch-timestamp': (draft, row, value) => {
    draft.pchTimestamp = false;
    return addKey(draft, row, value);
  },
};

/** Options that are in no table go to the key as they are; some prefixes say more. What may name a file counts with its contents. */
export function applyUnknown(draft: Draft, text: ByteString): void {
  draft.key.push(text);
  const equals = text.indexOf('=');
  if (equals > 0 && equals < text.length - 1) draft.optionalInputFiles.push(text.slice(equals + 1));
  if (text.startsWith('-m') || text.startsWith('--sysroot')) draft.probe.push(text);
  else if (text === '-g0' || text === '-ggdb0') draft.debugInformation = false;
  else if (/^(?:-g(?!no-|z)|--debug)/.test(text)) draft.debugInformation = true;
  else if (/^-f(?:debug-|plugin)/.test(text)) draft.embedsDirectory = true;
}
