import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameSplitter } from '../../../src/protocol/frame.ts';
import { type ClientMessage, decodeClientFrame, encodeClientMessage } from '../../../src/protocol/messages.ts';
import {
  decodeDaemonFrame,
  encodeRefused,
  encodeSteps,
  type PlaceSource,
  type Step,
} from '../../../src/protocol/steps.ts';
import { claimList } from '../../../src/system/claims.ts';

const u32 = fc.nat(0xffffffff);
const u64 = fc.maxSafeNat();
/** Any bytes: names need not be UTF-8. */
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString('latin1'));
const buffer = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const list = fc.array(bytes, { maxLength: 6 });
const terminals = fc.record({ stdin: fc.boolean(), stdout: fc.boolean(), stderr: fc.boolean() });
const captured = fc.oneof(
  fc.record({ kind: fc.constant('bytes' as const), bytes: buffer }),
  fc.constant({ kind: 'spilled' as const }),
);

const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({ type: fc.constant('hello' as const), version: u32, buildId: bytes }),
  fc.record({
    type: fc.constant('compile' as const),
    pid: u32,
    umask: u32,
    terminals,
    columns: u32,
    mountNamespace: u64,
    cwd: bytes,
    program: bytes,
    argv: list,
    env: list,
  }),
  fc.record({ type: fc.constant('control' as const), terminals, cwd: bytes, arguments: list, env: list }),
  fc.record({
    type: fc.constant('ran' as const),
    kind: fc.constantFrom('exit' as const, 'signal' as const, 'not-started' as const),
    value: u32,
    wallMicros: u64,
    cpuMicros: u64,
    stdout: captured,
    stderr: captured,
  }),
  fc.record({ type: fc.constant('failed' as const), index: fc.nat(255), errno: u32 }),
  fc.constant({ type: 'stale' as const }),
);

const source: fc.Arbitrary<PlaceSource> = fc.oneof(
  fc.record({ kind: fc.constant('inline' as const), bytes: buffer }),
  fc.record({ kind: fc.constant('file' as const), file: bytes, offset: u64, length: u64 }),
);
const placed = fc.record({
  path: bytes,
  mode: u32,
  method: fc.constantFrom('truncate' as const, 'unlink-first' as const, 'rename' as const),
  source,
});
const streamMode = fc.constantFrom('inherit' as const, 'capture' as const, 'tee' as const);
const run: fc.Arbitrary<Step> = fc.record({
  step: fc.constant('run' as const),
  stdout: streamMode,
  stderr: streamMode,
  program: bytes,
  argv: list,
  set: list,
  unset: list,
  stdin: bytes,
  hidden: bytes,
});
const otherStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constant({ step: 'exec' as const }),
  fc.constant({ step: 'cli' as const }),
  fc.record({ step: fc.constant('place' as const), files: fc.array(placed, { maxLength: 4 }) }),
  fc.record({ step: fc.constant('print' as const), stdout: buffer, stderr: buffer }),
  fc.record({
    step: fc.constant('exit' as const),
    kind: fc.constantFrom('code' as const, 'signal' as const),
    value: u32,
  }),
  fc.record({ step: fc.constant('print-captured' as const), strip: fc.boolean() }),
  fc.record({ step: fc.constant('check' as const), claims: list.map(claimList) }),
);
/** `run` is the last step of its frame. */
const steps = fc
  .tuple(fc.array(otherStep, { maxLength: 5 }), fc.option(run, { nil: undefined }))
  .map(([others, last]) => (last === undefined ? others : [...others, last]));

const EMPTY_RUN: Step = {
  step: 'run',
  stdout: 'inherit',
  stderr: 'inherit',
  program: '',
  argv: [],
  set: [],
  unset: [],
  stdin: '',
};

/** The payload of a complete frame. */
const payload = (frame: Buffer): Buffer => frame.subarray(4);

describe('messages', () => {
  test('a client message comes out as it went in', () => {
    fc.assert(
      fc.property(clientMessage, (message) => {
        expect(decodeClientFrame(payload(encodeClientMessage(message)))).toEqual({ ok: true, value: message });
      }),
    );
  });

  test('steps come out as they went in', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const message = { type: 'steps', steps: list };
        expect(decodeDaemonFrame(payload(encodeSteps(list)))).toEqual({ ok: true, value: message });
      }),
    );
  });

  test('the bytes are those of the specification', () => {
    const frame = encodeSteps([
      {
        step: 'place',
        files: [{ path: 'o', mode: 0o666, method: 'rename', source: { kind: 'inline', bytes: Buffer.from('x') } }],
      },
      { step: 'exit', kind: 'code', value: 1 },
    ]);
    expect(frame.toString('hex')).toBe(
      [
        '1d000000',
        '81',
        '02',
        '03',
        '01000000',
        '01000000',
        '6f',
        'b6010000',
        '02',
        '00',
        '01000000',
        '78',
        '05',
        '00',
        '01000000',
      ].join(''),
    );
    expect(encodeClientMessage({ type: 'hello', version: 1, buildId: 'é' }).toString('hex')).toBe(
      ['0e000000', '01', '53435453', '01000000', '01000000', 'e9'].join(''),
    );
    expect(encodeRefused('version').toString('latin1')).toBe('\x0c\0\0\0\x82\x07\0\0\0version');
  });

  test('a frame that is cut, or has something behind it, is none', () => {
    fc.assert(
      fc.property(fc.oneof(clientMessage.map(encodeClientMessage), steps.map(encodeSteps)), fc.nat(), (frame, at) => {
        const whole = payload(frame);
        const isClient = (whole[0] ?? 0) < 0x80;
        const decode = isClient ? decodeClientFrame : decodeDaemonFrame;
        expect(decode(whole.subarray(0, at % whole.length)).ok).toBe(false);
        expect(decode(Buffer.concat([whole, Buffer.from([0])])).ok).toBe(false);
      }),
    );
  });

  test('rubbish gives an error and neither throws nor takes memory', () => {
    const type = fc.constantFrom(1, 2, 3, 4, 5, 0x81, 0x82);
    fc.assert(
      fc.property(type, fc.uint8Array({ maxLength: 200 }), (first, rest) => {
        const bytes = Buffer.from([first, ...rest]);
        for (const decode of [decodeClientFrame, decodeDaemonFrame]) expect(typeof decode(bytes).ok).toBe('boolean');
      }),
    );
    const hugeList = Buffer.concat([Buffer.from([0x03, 0, 0, 0, 0, 0]), Buffer.alloc(8, 0xff)]);
    expect(decodeClientFrame(hugeList)).toMatchObject({ ok: false, error: { kind: 'truncated' } });
  });

  test.each([
    ['nothing', ''],
    ['an unknown type', '7f'],
    ['a message of the other side', '8100'],
    ['another magic', `01${Buffer.from('SCTX').toString('hex')}0100000000000000`],
    ['terminal bits that are none', '0308000000000000000000000000000000'],
    ['a number above 2^53', `0400${'00000000'}${'ffffffffffffffff'}${'0000000000000000'}${'0101'}`],
  ])('%s is refused', (_, hex) => {
    expect(decodeClientFrame(Buffer.from(hex, 'hex')).ok).toBe(false);
  });

  test.each([
    ['an unknown step', '810163'],
    ['a step zero', '810100'],
    ['a step behind run', payload(encodeSteps([EMPTY_RUN, { step: 'exec' }])).toString('hex')],
  ])('%s is refused by the client', (_, hex) => {
    expect(decodeDaemonFrame(Buffer.from(hex, 'hex')).ok).toBe(false);
  });
});

describe('FrameSplitter', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 });

  test('gives the same payloads however the stream is cut', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (payloads, cuts) => {
        const stream = Buffer.concat(
          payloads.flatMap((bytes) => {
            const length = Buffer.alloc(4);
            length.writeUInt32LE(bytes.length);
            return [length, bytes];
          }),
        );
        const splitter = new FrameSplitter();
        const seen: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          const result = splitter.push(stream.subarray(at, at + size));
          if (!result.ok) throw new Error(result.error.detail);
          seen.push(...result.value);
          at += size;
        }
        expect(seen.map((bytes) => bytes.toString('hex'))).toEqual(
          payloads.map((bytes) => Buffer.from(bytes).toString('hex')),
        );
        expect(splitter.pendingBytes).toBe(0);
      }),
    );
  });

  test('refuses a length above its limit before the bytes come', () => {
    const splitter = new FrameSplitter(10);
    expect(splitter.push(Buffer.from([10, 0])).ok).toBe(true);
    expect(splitter.push(Buffer.from([0, 0, ...Buffer.alloc(10), 11, 0, 0]))).toMatchObject({ ok: true });
    expect(splitter.pendingBytes).toBe(3);
    expect(splitter.push(Buffer.from([0]))).toMatchObject({ ok: false, error: { kind: 'oversized' } });
  });
});
