import type { ParsedArguments } from '../../../compilers/arguments.ts';
import type { Circumstance } from '../../../key/circumstances.ts';
import { mentionsTimeMacros, type SourceScan } from '../../../key/source-scan.ts';
import type { RanMessage } from '../../../protocol/messages.ts';
import type { RunStep } from '../../../protocol/steps.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import type { Request } from '../../request.ts';
import { definitions } from '../definitions.ts';
import type { CompilerKind } from '../toolchain/toolchain.ts';
import { questionStep } from './header-report.ts';

const TIME_MACROS = ['__DATE__', '__TIME__', '__TIMESTAMP__'] as const;
type TimeMacro = (typeof TIME_MACROS)[number];

/** A time macro in what the preprocessor leaves of a compile. */
export interface TimeMacroUse {
  readonly macro: TimeMacro;
  /** As the preprocessor names it; undefined when it could not be asked. */
  readonly file: ByteString | undefined;
}

/** Whether sources or arguments name a time macro, used or not. */
export function mayUseTimeMacros(parsed: ParsedArguments, scans: Iterable<SourceScan>): boolean {
  const pieces = { name: false, around: false };
  for (const { timeMacros, timePieces } of scans) {
    pieces.name ||= timePieces.name;
    pieces.around ||= timePieces.around;
    if (timeMacros || (pieces.name && pieces.around)) return true;
  }
  return definitions(parsed).some((definition) => mentionsTimeMacros(definition));
}

const MARK = 'sccache-ts:';

/**
 * Preprocesses once more with marks in place of the time macros: what stands in an untaken branch or an unused macro leaves
 * none. The caller's own `-D` and `-U` come later and count.
 */
export function timeMacroStep(request: Request, parsed: ParsedArguments): RunStep {
  return questionStep(
    request,
    parsed,
    TIME_MACROS.map((macro) => `-D${macro}="${MARK}${macro}"`),
    ['-E'],
  );
}

/** Reads the answer. Where there is none, all may be used. */
export function usedTimeMacros(ran: RanMessage): readonly TimeMacroUse[] {
  if (ran.kind !== 'exit' || ran.value !== 0 || ran.stdout.kind !== 'bytes') {
    return TIME_MACROS.map((macro) => ({ macro, file: undefined }));
  }
  const text = fromBuffer(ran.stdout.bytes);
  const uses: TimeMacroUse[] = [];
  for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + 1)) {
    const macro = TIME_MACROS.find((name) => text.startsWith(name, at + MARK.length));
    if (macro) uses.push({ macro, file: fileOfLine(text, at) });
  }
  return uses;
}

/** From the last line marker (`# LINE "FILE" FLAGS`) before a place. */
function fileOfLine(text: ByteString, place: number): ByteString | undefined {
  const marker = /# \d+ "((?:\\.|[^"\\])*)"/y;
  for (let at = place; at >= 0; at = text.lastIndexOf('\n# ', at - 1)) {
    marker.lastIndex = at === 0 ? 0 : at + 1;
    const name = marker.exec(text)?.[1];
    if (name !== undefined) return name.replace(/\\([0-7]{3}|.)/gs, unescaped);
    if (at === 0) break;
  }
  return undefined;
}

/** The last second of 2099, which a compiler then takes for the present. */
const LAST_SECOND = { variable: 'SOURCE_DATE_EPOCH=4102444799', date: 'Dec 31 2099', time: '23:59:59' } as const;
const TIME_STAMP = /\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\b/;

/**
 * The same question where gcc read a precompiled header: its macros name what no text shows any more, and a definition of ours would
 * keep it from being read. So another time is the mark.
 */
export function precompiledTimeStep(request: Request, parsed: ParsedArguments): RunStep {
  const step = questionStep(request, parsed, [], ['-E', '-fpch-preprocess']);
  return { ...step, set: [...step.set, LAST_SECOND.variable] };
}

/** Reads that answer, which does not tell the file of a time stamp. */
export function timeMacrosInPrecompiled(ran: RanMessage): readonly TimeMacroUse[] {
  const all = TIME_MACROS.map((macro) => ({ macro, file: undefined }));
  if (ran.kind !== 'exit' || ran.value !== 0 || ran.stdout.kind !== 'bytes') return all;
  const text = fromBuffer(ran.stdout.bytes);
  const found = {
    __DATE__: text.includes(LAST_SECOND.date),
    __TIME__: text.includes(LAST_SECOND.time),
    __TIMESTAMP__: TIME_STAMP.test(text),
  };
  return all.filter(({ macro }) => found[macro]);
}

function unescaped(_escape: string, character: string): string {
  return character.length === 3 ? String.fromCharCode(Number.parseInt(character, 8)) : character;
}

/**
 * What a result with these macros depends on; undefined: on more than can be told later (the time of day).
 * `SOURCE_DATE_EPOCH` fixes date and time (gcc 7, clang 16), with clang the time stamp as well. That it is set is part of the key.
 */
export function timeCircumstances(
  uses: readonly TimeMacroUse[],
  request: Request,
  kind: CompilerKind,
  version: string,
): readonly Circumstance[] | undefined {
  const epoch = request.environment.has('SOURCE_DATE_EPOCH');
  const fixed: Circumstance = { kind: 'variable', path: 'SOURCE_DATE_EPOCH' };
  if (epoch && kind === 'clang' && Number.parseInt(version, 10) >= 16) return uses.length > 0 ? [fixed] : [];
  const circumstances: Circumstance[] = [];
  for (const { macro, file } of uses) {
    if (macro === '__TIMESTAMP__') {
      if (file === undefined) return undefined;
      circumstances.push({ kind: 'zone', path: '' }, { kind: 'modified', path: file });
    } else if (epoch && kind === 'gcc') {
      circumstances.push(fixed);
    } else {
      if (macro === '__TIME__') return undefined;
      circumstances.push({ kind: 'day', path: '' });
    }
  }
  return circumstances;
}
