// Native CPU against interpreter for vector instructions; prints every encoding that differs.
// Usage: run.js [pattern of mnemonics] [sets per MXCSR value]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Encoding, MMX_ENCODINGS, SSE_ENCODINGS } from './encodings.ts';
import { flavour, quad, Random } from './operands.ts';
import { STATE_FLAGS, STATE_MEMORY, STATE_MXCSR, STATE_SIZE, STATE_XMM } from './state.ts';

interface Machine {
  memory: WebAssembly.Memory;
  CODE: WebAssembly.Global;
  STATES: WebAssembly.Global;
  decode(length: number): number;
  run(n: number): void;
}

const ARITHMETIC = 0x8d5n;
const FLOAT = /^(ADD|SUB|MUL|DIV|SQRT|MIN|MAX|CMP|U?COMI|CVT|HADD|HSUB|ROUND|DPP)/;

/** MXCSR values: rounding x DAZ x FTZ, each with nothing sticky, with PE sticky, and with everything unmasked. */
export function mxcsrs(mnemonic: string): number[] {
  if (!FLOAT.test(mnemonic)) return [0x1f80];
  const list: number[] = [];
  for (let rounding = 0; rounding < 4; rounding++)
    for (const denormals of [0, 0x40, 0x8000, 0x8040])
      for (const rest of [0x1f80, 0x1fa0, 0x1fbf, 0, 0x1e80, 0x1f00, 0x1d80, 0x1000, 0x0f80, 0x1780, 0x1b80])
        list.push((rounding << 13) | denormals | rest);
  return list;
}

export function states(encoding: Encoding, sets: number): Uint8Array {
  const list = mxcsrs(encoding.mnemonic);
  const bytes = new Uint8Array(list.length * sets * STATE_SIZE);
  const view = new DataView(bytes.buffer);
  const random = new Random(encoding.code.reduce((sum, byte) => sum * 31 + byte, 7) >>> 0);
  list.forEach((mxcsr, i) => {
    for (let n = 0; n < sets; n++) fill(view, (i * sets + n) * STATE_SIZE, mxcsr, random);
  });
  return bytes;
}

function fill(view: DataView, at: number, mxcsr: number, random: Random): void {
  const kind = flavour(random);
  for (let q = 0; q < 6; q++) view.setBigUint64(at + STATE_XMM + 8 * q, quad(random, kind), true);
  for (let q = 0; q < 3; q++)
    view.setBigUint64(at + 48 + 8 * q, random.below(3) ? quad(random, kind) : BigInt(random.below(20)), true);
  for (let q = 0; q < 3; q++) view.setBigUint64(at + 80 + 8 * q, quad(random, kind), true);
  for (let q = 0; q < 8; q++) view.setBigUint64(at + STATE_MEMORY + 8 * q, quad(random, kind), true);
  view.setUint32(at + STATE_MXCSR, mxcsr, true);
  view.setBigUint64(at + STATE_FLAGS, 0x202n | ARITHMETIC, true);
}

function native(encodings: Encoding[], inputs: Uint8Array[]): Uint8Array {
  const parts = encodings.flatMap((encoding, i) => [
    new Uint8Array(new Uint32Array([encoding.code.length, inputs[i].length / STATE_SIZE]).buffer),
    Uint8Array.from(encoding.code),
    inputs[i],
  ]);
  const done = spawnSync('build/vector_native', { input: Buffer.concat(parts), maxBuffer: 2 ** 32 });
  if (done.status !== 0) throw new Error(`native runner: status ${done.status} ${done.signal}`);
  return done.stdout;
}

function interpret(machine: Machine, encoding: Encoding, input: Uint8Array): Uint8Array | undefined {
  const code = machine.CODE.value as number;
  const at = machine.STATES.value as number;
  const memory = new Uint8Array(machine.memory.buffer);
  memory.fill(0x90, code, code + 64);
  memory.set(encoding.code, code);
  if (machine.decode(encoding.code.length) < 0) return undefined;
  const out = new Uint8Array(input.length);
  for (let from = 0; from < input.length; from += 1048576) {
    const part = input.subarray(from, from + 1048576);
    memory.set(part, at);
    machine.run(part.length / STATE_SIZE);
    out.set(memory.subarray(at, at + part.length), from);
  }
  return out;
}

/** What must be equal: everything but the bits of RFLAGS that the instruction cannot change. */
function normalise(state: Uint8Array): Buffer {
  const copy = Buffer.from(state);
  copy.writeBigUInt64LE(copy.readBigUInt64LE(STATE_FLAGS) & ARITHMETIC, STATE_FLAGS);
  return copy;
}

const pattern = new RegExp(process.argv[2] ?? '.');
const sets = Number(process.argv[3] ?? 240);
const module = await WebAssembly.instantiate(
  readFileSync('build/vector.wasm'),
  new Proxy({}, { get: () => new Proxy({}, { get: () => () => 0 }) }) as never,
);
const machine = (module as unknown as WebAssembly.WebAssemblyInstantiatedSource).instance.exports as unknown as Machine;
let bad = 0;
let total = 0;
const failed = new Set<string>();
const chosen = [...SSE_ENCODINGS, ...MMX_ENCODINGS].filter((e) => pattern.test(e.name));
for (const encoding of chosen) {
  const input = states(encoding, sets);
  const expected = native([encoding], [input]);
  let actual: Uint8Array | undefined;
  try {
    actual = interpret(machine, encoding, input);
  } catch (e) {
    console.log(`${encoding.name}: ${e}`);
    failed.add(encoding.mnemonic);
    continue;
  }
  if (!actual) {
    console.log(`${encoding.name}: not decoded`);
    continue;
  }
  let wrong = 0;
  for (let i = 0; i < input.length; i += STATE_SIZE) {
    total++;
    const want = normalise(expected.subarray(i, i + STATE_SIZE));
    const got = normalise(actual.subarray(i, i + STATE_SIZE));
    if (want.equals(got)) continue;
    if (++wrong <= Number(process.argv[4] ?? 1)) show(encoding, input.subarray(i, i + STATE_SIZE), want, got);
  }
  if (wrong) {
    console.log(`${encoding.name}: ${wrong} of ${input.length / STATE_SIZE} differ`);
    failed.add(encoding.mnemonic);
    bad += wrong;
  }
}
console.log(`${chosen.length} encodings, ${total} states, ${bad} differ; ${[...failed].join(' ')}`);

function show(encoding: Encoding, input: Uint8Array, want: Buffer, got: Buffer): void {
  const hex = (b: Uint8Array, from: number, n: number) =>
    Buffer.from(b.subarray(from, from + n))
      .reverse()
      .toString('hex');
  const fields: [string, number, number][] = [
    ['xmm0', 0, 16],
    ['xmm1', 16, 16],
    ['xmm2', 32, 16],
    ['rax', 48, 8],
    ['rcx', 56, 8],
    ['rdx', 64, 8],
    ['mxcsr', 72, 4],
    ['signal', 76, 4],
    ['tags', 108, 4],
    ['mm0', 80, 8],
    ['mm1', 88, 8],
    ['mm2', 96, 8],
    ['code', 104, 4],
    ['flags', 112, 8],
    ['mem', 192, 16],
  ];
  console.log(`-- ${encoding.name}`);
  for (const [name, from, n] of fields) {
    const differs = hex(want, from, n) !== hex(got, from, n);
    if (differs || /xmm[12]|mxcsr|mem/.test(name))
      console.log(
        `   ${name.padEnd(6)} in ${hex(input, from, n)}${differs ? ` cpu ${hex(want, from, n)} us ${hex(got, from, n)}` : ''}`,
      );
  }
}
