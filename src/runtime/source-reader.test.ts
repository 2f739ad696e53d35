import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceReader } from './source-reader.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array) => new TextDecoder().decode(value);

/** A source that answers when told to. */
function manual() {
  const waiting: ((value: Uint8Array) => void)[] = [];
  const source = { read: () => new Promise<Uint8Array>((resolve) => waiting.push(resolve)) };
  return { reader: new SourceReader(source), arrive: (value: string) => waiting.shift()!(bytes(value)), waiting };
}

test('what is beyond a read is what the next one gets', async () => {
  const { reader, arrive } = manual();
  const first = reader.read(3);
  arrive('abcde');
  assert.equal(text(await first), 'abc');
  assert.equal(text(await reader.read(9)), 'de');
});

test('a canceled read loses nothing', async () => {
  const { reader, arrive, waiting } = manual();
  const canceled = reader.read(10);
  reader.cancel();
  const next = reader.read(2);
  assert.equal(waiting.length, 1);
  arrive('xyz');
  assert.equal(text(await canceled), '');
  assert.equal(text(await next), 'xy');
  assert.equal(text(await reader.read(2)), 'z');
});

test('the end stays the end', async () => {
  const reader = new SourceReader({ read: () => new Uint8Array(0) });
  assert.equal((await reader.read(5)).length, 0);
  assert.equal((await reader.read(5)).length, 0);
});
