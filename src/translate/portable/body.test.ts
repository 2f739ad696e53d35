import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodePaddedU32, encodeU32 } from '../../box/leb128.ts';
import { FIRST_REGION } from '../functions.ts';
import { Code } from '../wasm/code.ts';
import * as W from '../wasm/opcodes.ts';
import { I8X16_SHUFFLE } from '../wasm/simd.ts';
import { rewriteBody, sized } from './body.ts';
import { placeBody, portableBody } from './region.ts';

/** Immediates of every shape, some of them with the bytes of calls. */
function body(): Uint8Array {
  const code = new Code(4);
  const local = code.local(W.I64);
  code.i64(0x1011121314n);
  code.set(local);
  const label = code.open(W.BLOCK);
  code.i32(0x10);
  code.open(W.IF, W.I32);
  code.f64(1.5);
  code.op(W.DROP);
  code.f32(1.5);
  code.op(W.DROP);
  code.i32(0x23);
  code.else();
  code.call(3);
  code.end();
  code.memory(W.I32_LOAD, 0x10101010);
  code.shuffle(Array.from({ length: 16 }, () => W.CALL));
  code.lane(I8X16_SHUFFLE + 8, 0x10);
  code.simdMemory(0, 0x10);
  code.op(W.GLOBAL_GET);
  code.u32(0);
  code.returnCallIndirect(0);
  code.br(label);
  code.end();
  code.call(FIRST_REGION);
  code.returnCall(FIRST_REGION);
  return code.function();
}

test('indices that stay give the same bytes, and every one is seen', () => {
  const seen: string[] = [];
  const same = rewriteBody(body(), (kind, index, opcode) => {
    seen.push(`${kind} ${index}`);
    return [opcode, ...encodeU32(index)];
  });
  assert.deepEqual(sized(same), body());
  assert.deepEqual(seen, ['function 3', 'global 0', 'type 0', `function ${FIRST_REGION}`, `function ${FIRST_REGION}`]);
});

test('a portable body takes another number, at the places it names', () => {
  const portable = portableBody(body());
  const indices = (bytes: Uint8Array) => {
    const found: number[] = [];
    rewriteBody(bytes, (_, index, opcode) => {
      found.push(index);
      return [opcode, ...encodePaddedU32(index)];
    });
    return found;
  };
  assert.deepEqual(indices(placeBody(portable, 7)), [3, 7, 0, FIRST_REGION + 7, FIRST_REGION + 7]);
});

test('placing leaves a body as it was, also one that was read from a file', () => {
  const portable = portableBody(body());
  const bytes = Buffer.from(portable.bytes);
  placeBody({ ...portable, bytes }, 7);
  assert.deepEqual(new Uint8Array(bytes), portable.bytes);
});

test('what is not known is an error', () => {
  const keep = (_: string, index: number, opcode: number) => [opcode, ...encodeU32(index)];
  for (const instruction of [
    [0xd2, 0],
    [0x02, 5, 0x0b],
    [0xfc, 9, 0],
    [0x06, 0x40],
  ]) {
    assert.throws(() => rewriteBody(sized(Uint8Array.of(0, ...instruction, 0x0b)), keep), RangeError);
  }
  assert.throws(() => rewriteBody(Uint8Array.of(9, 0, 0x0b), keep), RangeError);
  assert.throws(() => rewriteBody(sized(Uint8Array.of(0, 0x43, 1, 2)), keep), RangeError);
});
