// Writes WebAssembly modules for tests: programs that write what they compute to stdout, in the binary format of the specification.
import { encodeU32 } from '../../src/box/leb128.ts';

export type Code = number[];
export type Type = 0x7f | 0x7e | 0x7d | 0x7c;
export const [I32, I64, F32, F64]: Type[] = [0x7f, 0x7e, 0x7d, 0x7c];
export const EMPTY = 0x40;

export interface FunctionType {
  params: Type[];
  results: Type[];
}

interface FunctionBody {
  type: number;
  locals: Type[];
  code: Code;
}

export const u32 = (value: number): Code => [...encodeU32(value)];

export function signed(value: bigint): Code {
  const bytes: Code = [];
  for (;;) {
    const byte = Number(value & 0x7fn);
    value >>= 7n;
    const done = (value === 0n && !(byte & 0x40)) || (value === -1n && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

/** A constant by its bits. */
export function constant(type: Type, bits: bigint): Code {
  if (type === I32) return [0x41, ...signed(BigInt.asIntN(32, bits))];
  if (type === I64) return [0x42, ...signed(BigInt.asIntN(64, bits))];
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, bits), true);
  return type === F32 ? [0x43, ...bytes.subarray(0, 4)] : [0x44, ...bytes];
}

export const i32 = (value: number): Code => constant(I32, BigInt(value));
export const get = (local: number): Code => [0x20, ...u32(local)];
export const set = (local: number): Code => [0x21, ...u32(local)];
export const tee = (local: number): Code => [0x22, ...u32(local)];
export const call = (index: number): Code => [0x10, ...u32(index)];
/** Stores of the four types, natural alignment. */
export const store = (type: Type, offset: number): Code => [
  { 127: 0x36, 126: 0x37, 125: 0x38, 124: 0x39 }[type],
  type === I32 || type === F32 ? 2 : 3,
  ...u32(offset),
];
export const load = (type: Type, offset: number): Code => [
  { 127: 0x28, 126: 0x29, 125: 0x2a, 124: 0x2b }[type],
  type === I32 || type === F32 ? 2 : 3,
  ...u32(offset),
];

const vector = (items: Code[]): Code => [...u32(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...u32(content.length), ...content];
const text = (value: string): Code => [...u32(value.length), ...Buffer.from(value)];

/** Function 0 is WASI's fd_write. */
export class ModuleBuilder {
  readonly #types: FunctionType[] = [];
  readonly #functions: FunctionBody[] = [];
  readonly #globals: Code[] = [];
  /** Functions of the table. */
  table: number[] = [];
  /** In pages; the most it can grow to. */
  memory: [least: number, most: number] = [1, 4];
  data: { offset?: number; bytes: Code }[] = [];
  start = 0;

  constructor() {
    this.type({ params: [I32, I32, I32, I32], results: [I32] });
  }

  type({ params, results }: FunctionType): number {
    const key = JSON.stringify({ params, results });
    const known = this.#types.findIndex((type) => JSON.stringify({ ...type }) === key);
    return known >= 0 ? known : this.#types.push({ params, results }) - 1;
  }

  /** Its index. */
  add(type: FunctionType, locals: Type[], code: Code): number {
    return this.#functions.push({ type: this.type(type), locals, code });
  }

  global(type: Type, bits: bigint): number {
    return this.#globals.push([type, 1, ...constant(type, bits), 0x0b]) - 1;
  }

  /** Code that writes memory to stdout; the first 16 bytes are for that. */
  write(from: number, length: number): Code {
    const vectorAt = [...i32(0), ...i32(from), ...store(I32, 0), ...i32(0), ...i32(length), ...store(I32, 4)];
    return [...vectorAt, ...i32(1), ...i32(0), ...i32(1), ...i32(8), ...call(0), 0x1a];
  }

  bytes(): Uint8Array {
    const types = this.#types.map(({ params, results }) => [
      0x60,
      ...vector(params.map(one)),
      ...vector(results.map(one)),
    ]);
    const imports = [[...text('wasi_snapshot_preview1'), ...text('fd_write'), 0, 0]];
    const [least, most] = this.memory;
    const exports = [
      [...text('memory'), 2, 0],
      [...text('_start'), 0, ...u32(this.start)],
    ];
    const bodies = this.#functions.map(({ locals, code }) => {
      const body = [...vector(locals.map((type) => [1, type])), ...code, 0x0b];
      return [...u32(body.length), ...body];
    });
    const elements = this.table.length > 0 ? [[0, ...i32(0), 0x0b, ...vector(this.table.map(u32))]] : [];
    return Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, vector(types)),
      ...section(2, vector(imports)),
      ...section(3, vector(this.#functions.map(({ type }) => u32(type)))),
      ...section(4, vector([[0x70, 0, ...u32(this.table.length + 1)]])),
      ...section(5, vector([[1, ...u32(least), ...u32(most)]])),
      ...section(6, vector(this.#globals)),
      ...section(7, vector(exports)),
      ...section(9, vector(elements)),
      ...section(12, u32(this.data.length)),
      ...section(10, vector(bodies)),
      ...section(11, vector(this.data.map(({ offset, bytes }) => dataSegment(offset, bytes)))),
    ]);
  }
}

const one = (type: Type): Code => [type];

function dataSegment(offset: number | undefined, bytes: Code): Code {
  const content = [...u32(bytes.length), ...bytes];
  return offset === undefined ? [1, ...content] : [0, ...i32(offset), 0x0b, ...content];
}
