// Walks the body of a wasm function and gives every index of a function, type or global to a callback, which writes what
// takes its place: so code that was made for one module becomes code of another.
// Invariant: instructions that the walk does not know are an error, never copied on trust.
import { Cursor, encodeU32 } from '../../box/leb128.ts';
import { concat } from '../../box/wasm.ts';

export type IndexKind = 'function' | 'type' | 'global';

/** What stands for the instruction `opcode index`: the opcode again and its new index, or other instructions. */
export type Rewrite = (kind: IndexKind, index: number, opcode: number, position: number) => ArrayLike<number>;

const CALL = 0x10;
const CALL_INDIRECT = 0x11;
const RETURN_CALL = 0x12;
const RETURN_CALL_INDIRECT = 0x13;
const GLOBAL_GET = 0x23;
const PREFIX_BULK = 0xfc;
const PREFIX_SIMD = 0xfd;
/** Of a block without a type index. */
const PLAIN_BLOCK_TYPE = 0x40;

/** `body` is an entry of a code section, its size included; the result has none. */
export function rewriteBody(body: Uint8Array, rewrite: Rewrite): Uint8Array {
  const cursor = new Cursor(body);
  if (cursor.u32() !== body.length - cursor.at) throw new RangeError('a function of another length than it says');
  const parts: Uint8Array[] = [];
  let from = cursor.at;
  let length = 0;
  skipLocals(cursor);
  while (!cursor.done) {
    const at = cursor.at;
    const opcode = cursor.u8();
    const kind = INDEXED.get(opcode);
    if (!kind) {
      skipImmediates(cursor, opcode);
      continue;
    }
    parts.push(body.subarray(from, at));
    length += at - from;
    const bytes = Uint8Array.from(rewrite(kind, cursor.u32(), opcode, length));
    parts.push(bytes);
    length += bytes.length;
    from = cursor.at;
    if (kind === 'type') cursor.u32();
  }
  return concat([...parts, body.subarray(from)]);
}

/** An entry of the code section: the body behind its size. */
export function sized(body: Uint8Array): Uint8Array {
  return concat([Uint8Array.from(encodeU32(body.length)), body]);
}

const INDEXED = new Map<number, IndexKind>([
  [CALL, 'function'],
  [RETURN_CALL, 'function'],
  [CALL_INDIRECT, 'type'],
  [RETURN_CALL_INDIRECT, 'type'],
  [GLOBAL_GET, 'global'],
]);

/** Behind the declarations of locals. */
export function skipLocals(cursor: Cursor): void {
  for (let groups = cursor.u32(); groups > 0; groups--) {
    cursor.u32();
    cursor.u8();
  }
}

/** Behind the instruction of that opcode. */
export function skipInstruction(cursor: Cursor, opcode: number): void {
  const kind = INDEXED.get(opcode);
  if (!kind) return skipImmediates(cursor, opcode);
  cursor.u32();
  if (kind === 'type') cursor.u32();
}

/** Specification 5.4, by opcode. */
function skipImmediates(cursor: Cursor, opcode: number): void {
  if (opcode >= 0x28 && opcode <= 0x3e) return skipMemory(cursor);
  if (opcode >= 0x45 && opcode <= 0xc4) return;
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
      return;
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
      if (cursor.u8() < PLAIN_BLOCK_TYPE) throw new RangeError('a block with parameters');
      return;
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      cursor.u32();
      return;
    case 0x0e: // br_table
      for (let labels = cursor.u32() + 1; labels > 0; labels--) cursor.u32();
      return;
    case 0x41: // i32.const
    case 0x42: // i64.const
      while (cursor.u8() >= 0x80) {}
      return;
    case 0x43: // f32.const
      cursor.take(4);
      return;
    case 0x44: // f64.const
      cursor.take(8);
      return;
    case PREFIX_BULK:
      return skipBulk(cursor);
    case PREFIX_SIMD:
      return skipSimd(cursor);
    default:
      throw new RangeError(`unknown instruction ${opcode.toString(16)}`);
  }
}

/** Alignment and offset. */
function skipMemory(cursor: Cursor): void {
  cursor.u32();
  cursor.u32();
}

function skipBulk(cursor: Cursor): void {
  const opcode = cursor.u32();
  if (opcode < 8) return; // saturating conversions
  if (opcode === 10)
    cursor.take(2); // memory.copy
  else if (opcode === 11)
    cursor.take(1); // memory.fill
  else throw new RangeError(`unknown instruction fc ${opcode}`);
}

function skipSimd(cursor: Cursor): void {
  const opcode = cursor.u32();
  if (opcode <= 11 || opcode === 92 || opcode === 93) skipMemory(cursor);
  else if (opcode <= 13)
    cursor.take(16); // v128.const, i8x16.shuffle
  else if (opcode >= 21 && opcode <= 34)
    cursor.u8(); // lanes
  else if (opcode >= 84 && opcode <= 91) {
    skipMemory(cursor);
    cursor.u8();
  }
}
