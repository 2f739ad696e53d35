import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WholeWrites } from './whole-writes.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('writes that are taken in pieces and late stay whole and in order', async () => {
  let text = '';
  let turn = 0;
  const sink = {
    write: (piece: Uint8Array) => {
      const taken = piece.slice(0, 2);
      const take = () => {
        text += new TextDecoder().decode(taken);
        return taken.length;
      };
      return turn++ % 2 === 0 ? new Promise<number>((resolve) => setTimeout(() => resolve(take()), 1)) : take();
    },
  };
  const whole = new WholeWrites(sink);
  const lengths = await Promise.all(['hello ', 'wor', 'ld', '!'].map((word) => whole.write(bytes(word))));
  assert.equal(text, 'hello world!');
  assert.deepEqual(lengths, [6, 3, 2, 1]);
});

test('what is taken at once stays synchronous, errors pass', async () => {
  assert.equal(new WholeWrites({ write: (piece) => piece.length }).write(bytes('abc')), 3);
  assert.equal(new WholeWrites({ write: () => -32 }).write(bytes('abc')), -32);
  assert.equal(await new WholeWrites({ write: async () => -32 }).write(bytes('abc')), -32);
});
