// Every numeric instruction over values at the edges of its types, its operands in constants, in locals and in registers, in
// the loader and in Node's engine: same bits, and the same trap for the same operands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inLoader, inNode } from './engines.ts';
import {
  type Code,
  constant,
  F32,
  F64,
  get,
  I32,
  I64,
  i32,
  load,
  ModuleBuilder,
  set,
  store,
  type Type,
} from './module-builder.ts';

interface Row {
  name: string;
  code: Code;
  from: Type[];
  to: Type;
}

const hex = (values: string): bigint[] => values.split(/\s+/).map((text) => BigInt(`0x${text}`));
const EDGES = new Map<Type, bigint[]>([
  [
    I32,
    hex(
      '0 1 2 3 5 1f 20 21 7f 80 ff 7fff 8000 ffff 10000 12345678 7fffffff 80000000 80000001 fffffffe ffffffff aaaaaaaa',
    ),
  ],
  [
    I64,
    hex(`0 1 2 3 7 3f 40 41 80 ff 8000 ffff 7fffffff 80000000 ffffffff 100000000 20000000000001 123456789abcdef
      7fffffffffffffff 8000000000000000 8000000000000001 ffffffff80000000 fffffffffffffc00 ffffffffffffffff aaaaaaaaaaaaaaaa`),
  ],
  [
    F32,
    hex(`0 80000000 1 80000001 7fffff 800000 3f000000 bf000000 3f7fffff bf7fffff 3f800000 bf800000 3fc00000 40200000 c0200000 4b000000
      4effffff 4f000000 cf000000 cf000001 4f7fffff 4f800000 5effffff 5f000000 df000000 df000001 5f7fffff 5f800000 7f7fffff ff7fffff
      7f800000 ff800000 7fc00000 ffc00000 7fa00000`),
  ],
  [
    F64,
    hex(`0 8000000000000000 1 8000000000000001 10000000000000 3fe0000000000000 bfe0000000000000 3fefffffffffffff bfefffffffffffff
      3ff0000000000000 bff0000000000000 3ff8000000000000 4004000000000000 c004000000000000 4330000000000001 41dfffffffc00000
      41dfffffffffffff 41e0000000000000 c1e0000000000000 c1e0000000200000 c1e00000001fffff 41efffffffe00000 41efffffffffffff 41f0000000000000
      43dfffffffffffff 43e0000000000000 c3e0000000000000 c3e0000000000001 43efffffffffffff 43f0000000000000 7fefffffffffffff
      47efffffe0000000 47effffff0000000 36a0000000000000 7ff0000000000000 fff0000000000000 7ff8000000000000 fff8000000000000
      7ff4000000000000`),
  ],
]);

/** Runs of opcodes that share a type: from, to, operands, result. */
const RUNS: [first: number, last: number, from: Type[], to: Type][] = [
  [0x45, 0x45, [I32], I32],
  [0x46, 0x4f, [I32, I32], I32],
  [0x50, 0x50, [I64], I32],
  [0x51, 0x5a, [I64, I64], I32],
  [0x5b, 0x60, [F32, F32], I32],
  [0x61, 0x66, [F64, F64], I32],
  [0x67, 0x69, [I32], I32],
  [0x6a, 0x78, [I32, I32], I32],
  [0x79, 0x7b, [I64], I64],
  [0x7c, 0x8a, [I64, I64], I64],
  [0x8b, 0x91, [F32], F32],
  [0x92, 0x98, [F32, F32], F32],
  [0x99, 0x9f, [F64], F64],
  [0xa0, 0xa6, [F64, F64], F64],
  [0xa7, 0xa7, [I64], I32],
  [0xa8, 0xa9, [F32], I32],
  [0xaa, 0xab, [F64], I32],
  [0xac, 0xad, [I32], I64],
  [0xae, 0xaf, [F32], I64],
  [0xb0, 0xb1, [F64], I64],
  [0xb2, 0xb3, [I32], F32],
  [0xb4, 0xb5, [I64], F32],
  [0xb6, 0xb6, [F64], F32],
  [0xb7, 0xb8, [I32], F64],
  [0xb9, 0xba, [I64], F64],
  [0xbb, 0xbb, [F32], F64],
  [0xbc, 0xbc, [F32], I32],
  [0xbd, 0xbd, [F64], I64],
  [0xbe, 0xbe, [I32], F32],
  [0xbf, 0xbf, [I64], F64],
  [0xc0, 0xc1, [I32], I32],
  [0xc2, 0xc4, [I64], I64],
];
const SATURATING: [Type, Type][] = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i & 2 ? F64 : F32, i < 4 ? I32 : I64]);

const ROWS: Row[] = [
  ...RUNS.flatMap(([first, last, from, to]) =>
    Array.from({ length: last - first + 1 }, (_, i) => ({
      name: (first + i).toString(16),
      code: [first + i],
      from,
      to,
    })),
  ),
  ...SATURATING.map(([from, to], i) => ({ name: `fc ${i}`, code: [0xfc, i], from: [from], to })),
];

/** Any NaN is as good as another, except where bits are moved. */
const EXACT = /^(8b|8c|98|99|9a|a6|b[cdef])$/;

function operandsOf({ from }: Row): bigint[][] {
  const [first, second] = from.map((type) => EDGES.get(type)!);
  return second ? first.flatMap((a) => second.map((b) => [a, b])) : first.map((a) => [a]);
}

/** What Node says to one pair of operands. */
function traps(row: Row, operands: bigint[]): boolean {
  const builder = new ModuleBuilder();
  const code = [...operands.flatMap((bits, i) => constant(row.from[i], bits)), ...row.code, 0x1a];
  builder.start = builder.add({ params: [], results: [] }, [], code);
  return inNode(builder.bytes()).end !== 'ok';
}

const canTrap = (row: Row): boolean => /^(6d|6e|6f|70|7f|80|81|82|a[89ab]|ae|af|b0|b1)$/.test(row.name);

/** Stores what is on the stack, with a NaN made the canonical one. */
function stored(row: Row, offset: number, scratch: number): Code {
  const nan = row.to === F32 ? constant(F32, 0x7fc00000n) : constant(F64, 0x7ff8000000000000n);
  const canonical =
    (row.to === F32 || row.to === F64) && !EXACT.test(row.name)
      ? [...set(scratch), ...get(scratch), ...nan, ...get(scratch), ...get(scratch), row.to === F32 ? 0x5b : 0x61, 0x1b]
      : [];
  return [...canonical, ...set(scratch), ...i32(0), ...get(scratch), ...store(row.to, offset)];
}

const BASE = 1024;
const OPERANDS = 512;

/** A module that applies the instruction to all operands in each of the forms. */
function moduleOf(row: Row, all: bigint[][]): Uint8Array {
  const builder = new ModuleBuilder();
  builder.memory = [16, 16];
  const scratch = row.from.length;
  const type = { params: row.from, results: [row.to] };
  const parameters = row.from.flatMap((_, i) => get(i));
  // Used often, so that they are in registers; used once, in memory.
  const often = row.from.flatMap((_, i) => [...get(i), 0x1a, ...get(i), 0x1a, ...get(i), 0x1a]);
  const inMemory = builder.add(type, [], [...parameters, ...row.code]);
  const inRegisters = builder.add(
    type,
    [row.to],
    [...often, ...parameters, ...row.code, ...set(scratch), ...get(scratch)],
  );
  const body: Code[] = [];
  let offset = BASE;
  const put = (code: Code): void => {
    body.push([...code, ...stored(row, offset, 0)]);
    offset += 8;
  };
  for (const operands of all) {
    const constants = operands.flatMap((bits, i) => constant(row.from[i], bits));
    const inLoads = operands.flatMap((_, i) => [...i32(0), ...load(row.from[i], OPERANDS + 8 * i)]);
    const saved = operands.flatMap((bits, i) => [
      ...i32(0),
      ...constant(row.from[i], bits),
      ...store(row.from[i], OPERANDS + 8 * i),
    ]);
    put([...constants, ...row.code]);
    put([...constants, 0x10, inMemory]);
    put([...constants, 0x10, inRegisters]);
    put([...saved, ...inLoads, ...row.code]);
    if (operands.length === 2)
      put([...inLoads.slice(0, inLoads.length / 2), ...constant(row.from[1], operands[1]), ...row.code]);
  }
  builder.start = builder.add(
    { params: [], results: [] },
    [row.to],
    [...body.flat(), ...builder.write(BASE, offset - BASE)],
  );
  return builder.bytes();
}

for (const row of ROWS) {
  test(`opcode ${row.name}`, () => {
    const all = operandsOf(row);
    const trapping = canTrap(row) ? all.filter((operands) => traps(row, operands)) : [];
    const module = moduleOf(
      row,
      all.filter((operands) => !trapping.includes(operands)),
    );
    const expected = inNode(module);
    assert.equal(expected.end, 'ok');
    const { end, output } = inLoader(module);
    assert.equal(end, 'ok');
    for (let i = 0; i < expected.output.length; i += 8) {
      assert.equal(
        output.readBigUInt64LE(i).toString(16),
        expected.output.readBigUInt64LE(i).toString(16),
        `result ${i / 8}`,
      );
    }
    assert.equal(output.length, expected.output.length);
    for (const operands of trapping.slice(0, 40)) {
      const alone = moduleOf(row, [operands]);
      assert.equal(inLoader(alone).end, inNode(alone).end, `${operands.map((bits) => bits.toString(16))}`);
    }
  });
}
