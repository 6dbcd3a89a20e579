import { type ClaimList, claimList } from '../system/claims.ts';
import type { ByteString } from '../util/bytes.ts';
import type { Result } from '../util/result.ts';
import { type ProtocolError, Reader, Writer } from './frame.ts';
import { FRAME_TYPE } from './messages.ts';

/** The reason of a `refused` by which a daemon of another build sends the client to a new one. */
export const REFUSED_VERSION = 'version';

/** `tee` shows the stream live and captures it too. */
export type StreamMode = 'inherit' | 'capture' | 'tee';

/** Where the bytes of a placed file come from. */
export type PlaceSource =
  | { readonly kind: 'inline'; readonly bytes: Buffer }
  | { readonly kind: 'file'; readonly file: ByteString; readonly offset: number; readonly length: number };

/**
 * How a regular file is replaced: written over in place; removed first when it is not empty or is a symbolic link;
 * or by a temporary file beside it that is renamed. A `directory` has no content: it is made with those above it, where
 * it is not there. `rename-writable` is `rename` but for a file without permission to write, even for root. `copy` is
 * `truncate`, and gives the file its mode also where it was there. `append` adds to its end. `remove-first`
 * removes any file or link first.
 */
export type PlaceMethod =
  | 'truncate'
  | 'unlink-first'
  | 'rename'
  | 'directory'
  | 'rename-writable'
  | 'remove'
  | 'copy'
  | 'append'
  | 'remove-first';

/** One output. */
export interface PlacedFile {
  /** Relative: to the caller's directory. */
  readonly path: ByteString;
  /** Permission bits before the caller's umask. */
  readonly mode: number;
  readonly method: PlaceMethod;
  readonly source: PlaceSource;
}

/** Starts a program and reports with `ran`; the last step of its frame. */
export interface RunStep {
  readonly step: 'run';
  readonly stdout: StreamMode;
  readonly stderr: StreamMode;
  readonly program: ByteString;
  readonly argv: readonly ByteString[];
  /** `K=V` to set in the caller's environment. */
  readonly set: readonly ByteString[];
  /** Names to remove from it. */
  readonly unset: readonly ByteString[];
  /** '' inherits; else a path to open. */
  readonly stdin: ByteString;
  /** Left out of standard error wherever it stands: what we added to the command, which a message may quote. */
  readonly hidden?: ByteString;
}

/** What the daemon tells the client to do; `docs/architecture.md` has the meaning of each. */
export type Step =
  | { readonly step: 'exec' }
  | RunStep
  | { readonly step: 'place'; readonly files: readonly PlacedFile[] }
  | { readonly step: 'print'; readonly stdout: Buffer; readonly stderr: Buffer }
  | { readonly step: 'exit'; readonly kind: 'code' | 'signal'; readonly value: number }
  | { readonly step: 'cli' }
  | { readonly step: 'print-captured'; readonly strip: boolean }
  /** What follows in the frame is only done if all claims hold. */
  | { readonly step: 'check'; readonly claims: ClaimList };

export type DaemonMessage =
  | { readonly type: 'steps'; readonly steps: readonly Step[] }
  | { readonly type: 'refused'; readonly reason: ByteString };

/** The names of the u8 fields, each at the place of its value. Zero is no step and no request. */
const STEPS = [undefined, 'exec', 'run', 'place', 'print', 'exit', 'cli', 'print-captured', 'check'] as const;
const STREAM_MODES = ['inherit', 'capture', 'tee'] as const satisfies readonly StreamMode[];
const PLACE_METHODS = [
  'truncate',
  'unlink-first',
  'rename',
  'directory',
  'rename-writable',
  'remove',
  'copy',
  'append',
  'remove-first',
] as const satisfies readonly PlaceMethod[];
const SOURCE_KINDS = ['inline', 'file'] as const satisfies readonly PlaceSource['kind'][];
const EXIT_KINDS = ['code', 'signal'] as const;
const FLAG = [false, true] as const;

/** Bytes of the shortest `place` item: path, mode, method, and an inline source, all empty. */
const MINIMUM_PLACED_FILE = 4 + 4 + 1 + 1 + 4;

/** The frame that tells the client what to do. At most 255 steps. */
export function encodeSteps(steps: readonly Step[]): Buffer {
  const large = steps.reduce((sum, step) => sum + (step.step === 'check' ? step.claims.bytes.length : 0), 0);
  const writer = new Writer(FRAME_TYPE.steps, large);
  writer.u8(steps.length);
  for (const step of steps) writeStep(writer, step);
  return writer.finish();
}

/** The frame that turns a client away. `REFUSED_VERSION` makes it start a new daemon; else it compiles uncached. */
export function encodeRefused(reason: ByteString): Buffer {
  const writer = new Writer(FRAME_TYPE.refused);
  writer.bytes(reason);
  return writer.finish();
}

/** The answer of a daemon. Buffers in it are views of the payload. */
export function decodeDaemonFrame(payload: Buffer): Result<DaemonMessage, ProtocolError> {
  const reader = new Reader(payload);
  return reader.finish(readDaemonMessage(reader));
}

function readDaemonMessage(reader: Reader): DaemonMessage {
  const type = reader.u8();
  if (type === FRAME_TYPE.refused) return { type: 'refused', reason: reader.bytes() };
  if (type !== FRAME_TYPE.steps) reader.fail(`frame type ${type} from a daemon`);
  const count = reader.u8();
  const steps: Step[] = [];
  for (let index = 0; index < count; index++) {
    if (steps.at(-1)?.step === 'run') reader.fail('a step behind run');
    steps.push(readStep(reader));
  }
  return { type: 'steps', steps };
}

function writeStep(writer: Writer, step: Step): void {
  writer.choice(STEPS, step.step);
  switch (step.step) {
    case 'exec':
    case 'cli':
      break;
    case 'run':
      writer.choice(STREAM_MODES, step.stdout);
      writer.choice(STREAM_MODES, step.stderr);
      writer.bytes(step.program);
      writer.bytesList(step.argv);
      writer.bytesList(step.set);
      writer.bytesList(step.unset);
      writer.bytes(step.stdin);
      writer.bytes(step.hidden ?? '');
      break;
    case 'place':
      writer.u32(step.files.length);
      for (const file of step.files) writePlacedFile(writer, file);
      break;
    case 'print':
      writer.buffer(step.stdout);
      writer.buffer(step.stderr);
      break;
    case 'exit':
      writer.choice(EXIT_KINDS, step.kind);
      writer.u32(step.value);
      break;
    case 'print-captured':
      writer.choice(FLAG, step.strip);
      break;
    case 'check':
      writer.u32(step.claims.count);
      writer.rawBuffer(step.claims.bytes);
      break;
  }
}

function readStep(reader: Reader): Step {
  const step = STEPS[reader.u8()];
  switch (step) {
    case 'exec':
    case 'cli':
      return { step };
    case 'run':
      return {
        step,
        stdout: reader.choice(STREAM_MODES, 'stdout mode'),
        stderr: reader.choice(STREAM_MODES, 'stderr mode'),
        program: reader.bytes(),
        argv: reader.bytesList(),
        set: reader.bytesList(),
        unset: reader.bytesList(),
        stdin: reader.bytes(),
        hidden: reader.bytes(),
      };
    case 'place':
      return { step, files: reader.list(() => readPlacedFile(reader), MINIMUM_PLACED_FILE) };
    case 'print':
      return { step, stdout: reader.buffer(), stderr: reader.buffer() };
    case 'exit':
      return { step, kind: reader.choice(EXIT_KINDS, 'kind of exit'), value: reader.u32() };
    case 'print-captured':
      return { step, strip: reader.choice(FLAG, 'strip') };
    case 'check':
      return { step, claims: claimList(reader.bytesList()) };
    case undefined:
      reader.fail('unknown step');
      return { step: 'exec' };
  }
}

function writePlacedFile(writer: Writer, file: PlacedFile): void {
  writer.bytes(file.path);
  writer.u32(file.mode);
  writer.choice(PLACE_METHODS, file.method);
  writer.choice(SOURCE_KINDS, file.source.kind);
  if (file.source.kind === 'inline') {
    writer.buffer(file.source.bytes);
    return;
  }
  writer.bytes(file.source.file);
  writer.u64(file.source.offset);
  writer.u64(file.source.length);
}

function readPlacedFile(reader: Reader): PlacedFile {
  const path = reader.bytes();
  const mode = reader.u32();
  const method = reader.choice(PLACE_METHODS, 'place method');
  const kind = reader.choice(SOURCE_KINDS, 'kind of source');
  const source: PlaceSource =
    kind === 'inline'
      ? { kind, bytes: reader.buffer() }
      : { kind, file: reader.bytes(), offset: reader.u64(), length: reader.u64() };
  return { path, mode, method, source };
}
