import assert from 'node:assert/strict';
import test from 'node:test';
import { NET_CREDIT, NET_DATA, NET_DATAGRAM } from '../../../abi/hostnet.ts';
import { parseAddress } from './address.ts';
import { FrameQueue, readFrames } from './frames.ts';

const remote = { address: parseAddress('1.2.3.4')!, port: 53 };

test('frames arrive as they were put in, whatever the size of the buffer', () => {
  const queue = new FrameQueue(() => {});
  const bytes = Uint8Array.from({ length: 200_001 }, (_, i) => i);
  queue.data(7, bytes);
  queue.datagram(8, remote, 5, bytes.subarray(0, 3));
  queue.push(NET_CREDIT, 9, 1234);
  const frames = [];
  for (const buffer = new Uint8Array(70_000); ; ) {
    const used = queue.take(buffer);
    if (used === 0) break;
    for (const frame of readFrames(buffer.slice(0, used))) frames.push(frame);
  }
  const data = frames.filter(({ kind }) => kind === NET_DATA).map((frame) => Buffer.from(frame.data!));
  assert.ok(Buffer.concat(data).equals(Buffer.from(bytes)));
  const [datagram, credit] = frames.slice(-2);
  assert.deepEqual(
    { ...datagram, data: [...datagram.data!] },
    { kind: NET_DATAGRAM, id: 8, value: 3, remote, boxPort: 5, data: [0, 1, 2] },
  );
  assert.deepEqual(credit, { kind: NET_CREDIT, id: 9, value: 1234 });
});

test('a batch that is cut or nonsense ends', () => {
  const queue = new FrameQueue(() => {});
  queue.data(1, new Uint8Array(100));
  const batch = new Uint8Array(120);
  queue.take(batch);
  assert.equal([...readFrames(batch)].length, 1);
  assert.equal([...readFrames(batch.subarray(0, 100))].length, 0);
  assert.equal([...readFrames(new Uint8Array(64))].length, 0);
});

test('datagrams that the box does not fetch are lost beyond a limit', () => {
  const queue = new FrameQueue(() => {});
  for (let i = 0; i < 100; i++) queue.datagram(1, remote, 5, new Uint8Array(60_000));
  let count = 0;
  for (const buffer = new Uint8Array(262_144); ; count++) if (queue.take(buffer.subarray(0, 60_048)) === 0) break;
  assert.equal(count, 17);
});
