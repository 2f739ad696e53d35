import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RING_BASE } from '../../abi/box.ts';
import * as H from '../../abi/host.ts';
import { EBADF, ECANCELED, EIO, ENOENT, ENOSYS, EPIPE } from '../../abi/linux/errno.ts';
import { Memory } from './memory.ts';
import { RingServer, type RingServices } from './ring.ts';
import { SourceReader } from './source-reader.ts';

const BUFFER = 0x100000;

/** The kernel's half of the rings. */
class Guest {
  readonly wasm = new WebAssembly.Memory({ initial: 32 });
  readonly memory = new Memory(this.wasm);
  readonly server: RingServer;
  wakes = 0;
  #next = 1;

  constructor(services: Partial<RingServices>) {
    this.server = new RingServer(this.memory, { sinks: new Map(), ...services }, () => this.wakes++);
  }

  submit(op: number, handle: number, len = 0, arg0 = 0n): number {
    const tail = this.memory.u32(RING_BASE + H.RING_SQ_TAIL);
    const at = RING_BASE + H.RING_SQ + (tail % H.RING_SLOTS) * H.SQE_SIZE;
    const id = this.#next++;
    for (const [field, value] of [
      [H.SQE_OP, op],
      [H.SQE_ID, id],
      [H.SQE_HANDLE, handle],
      [H.SQE_LEN, len],
      [H.SQE_PTR, BUFFER],
    ]) {
      this.memory.setU32(at + field, value);
    }
    this.memory.setU64(at + H.SQE_ARG0, arg0);
    this.memory.setU32(RING_BASE + H.RING_SQ_TAIL, tail + 1);
    return id;
  }

  /** Takes all completions: id, result, value0. */
  take(): number[][] {
    const taken: number[][] = [];
    let head = this.memory.u32(RING_BASE + H.RING_CQ_HEAD);
    for (; head !== this.memory.u32(RING_BASE + H.RING_CQ_TAIL); head = (head + 1) >>> 0) {
      const at = RING_BASE + H.RING_CQ + (head % H.RING_SLOTS) * H.CQE_SIZE;
      taken.push([
        this.memory.u32(at),
        this.memory.view.getInt32(at + H.CQE_RESULT, true),
        this.memory.u64(at + H.CQE_VALUE0),
      ]);
    }
    this.memory.setU32(RING_BASE + H.RING_CQ_HEAD, head);
    return taken;
  }
}

test('what is at hand completes at once', () => {
  const written: string[] = [];
  const stdout = { write: (bytes: Uint8Array) => written.push(Buffer.from(bytes).toString()) && 2 };
  const image = { read: (segment: number, offset: number) => Uint8Array.of(segment, offset, 0) };
  const guest = new Guest({ sinks: new Map([[1, stdout]]), image });
  guest.memory.u8.set([104, 105, 33], BUFFER);
  guest.submit(H.RING_WRITE, 1, 3);
  guest.submit(H.RING_IMAGE, 5, 3, 9n);
  assert.equal(guest.server.serve(), true);
  assert.deepEqual(guest.take(), [
    [1, 2, 0],
    [2, 3, 0],
  ]);
  assert.deepEqual(written, ['hi!']);
  assert.deepEqual([...guest.memory.bytes(BUFFER, 2)], [5, 9]);
  assert.equal(guest.wakes, 0);
});

test('what arrives later completes later, also after the memory has grown', async () => {
  let arrive = (_: Uint8Array) => {};
  const stdin = new SourceReader({ read: () => new Promise((resolve) => (arrive = resolve)) });
  const guest = new Guest({ stdin });
  guest.submit(H.RING_READ, 0, 8);
  assert.equal(guest.server.serve(), false);
  guest.wasm.grow(1);
  arrive(Uint8Array.of(7, 8));
  await new Promise(setImmediate);
  assert.equal(guest.wakes, 1);
  assert.deepEqual(guest.take(), [[1, 2, 0]]);
  assert.deepEqual([...guest.memory.bytes(BUFFER, 2)], [7, 8]);
});

test('what is missing answers as Linux does', () => {
  const guest = new Guest({ image: { read: () => new Uint8Array(1) } });
  guest.submit(H.RING_READ, 0, 8);
  guest.submit(H.RING_READ, 3, 8);
  guest.submit(H.RING_WRITE, 1, 8);
  guest.submit(H.RING_IMAGE, 1, 8);
  guest.submit(99, 0);
  guest.submit(H.RING_CANCEL, 0, 0, 77n);
  guest.server.serve();
  assert.deepEqual(
    guest.take().map(([, result]) => result),
    [0, -EBADF, -EBADF, -EIO, -ENOSYS, -ENOENT],
  );
});

test('errors of streams keep their errno', async () => {
  const broken = { write: () => Promise.reject(Object.assign(new Error(), { errno: -EPIPE })) };
  const odd = {
    write: () => {
      throw new Error('odd');
    },
  };
  const guest = new Guest({
    sinks: new Map([
      [1, broken],
      [2, odd],
    ]),
  });
  guest.submit(H.RING_WRITE, 1, 1);
  guest.submit(H.RING_WRITE, 2, 1);
  guest.server.serve();
  assert.equal(guest.server.writesPending, true);
  await new Promise(setImmediate);
  assert.deepEqual(guest.take(), [
    [2, -EIO, 0],
    [1, -EPIPE, 0],
  ]);
  assert.equal(guest.server.writesPending, false);
});

test('a canceled read completes once, and its bytes go to the next', async () => {
  let arrive = (_: Uint8Array) => {};
  const stdin = new SourceReader({ read: () => new Promise((resolve) => (arrive = resolve)) });
  const guest = new Guest({ stdin });
  const read = guest.submit(H.RING_READ, 0, 8);
  guest.server.serve();
  guest.submit(H.RING_CANCEL, 0, 0, BigInt(read));
  guest.submit(H.RING_READ, 0, 1);
  guest.server.serve();
  assert.deepEqual(guest.take(), [
    [1, -ECANCELED, 0],
    [2, 0, 0],
  ]);
  arrive(Uint8Array.of(5, 6));
  await new Promise(setImmediate);
  assert.deepEqual(guest.take(), [[3, 1, 0]]);
  assert.equal(guest.memory.u8[BUFFER], 5);
});

test('a change of the window answers who waits for it', () => {
  const guest = new Guest({});
  guest.submit(H.RING_WINSIZE, 0);
  guest.server.serve();
  guest.server.resize(120, 40, 0);
  assert.deepEqual(guest.take(), [[1, 0, 120 * 65536 + 40]]);
});

test('of changes of the window that come while nobody waits the last one counts', () => {
  const guest = new Guest({});
  guest.server.resize(80, 24, 64);
  guest.server.resize(100, 30, 64);
  guest.submit(H.RING_WINSIZE, 64);
  guest.submit(H.RING_WINSIZE, 64);
  guest.server.serve();
  assert.deepEqual(guest.take(), [[1, 0, 100 * 65536 + 30]]);
});

test('a full completion ring loses nothing, indices wrap', () => {
  const guest = new Guest({});
  for (const index of [H.RING_SQ_HEAD, H.RING_SQ_TAIL, H.RING_CQ_HEAD, H.RING_CQ_TAIL]) {
    guest.memory.setU32(RING_BASE + index, 0xffffff80);
  }
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < H.RING_SLOTS; i++) guest.submit(H.RING_READ, 0);
    guest.server.serve();
  }
  const first = guest.take().length;
  guest.server.serve();
  assert.deepEqual([first, guest.take().length], [H.RING_SLOTS, H.RING_SLOTS]);
});
