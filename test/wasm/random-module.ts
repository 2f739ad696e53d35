// Random programs that are valid: expressions of all types, blocks with values, loops with a budget, branches, br_table, calls direct
// and through the table, memory, globals, bulk operations. The same seed gives the same module.
import {
  call,
  type Code,
  constant,
  EMPTY,
  F32,
  F64,
  type FunctionType,
  get,
  I32,
  I64,
  i32,
  ModuleBuilder,
  set,
  store,
  tee,
  type Type,
  u32,
} from './module-builder.ts';

const TYPES: Type[] = [I32, I64, F32, F64];
const STATE = 64; // memory that is written out; the loads and stores reach it
const STATE_SIZE = 1024;
const FUNCTIONS = 6;

/** Instructions of two operands of their result's type; of one; and from other types. */
const BINARY = new Map<Type, [number, number][]>([
  [I32, [[0x6a, 0x78]]],
  [I64, [[0x7c, 0x8a]]],
  [F32, [[0x92, 0x98]]],
  [F64, [[0xa0, 0xa6]]],
]);
const UNARY = new Map<Type, number[]>([
  [I32, [0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1]],
  [I64, [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4]],
  [F32, [0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x90, 0x91]],
  [F64, [0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f]],
]);
const CONVERSIONS = new Map<Type, [from: Type, code: Code][]>([
  [
    I32,
    [
      [I64, [0xa7]],
      [F32, [0xfc, 0]],
      [F32, [0xbc]],
      [I64, [0x50]],
      [F64, [0xfc, 3]],
      [F64, [0xaa]],
    ],
  ],
  [
    I64,
    [
      [I32, [0xac]],
      [I32, [0xad]],
      [F32, [0xfc, 5]],
      [F64, [0xfc, 6]],
      [F64, [0xbd]],
      [F32, [0xaf]],
    ],
  ],
  [
    F32,
    [
      [I32, [0xb2]],
      [I32, [0xb3]],
      [I64, [0xb4]],
      [I64, [0xb5]],
      [F64, [0xb6]],
      [I32, [0xbe]],
    ],
  ],
  [
    F64,
    [
      [I32, [0xb7]],
      [I32, [0xb8]],
      [I64, [0xb9]],
      [I64, [0xba]],
      [F32, [0xbb]],
      [I64, [0xbf]],
    ],
  ],
]);
const COMPARISONS: [Type, number, number][] = [
  [I32, 0x46, 0x4f],
  [I64, 0x51, 0x5a],
  [F32, 0x5b, 0x60],
  [F64, 0x61, 0x66],
];
const LOADS = new Map<Type, number[]>([
  [I32, [0x28, 0x2c, 0x2d, 0x2e, 0x2f]],
  [I64, [0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35]],
  [F32, [0x2a]],
  [F64, [0x2b]],
]);
const STORES = new Map<Type, number[]>([
  [I32, [0x36, 0x3a, 0x3b]],
  [I64, [0x37, 0x3c, 0x3d, 0x3e]],
  [F32, [0x38]],
  [F64, [0x39]],
]);

interface Label {
  results: Type[];
}

class Generator {
  #state: number;
  #builder = new ModuleBuilder();
  #signatures: FunctionType[] = [];
  #globals: [Type, number][] = [];
  #budget = 0;
  #locals: Type[] = [];
  #labels: Label[] = [];
  #self = 0;
  /** Statements and values that the function may still get. */
  #left = 0;

  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 12345) >>> 0;
  }

  #next(below: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * below);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#next(list.length)];
  }

  #bits(type: Type): bigint {
    const special = [
      0n,
      1n,
      -1n,
      2n,
      127n,
      255n,
      0x7fffffffn,
      0x80000000n,
      1n << 63n,
      (1n << 63n) - 1n,
      0x3f800000n,
      0x3ff0000000000000n,
    ];
    if (this.#next(2)) return BigInt.asUintN(64, this.#pick(special));
    const random = (BigInt(this.#next(2 ** 32)) << 32n) | BigInt(this.#next(2 ** 32));
    return this.#next(2)
      ? BigInt.asUintN(64, BigInt(this.#next(200) - 100))
      : type === I32
        ? random & 0xffffffffn
        : random;
  }

  module(): Uint8Array {
    const builder = this.#builder;
    for (const type of TYPES) this.#globals.push([type, builder.global(type, this.#bits(type))]);
    this.#budget = builder.global(I32, 500n);
    this.#signatures = Array.from({ length: FUNCTIONS }, () => ({
      params: Array.from({ length: this.#next(5) }, () => this.#pick(TYPES)),
      results: Array.from({ length: this.#pick([0, 1, 1, 1, 2, 3]) }, () => this.#pick(TYPES)),
    }));
    builder.data = [
      { bytes: Array.from({ length: 64 }, () => this.#next(256)) },
      { offset: STATE, bytes: Array.from({ length: 256 }, () => this.#next(256)) },
    ];
    for (const [i, signature] of this.#signatures.entries()) this.#function(signature, i + 1);
    builder.table = this.#signatures.map((_, i) => i + 1);
    const body = this.#signatures.flatMap(({ params, results }, i) => [
      ...params.flatMap((type) => constant(type, this.#bits(type))),
      ...call(i + 1),
      ...results.map(() => 0x1a),
      ...this.#report(),
    ]);
    builder.start = builder.add({ params: [], results: [] }, [], body);
    return builder.bytes();
  }

  /** Globals into memory, memory to stdout. */
  #report(): Code {
    const globals = this.#globals.flatMap(([type, index], i) => [...i32(0), 0x23, index, ...store(type, 24 + 8 * i)]);
    return [...globals, ...this.#builder.write(16, STATE - 16 + STATE_SIZE)];
  }

  #function(signature: FunctionType, index: number): void {
    const extra = Array.from({ length: 4 + this.#next(20) }, () => this.#pick(TYPES));
    this.#locals = [...signature.params, ...extra];
    this.#labels = [{ results: signature.results }];
    this.#self = index;
    this.#left = 100 + this.#next(400);
    const code = [
      ...this.#spend(),
      ...this.#statements(3 + this.#next(5), 3),
      ...signature.results.flatMap((type) => this.#value(type, 3)),
    ];
    this.#builder.add(signature, extra, code);
  }

  /** Ends the function when the budget of the program is used up; every value it would return is a constant then. */
  #spend(): Code {
    const outermost = this.#labels.at(-1)!.results.flatMap((type) => constant(type, 7n));
    const step = [0x23, this.#budget, ...i32(1), 0x6b, 0x24, this.#budget];
    return [...step, 0x23, this.#budget, ...i32(0), 0x48, 0x04, EMPTY, ...outermost, 0x0f, 0x0b];
  }

  #statements(count: number, depth: number): Code {
    return Array.from({ length: count }, () => this.#statement(depth)).flat();
  }

  #local(type: Type): number | undefined {
    const all = this.#locals.flatMap((each, i) => (each === type ? [i] : []));
    return all.length > 0 ? this.#pick(all) : undefined;
  }

  #statement(depth: number): Code {
    if (this.#left-- <= 0) return [0x01];
    const type = this.#pick(TYPES);
    const kind = this.#next(depth > 0 ? 16 : 6);
    if (kind < 3) {
      const local = this.#local(type);
      return local === undefined ? [0x01] : [...this.#value(type, 3), ...set(local)];
    }
    if (kind === 3)
      return [...this.#value(type, 2), 0x24, this.#pick(this.#globals.filter(([each]) => each === type))[1]];
    if (kind < 6)
      return [...this.#address(), ...this.#value(type, 2), this.#pick(STORES.get(type)!), 0, ...u32(this.#next(64))];
    if (kind < 8) return this.#block([], depth - 1);
    if (kind < 10) return this.#conditional([], depth - 1);
    if (kind < 12) return this.#loop(depth - 1);
    if (kind === 12) return this.#callStatement(depth - 1);
    if (kind === 13) return this.#bulk();
    if (kind === 14) return this.#branchIf();
    return this.#branchTable(depth - 1);
  }

  #blockType(results: Type[]): Code {
    if (results.length === 0) return [EMPTY];
    if (results.length === 1) return [results[0]];
    return u32(this.#builder.type({ params: [], results }));
  }

  #within(results: Type[], make: () => Code): Code {
    this.#labels.unshift({ results });
    const code = make();
    this.#labels.shift();
    return code;
  }

  #values(types: Type[], depth: number): Code {
    return types.flatMap((type) => this.#value(type, depth));
  }

  #block(results: Type[], depth: number): Code {
    const body = (): Code => [
      ...this.#statements(1 + this.#next(3), depth),
      ...this.#values(results, 2),
      ...(this.#next(5) === 0 ? this.#branch(results) : []),
    ];
    return [0x02, ...this.#blockType(results), ...this.#within(results, body), 0x0b];
  }

  /** Leaves for any label that takes what is on the stack; behind it is what nothing reaches. */
  #branch(results: Type[]): Code {
    const same = this.#labels.flatMap((label, i) =>
      JSON.stringify(label.results) === JSON.stringify(results) ? [i] : [],
    );
    const dead = this.#pick<Code>([[], [0x00], [...i32(1), 0x0d, 0], [0x1a]]);
    if (results.length > 0 && dead[0] === 0x41) return [0x0c, ...u32(this.#pick(same))];
    return [0x0c, ...u32(this.#pick(same)), ...dead];
  }

  #conditional(results: Type[], depth: number): Code {
    const arm = (): Code =>
      this.#within(results, () => [...this.#statements(1 + this.#next(2), depth), ...this.#values(results, 2)]);
    const otherwise = results.length > 0 || this.#next(2) ? [0x05, ...arm()] : [];
    return [...this.#condition(), 0x04, ...this.#blockType(results), ...arm(), ...otherwise, 0x0b];
  }

  #loop(depth: number): Code {
    const body = (): Code => [
      ...this.#spend(),
      ...this.#statements(1 + this.#next(3), depth),
      ...this.#condition(),
      0x0d,
      0,
    ];
    return [0x03, EMPTY, ...this.#within([], body), 0x0b];
  }

  #branchIf(): Code {
    const free = this.#labels.flatMap(({ results }, i) => (results.length === 0 ? [i] : []));
    if (free.length > 0 && this.#next(2)) return [...this.#condition(), 0x0d, ...u32(this.#pick(free))];
    const depth = this.#next(this.#labels.length);
    const { results } = this.#labels[depth];
    return [...this.#values(results, 2), ...this.#condition(), 0x0d, ...u32(depth), ...results.map(() => 0x1a)];
  }

  #branchTable(depth: number): Code {
    const { results } = this.#pick(this.#labels);
    const body = (): Code => {
      const same = this.#labels.flatMap((label, i) =>
        JSON.stringify(label.results) === JSON.stringify(results) ? [i] : [],
      );
      const targets = Array.from({ length: this.#next(6) }, () => u32(this.#pick(same)));
      return [
        ...this.#statements(1, depth),
        ...this.#values(results, 2),
        ...this.#value(I32, 2),
        0x0e,
        ...u32(targets.length),
        ...targets.flat(),
        ...u32(this.#pick(same)),
      ];
    };
    return [0x02, ...this.#blockType(results), ...this.#within(results, body), 0x0b, ...results.map(() => 0x1a)];
  }

  #callStatement(depth: number): Code {
    const callee = this.#next(FUNCTIONS);
    const { params, results } = this.#signatures[callee];
    return [...this.#values(params, depth), ...this.#invoke(callee), ...results.map(() => 0x1a)];
  }

  #invoke(callee: number): Code {
    if (this.#next(2)) return call(callee + 1);
    // Seldom another function, or none: then the call traps, unless the types are the same.
    const index = this.#next(12) === 0 ? this.#next(FUNCTIONS + 2) : callee;
    return [...i32(index), 0x11, ...u32(this.#builder.type(this.#signatures[callee])), 0];
  }

  #bulk(): Code {
    const size = [...this.#value(I32, 1), ...i32(31), 0x71];
    const place = this.#address();
    const kind = this.#next(6);
    if (kind < 2) return [...place, ...this.#value(I32, 1), ...size, 0xfc, 11, 0];
    if (kind < 4) return [...place, ...this.#address(), ...size, 0xfc, 10, 0, 0];
    if (kind === 4) return [...place, ...i32(this.#next(40)), ...size, 0xfc, 8, 0, 0];
    return [...i32(this.#next(2)), 0x40, 0, 0x1a];
  }

  /** Inside of what is written out; seldom anywhere. */
  #address(): Code {
    if (this.#next(150) === 0) return this.#value(I32, 2);
    return [...this.#value(I32, 2), ...i32(STATE_SIZE - 128), 0x70, ...i32(STATE), 0x6a];
  }

  #condition(): Code {
    if (this.#left <= 0 || this.#next(3) === 0) return this.#value(I32, 2);
    const [type, first, last] = this.#pick(COMPARISONS);
    const code = [...this.#value(type, 2), ...this.#value(type, 2), first + this.#next(last - first + 1)];
    return this.#next(4) === 0 ? [...code, 0x45] : code;
  }

  #leaf(type: Type): Code {
    const local = this.#local(type);
    const kind = this.#next(6);
    if (local !== undefined && kind < 3) return get(local);
    if (kind === 3) return [0x23, this.#pick(this.#globals.filter(([each]) => each === type))[1]];
    return constant(type, this.#bits(type));
  }

  #value(type: Type, depth: number): Code {
    const kind = this.#next(depth > 0 && this.#left-- > 0 ? 18 : 1);
    if (kind < 2) return this.#leaf(type);
    if (kind < 7) return this.#arithmetic(type, depth - 1);
    if (kind < 8) return this.#canonical(type, [...this.#value(type, depth - 1), this.#pick(UNARY.get(type)!)]);
    if (kind < 10) {
      const [from, code] = this.#pick(CONVERSIONS.get(type)!.slice(0, this.#next(40) ? -1 : undefined));
      return this.#canonical(type, [...this.#value(from, depth - 1), ...code]);
    }
    if (kind < 12)
      return this.#canonical(type, [...this.#address(), this.#pick(LOADS.get(type)!), 0, ...u32(this.#next(64))]);
    if (kind === 12)
      return [...this.#value(type, depth - 1), ...this.#value(type, depth - 1), ...this.#condition(), 0x1b];
    if (kind === 13) return this.#block([type], depth - 2);
    if (kind === 14) return this.#conditional([type], depth - 2);
    if (kind === 15) return this.#callValue(type, depth - 1);
    if (kind === 16) return this.#teeValue(type, depth - 1);
    return type === I32 ? this.#condition() : this.#leaf(type);
  }

  #teeValue(type: Type, depth: number): Code {
    const local = this.#local(type);
    // What stands before it on the stack is the local's value from before.
    const value = this.#value(type, depth);
    if (local === undefined) return value;
    return this.#canonical(type, [...get(local), ...value, ...tee(local), this.#binary(type)]);
  }

  #callValue(type: Type, depth: number): Code {
    const fitting = this.#signatures.flatMap(({ results }, i) =>
      results.length === 1 && results[0] === type && i + 1 !== this.#self ? [i] : [],
    );
    if (fitting.length === 0) return this.#leaf(type);
    const callee = this.#pick(fitting);
    return [...this.#values(this.#signatures[callee].params, depth), ...this.#invoke(callee)];
  }

  #binary(type: Type): number {
    const [first, last] = this.#pick(BINARY.get(type)!);
    const opcode = first + this.#next(last - first + 1);
    // Divisions trap too often to come as often as the others.
    const divides = (opcode >= 0x6d && opcode <= 0x70) || (opcode >= 0x7f && opcode <= 0x82);
    return divides && this.#next(25) ? first : opcode;
  }

  #arithmetic(type: Type, depth: number): Code {
    return this.#canonical(type, [...this.#value(type, depth), ...this.#value(type, depth), this.#binary(type)]);
  }

  /** Which NaN comes out is the engine's choice: make it one. */
  #canonical(type: Type, code: Code): Code {
    if (type !== F32 && type !== F64) return code;
    const local = this.#local(type);
    if (local === undefined) return [...code, 0x1a, ...constant(type, 0n)];
    const nan = type === F32 ? constant(F32, 0x7fc00000n) : constant(F64, 0x7ff8000000000000n);
    return [
      ...code,
      ...tee(local),
      ...nan,
      ...get(local),
      ...get(local),
      type === F32 ? 0x5b : 0x61,
      0x1b,
      ...tee(local),
    ];
  }
}

export function randomModule(seed: number): Uint8Array {
  return new Generator(seed).module();
}
