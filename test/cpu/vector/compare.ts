// Compares what one vector instruction makes of many machine states on this CPU (native.c) and on our tiers (tiers.ts).
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { UNDERFLOW_WITHOUT_PE } from '../maker.ts';
import type { Encoding } from './encodings.ts';
import { flavour, quad, Random } from './operands.ts';
import {
  STATE_CODE,
  STATE_FLAGS,
  STATE_MEMORY,
  STATE_MM,
  STATE_MXCSR,
  STATE_RAX,
  STATE_RCX,
  STATE_RDX,
  STATE_SIGNAL,
  STATE_SIZE,
  STATE_TAGS,
  STATE_UPPER,
} from './state.ts';
import type { Tier } from './tiers.ts';

const NATIVE = `build/test/vector-native-${process.pid}`;
const ARITHMETIC_FLAGS = 0x8d5n;
const SIGILL = 4;
const SIGFPE = 8;
const PE = 0x20;
/** Masks and sticky flags: all masked with none, PE and all sticky; nothing masked; one at a time unmasked; some mixed. */
const MASKS = [0x1f80, 0x1fa0, 0x1fbf, 0, 0x1f00, 0x1e80, 0x1d80, 0x1b80, 0x1780, 0x0f80, 0x1000];
const DENORMALS = [0, 0x40, 0x8000, 0x8040];
const ROUNDINGS = [0, 0x2000, 0x4000, 0x6000];

/** Name, offset, size: what is shown of a state. */
const FIELDS: [name: string, offset: number, size: number][] = [
  ['xmm0', 0, 16],
  ['xmm1', 16, 16],
  ['xmm2', 32, 16],
  ['upper0', STATE_UPPER, 16],
  ['upper1', STATE_UPPER + 16, 16],
  ['upper2', STATE_UPPER + 32, 16],
  ['rax', STATE_RAX, 8],
  ['rcx', STATE_RCX, 8],
  ['rdx', STATE_RDX, 8],
  ['mxcsr', STATE_MXCSR, 4],
  ['signal', STATE_SIGNAL, 4],
  ['mm0', STATE_MM, 8],
  ['mm1', STATE_MM + 8, 8],
  ['mm2', STATE_MM + 16, 8],
  ['code', STATE_CODE, 4],
  ['tags', STATE_TAGS, 4],
  ['rflags', STATE_FLAGS, 8],
  ['memory', STATE_MEMORY, 32],
];

/** Values of MXCSR an instruction is tried under. */
function controls({ controlled }: Encoding): number[] {
  if (!controlled) return [0x1f80];
  return ROUNDINGS.flatMap((rounding) => DENORMALS.flatMap((d) => MASKS.map((masks) => rounding | d | masks)));
}

/** `sets` states under each value of MXCSR; the same for the same encoding. */
export function statesFor(encoding: Encoding, sets: number): Uint8Array {
  const list = controls(encoding);
  const bytes = new Uint8Array(list.length * sets * STATE_SIZE);
  const view = new DataView(bytes.buffer);
  const random = new Random(encoding.code.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7));
  for (let at = 0, i = 0; at < bytes.length; at += STATE_SIZE, i++) {
    fill(view, at, list[i % list.length], random);
    if (encoding.indexSize) fillIndices(view, at, encoding.indexSize, random);
  }
  return bytes;
}

function fill(view: DataView, at: number, mxcsr: number, random: Random): void {
  const kind = flavour(random);
  const quads = (from: number, to: number, value: () => bigint): void => {
    for (let p = from; p < to; p += 8) view.setBigUint64(at + p, value(), true);
  };
  const value = (): bigint => quad(random, kind);
  quads(0, STATE_RAX, value);
  // Often small: they are also the lengths of PCMPESTRI.
  quads(STATE_RAX, STATE_MXCSR, () => (random.below(3) ? value() : BigInt(random.below(20))));
  quads(STATE_MM, STATE_MM + 24, value);
  quads(STATE_UPPER, STATE_UPPER + 48, value);
  quads(STATE_MEMORY, STATE_SIZE, value);
  view.setUint32(at + STATE_MXCSR, mxcsr, true);
  view.setBigUint64(at + STATE_FLAGS, 0x202n | ARITHMETIC_FLAGS, true);
}

/** Indices in ymm2 that stay within the state's memory with a displacement of 8 and every scale. */
function fillIndices(view: DataView, at: number, size: number, random: Random): void {
  for (const half of [at + 32, at + STATE_UPPER + 32]) {
    for (let i = 0; i < 16; i += size) {
      const index = random.below(8) - 1;
      if (size === 4) view.setInt32(half + i, index, true);
      else view.setBigInt64(half + i, BigInt(index), true);
    }
  }
}

export class Comparison {
  private readonly tiers: Record<string, Tier>;

  constructor(tiers: Record<string, Tier>) {
    this.tiers = tiers;
    mkdirSync('build/test', { recursive: true });
    const { status, stderr } = spawnSync('gcc', ['-O1', '-o', NATIVE, 'test/cpu/vector/native.c'], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`gcc: ${stderr}`);
    renameSync(NATIVE, 'build/test/vector-native');
  }

  /** What this CPU makes of the states. */
  native(encoding: Encoding, states: Uint8Array): Uint8Array {
    const head = new Uint8Array(Uint32Array.of(encoding.code.length, states.length / STATE_SIZE).buffer);
    const input = Buffer.concat([head, Uint8Array.from(encoding.code), states]);
    const done = spawnSync('build/test/vector-native', { input, maxBuffer: 2 ** 30 });
    if (done.status !== 0) throw new Error(`native runner: status ${done.status} ${done.signal}`);
    return done.stdout;
  }

  /** Makes ready for these, which are compared next. */
  prepare(encodings: Encoding[]): void {
    for (const tier of Object.values(this.tiers)) tier.prepare?.(encodings);
  }

  /** Number of states in which a tier differs, and the first of them in words; undefined when this CPU lacks the instruction. */
  compare(encoding: Encoding, sets: number): { states: number; differ: number; first: string } | undefined {
    const states = statesFor(encoding, sets);
    const expected = this.native(encoding, states);
    if (new DataView(expected.buffer, expected.byteOffset).getUint32(STATE_SIGNAL, true) === SIGILL) return undefined;
    const result = { states: states.length / STATE_SIZE, differ: 0, first: '' };
    for (const [name, tier] of Object.entries(this.tiers)) {
      const actual = tier.run(encoding, states);
      for (let at = 0; at < states.length; at += STATE_SIZE) {
        const [input, want, got] = [states, expected, actual].map((all) =>
          comparable(all.subarray(at, at + STATE_SIZE)),
        );
        if (encoding.mnemonic === UNDERFLOW_WITHOUT_PE) takePrecision(want, got);
        if (want.equals(got)) continue;
        if (result.differ++ === 0) result.first = describe(name, input, want, got);
      }
    }
    return result;
  }
}

/** A state without the bits of RFLAGS that no vector instruction changes. */
function comparable(state: Uint8Array): Buffer {
  const copy = Buffer.from(state);
  copy.writeBigUInt64LE(copy.readBigUInt64LE(STATE_FLAGS) & ARITHMETIC_FLAGS, STATE_FLAGS);
  return copy;
}

/** Takes over PE when both end with SIGFPE. */
function takePrecision(want: Buffer, got: Buffer): void {
  if (want.readUInt32LE(STATE_SIGNAL) !== SIGFPE || got.readUInt32LE(STATE_SIGNAL) !== SIGFPE) return;
  got.writeUInt32LE((got.readUInt32LE(STATE_MXCSR) & ~PE) | (want.readUInt32LE(STATE_MXCSR) & PE), STATE_MXCSR);
}

/** The inputs, and what the CPU and the tier made of the fields in which they differ. */
function describe(tier: string, input: Buffer, want: Buffer, got: Buffer): string {
  const lines = FIELDS.map(([name, from, size]) => {
    const [before, cpu, ours] = [input, want, got].map((b) =>
      b
        .subarray(from, from + size)
        .reverse()
        .toString('hex'),
    );
    return `  ${name.padEnd(6)} ${before}${cpu === ours ? '' : `  cpu ${cpu}  ${tier} ${ours}`}`;
  });
  return `\n${lines.join('\n')}`;
}
