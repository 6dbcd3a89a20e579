import { type ClaimList, claimList } from '../system/claims.ts';
import type { ByteString } from '../util/bytes.ts';
import type { Result } from '../util/result.ts';
import { type ProtocolError, Reader, Writer } from './frame.ts';

/** The protocol's version. A change of it is a new build id too, so no peer ever speaks two of them. */
export const PROTOCOL_VERSION = 2;

/** The reason of a `refused` by which a daemon of another build sends the client to a new one. */
export const REFUSED_VERSION = 'version';

const MAGIC = 'SCTS';

const TYPE = {
  hello: 0x01,
  compile: 0x02,
  control: 0x03,
  ran: 0x04,
  failed: 0x05,
  stale: 0x06,
  steps: 0x81,
  refused: 0x82,
} as const;

/** Which standard streams of the caller are terminals. */
export interface Terminals {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** The first frame of a connection. */
export interface HelloMessage {
  readonly type: 'hello';
  readonly version: number;
  /** The build that the client belongs to; the TypeScript client adds `+ts`. */
  readonly buildId: ByteString;
}

/** A compiler was called. */
export interface CompileRequest {
  readonly type: 'compile';
  readonly pid: number;
  readonly umask: number;
  readonly terminals: Terminals;
  /** Tells whether the daemon sees the same files; 0 when not known. */
  readonly mountNamespace: number;
  readonly cwd: ByteString;
  /** Absolute path of the compiler, '' when it was not found. */
  readonly program: ByteString;
  readonly argv: readonly ByteString[];
  /** `K=V` each, in the caller's order. */
  readonly env: readonly ByteString[];
}

/** `sccache --show-stats` and its like, or no argument at all. */
export interface ControlRequest {
  readonly type: 'control';
  readonly terminals: Terminals;
  readonly cwd: ByteString;
  /** Without argv[0]. */
  readonly arguments: readonly ByteString[];
  readonly env: readonly ByteString[];
}

/** What a stream of a `run` delivered, as far as it was captured. */
export type Captured =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** More than 64 MiB: the client keeps it for `print-captured`. */
  | { readonly kind: 'spilled' };

/** A `run` step has ended. */
export interface RanMessage {
  readonly type: 'ran';
  readonly kind: 'exit' | 'signal' | 'not-started';
  /** Exit code, signal number or errno, as `kind` says. */
  readonly value: number;
  readonly wallMicros: number;
  /** User and system time of the process and its waited-for children. */
  readonly cpuMicros: number;
  readonly stdout: Captured;
  readonly stderr: Captured;
}

/** A `place` step failed; the client runs the original command. */
export interface FailedMessage {
  readonly type: 'failed';
  /** Index of the step in its frame. */
  readonly index: number;
  readonly errno: number;
}

/** A `check` step failed; the client left the rest of its frame undone and waits for another. */
export interface StaleMessage {
  readonly type: 'stale';
}

export type ClientMessage = HelloMessage | CompileRequest | ControlRequest | RanMessage | FailedMessage | StaleMessage;

/** `tee` shows the stream live and captures it too. */
export type StreamMode = 'inherit' | 'capture' | 'tee';

/** Where the bytes of a placed file come from. */
export type PlaceSource =
  | { readonly kind: 'inline'; readonly bytes: Buffer }
  | { readonly kind: 'file'; readonly file: ByteString; readonly offset: number; readonly length: number };

/**
 * How a regular file is replaced: written over in place; removed first when it is not empty or is a symbolic link;
 * or by a temporary file beside it that is renamed. A `directory` has no content: it is made with those above it, where
 * it is not there. `rename-writable` is `rename` but for a file without permission to write, even for root.
 */
export type PlaceMethod = 'truncate' | 'unlink-first' | 'rename' | 'directory' | 'rename-writable';

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
] as const satisfies readonly PlaceMethod[];
const SOURCE_KINDS = ['inline', 'file'] as const satisfies readonly PlaceSource['kind'][];
const RAN_KINDS = ['exit', 'signal', 'not-started'] as const satisfies readonly RanMessage['kind'][];
const CAPTURED_KINDS = ['bytes', 'spilled'] as const satisfies readonly Captured['kind'][];
const EXIT_KINDS = ['code', 'signal'] as const;
const FLAG = [false, true] as const;

/** Bytes of the shortest `place` item: path, mode, method, and an inline source, all empty. */
const MINIMUM_PLACED_FILE = 4 + 4 + 1 + 1 + 4;

/** The frame of a message to the daemon. */
export function encodeClientMessage(message: ClientMessage): Buffer {
  const writer = new Writer(TYPE[message.type]);
  switch (message.type) {
    case 'hello':
      writer.raw(MAGIC);
      writer.u32(message.version);
      writer.bytes(message.buildId);
      break;
    case 'compile':
      writer.u32(message.pid);
      writer.u32(message.umask);
      writeTerminals(writer, message.terminals);
      writer.u64(message.mountNamespace);
      writer.bytes(message.cwd);
      writer.bytes(message.program);
      writer.bytesList(message.argv);
      writer.bytesList(message.env);
      break;
    case 'control':
      writeTerminals(writer, message.terminals);
      writer.bytes(message.cwd);
      writer.bytesList(message.arguments);
      writer.bytesList(message.env);
      break;
    case 'ran':
      writer.choice(RAN_KINDS, message.kind);
      writer.u32(message.value);
      writer.u64(message.wallMicros);
      writer.u64(message.cpuMicros);
      writeCaptured(writer, message.stdout);
      writeCaptured(writer, message.stderr);
      break;
    case 'failed':
      writer.u8(message.index);
      writer.u32(message.errno);
      break;
    case 'stale':
      break;
  }
  return writer.finish();
}

/** The frame that tells the client what to do. At most 255 steps. */
export function encodeSteps(steps: readonly Step[]): Buffer {
  const large = steps.reduce((sum, step) => sum + (step.step === 'check' ? step.claims.bytes.length : 0), 0);
  const writer = new Writer(TYPE.steps, large);
  writer.u8(steps.length);
  for (const step of steps) writeStep(writer, step);
  return writer.finish();
}

/** The frame that turns a client away. `REFUSED_VERSION` makes it start a new daemon; else it compiles uncached. */
export function encodeRefused(reason: ByteString): Buffer {
  const writer = new Writer(TYPE.refused);
  writer.bytes(reason);
  return writer.finish();
}

/** The message of a client. Buffers in it are views of the payload. */
export function decodeClientFrame(payload: Buffer): Result<ClientMessage, ProtocolError> {
  const reader = new Reader(payload);
  return reader.finish(readClientMessage(reader));
}

/** The answer of a daemon. Buffers in it are views of the payload. */
export function decodeDaemonFrame(payload: Buffer): Result<DaemonMessage, ProtocolError> {
  const reader = new Reader(payload);
  return reader.finish(readDaemonMessage(reader));
}

function readClientMessage(reader: Reader): ClientMessage {
  const type = reader.u8();
  switch (type) {
    case TYPE.compile:
      return {
        type: 'compile',
        pid: reader.u32(),
        umask: reader.u32(),
        terminals: readTerminals(reader),
        mountNamespace: reader.u64(),
        cwd: reader.bytes(),
        program: reader.bytes(),
        argv: reader.bytesList(),
        env: reader.bytesList(),
      };
    case TYPE.control:
      return {
        type: 'control',
        terminals: readTerminals(reader),
        cwd: reader.bytes(),
        arguments: reader.bytesList(),
        env: reader.bytesList(),
      };
    case TYPE.ran:
      return {
        type: 'ran',
        kind: reader.choice(RAN_KINDS, 'kind of end'),
        value: reader.u32(),
        wallMicros: reader.u64(),
        cpuMicros: reader.u64(),
        stdout: readCaptured(reader),
        stderr: readCaptured(reader),
      };
    case TYPE.failed:
      return { type: 'failed', index: reader.u8(), errno: reader.u32() };
    case TYPE.stale:
      return { type: 'stale' };
    default:
      if (type !== TYPE.hello) reader.fail(`frame type ${type} from a client`);
      return readHello(reader);
  }
}

function readHello(reader: Reader): HelloMessage {
  for (const character of MAGIC) {
    if (reader.u8() !== character.charCodeAt(0)) reader.fail('not the magic of this protocol');
  }
  return { type: 'hello', version: reader.u32(), buildId: reader.bytes() };
}

function readDaemonMessage(reader: Reader): DaemonMessage {
  const type = reader.u8();
  if (type === TYPE.refused) return { type: 'refused', reason: reader.bytes() };
  if (type !== TYPE.steps) reader.fail(`frame type ${type} from a daemon`);
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

function writeTerminals(writer: Writer, terminals: Terminals): void {
  writer.u8((terminals.stdin ? 1 : 0) | (terminals.stdout ? 2 : 0) | (terminals.stderr ? 4 : 0));
}

function readTerminals(reader: Reader): Terminals {
  const bits = reader.u8();
  if (bits > 7) reader.fail(`terminal bits ${bits}`);
  return { stdin: (bits & 1) !== 0, stdout: (bits & 2) !== 0, stderr: (bits & 4) !== 0 };
}

function writeCaptured(writer: Writer, captured: Captured): void {
  writer.choice(CAPTURED_KINDS, captured.kind);
  if (captured.kind === 'bytes') writer.buffer(captured.bytes);
}

function readCaptured(reader: Reader): Captured {
  const kind = reader.choice(CAPTURED_KINDS, 'kind of capture');
  return kind === 'bytes' ? { kind, bytes: reader.buffer() } : { kind };
}
