import type { ByteString } from '../util/bytes.ts';
import type { Result } from '../util/result.ts';
import { type ProtocolError, Reader, Writer } from './frame.ts';

/** The protocol's version. A change of it is a new build id too, so no peer ever speaks two of them. */
export const PROTOCOL_VERSION = 6;

const MAGIC = 'SCTS';

/** The first byte of a payload. */
export const FRAME_TYPE = {
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
  /** How wide the first terminal of standard output, input, error and the session is; 0 when there is none, or it does not say. */
  readonly columns: number;
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

/** The names of the u8 fields, each at the place of its value. */
const RAN_KINDS = ['exit', 'signal', 'not-started'] as const satisfies readonly RanMessage['kind'][];
const CAPTURED_KINDS = ['bytes', 'spilled'] as const satisfies readonly Captured['kind'][];

/** The frame of a message to the daemon. */
export function encodeClientMessage(message: ClientMessage): Buffer {
  const writer = new Writer(FRAME_TYPE[message.type]);
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
      writer.u32(message.columns);
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

/** The message of a client. Buffers in it are views of the payload. */
export function decodeClientFrame(payload: Buffer): Result<ClientMessage, ProtocolError> {
  const reader = new Reader(payload);
  return reader.finish(readClientMessage(reader));
}

function readClientMessage(reader: Reader): ClientMessage {
  const type = reader.u8();
  switch (type) {
    case FRAME_TYPE.compile:
      return {
        type: 'compile',
        pid: reader.u32(),
        umask: reader.u32(),
        terminals: readTerminals(reader),
        columns: reader.u32(),
        mountNamespace: reader.u64(),
        cwd: reader.bytes(),
        program: reader.bytes(),
        argv: reader.bytesList(),
        env: reader.bytesList(),
      };
    case FRAME_TYPE.control:
      return {
        type: 'control',
        terminals: readTerminals(reader),
        cwd: reader.bytes(),
        arguments: reader.bytesList(),
        env: reader.bytesList(),
      };
    case FRAME_TYPE.ran:
      return {
        type: 'ran',
        kind: reader.choice(RAN_KINDS, 'kind of end'),
        value: reader.u32(),
        wallMicros: reader.u64(),
        cpuMicros: reader.u64(),
        stdout: readCaptured(reader),
        stderr: readCaptured(reader),
      };
    case FRAME_TYPE.failed:
      return { type: 'failed', index: reader.u8(), errno: reader.u32() };
    case FRAME_TYPE.stale:
      return { type: 'stale' };
    default:
      if (type !== FRAME_TYPE.hello) reader.fail(`frame type ${type} from a client`);
      return readHello(reader);
  }
}

function readHello(reader: Reader): HelloMessage {
  for (const character of MAGIC) {
    if (reader.u8() !== character.charCodeAt(0)) reader.fail('not the magic of this protocol');
  }
  return { type: 'hello', version: reader.u32(), buildId: reader.bytes() };
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
