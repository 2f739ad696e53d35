// The decoder against an independent disassembler (iced-x86, Intel's rules): which byte strings are instructions, how long they
// are. Both were also run against an Intel CPU (1.4 million strings, stepped before an unmapped page): no difference
// but for extensions that are not supported. Should one turn up, the CPU wins and the exception is listed here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Code, CpuidFeature, Decoder, DecoderOptions, Instruction } from 'iced-x86';
import { allOpcodes, Random, randomInstruction } from './byte-strings.ts';
import { decode, field, WINDOW } from './decoder.ts';

/** What the tables cover; anything else must be undefined. */
const SUPPORTED = new Set(
  `INTEL8086 INTEL8086_ONLY INTEL186 INTEL286 INTEL386 INTEL486 X64 CPUID TSC RDPMC MSR PAUSE MULTIBYTENOP CMOV CX8 CMPXCHG16B
  SEP SYSCALL RDTSCP FPU FPU287 FPU387 FPU387SL_ONLY CLFSH CLFLUSHOPT CLWB CLDEMOTE FXSR XSAVE XSAVEOPT XSAVEC XSAVES FSGSBASE
  AVX AVX2 FMA F16C MMX SSE SSE2 SSE3 SSSE3 SSE4_1 SSE4_2 POPCNT AES PCLMULQDQ SHA LZCNT BMI1 BMI2 ADX MOVBE RDRAND RDSEED RDPID PREFETCHW
  PREFETCHWT1 PREFETCHITI CET_IBT WBNOINVD`.split(/\s+/),
);

/** Instructions whose whole purpose is #UD. */
const ALWAYS_UNDEFINED = /^(Ud0|Ud1|Ud2)(_|$)/;
/** RDSSP is a NOP while shadow stacks are off. */
const NOP_WITHOUT_FEATURE = /^Rdssp[dq]_/;

function expectedValid(code: string, features: string[]): boolean {
  if (code === 'INVALID' || ALWAYS_UNDEFINED.test(code)) return false;
  return NOP_WITHOUT_FEATURE.test(code) || features.every((feature) => SUPPORTED.has(feature));
}

class Comparison {
  readonly differences = new Map<string, string>();
  private readonly window: Uint8Array;
  private readonly instruction = new Instruction();
  private readonly known = new Map<number, { name: string; valid: boolean }>();

  constructor(window: Uint8Array) {
    this.window = window;
  }

  /** Compares a batch of windows that lie one after the other. */
  run(batch: Uint8Array): void {
    const decoder = new Decoder(64, batch, DecoderOptions.None);
    for (let start = 0; start < batch.length; start += WINDOW) {
      decoder.position = start;
      decoder.decodeOut(this.instruction);
      this.window.set(batch.subarray(start, start + WINDOW));
      this.compare();
    }
    decoder.free();
  }

  private compare(): void {
    const length = decode(this.window);
    const { name, valid } = this.theirs();
    const op = field.op();
    if (op === 'GP' && length === 15 && !valid) return; // longer than 15 bytes: #GP, which iced calls invalid
    if ((op !== 'UD') !== valid) this.differ(`${name}: ${valid ? 'valid' : 'undefined'}, but decoded as ${op}`);
    else if (valid && length !== this.instruction.length)
      this.differ(`${name}: ${this.instruction.length} bytes, not ${length}`);
  }

  private theirs(): { name: string; valid: boolean } {
    const code = this.instruction.code;
    let entry = this.known.get(code);
    if (!entry) {
      const features = [...this.instruction.cpuidFeatures()].map((feature) => CpuidFeature[feature]);
      const name = Code[code];
      entry = { name: `${name} [${features}]`, valid: expectedValid(name, features) };
      this.known.set(code, entry);
    }
    return entry;
  }

  private differ(text: string): void {
    this.differences.set(text, Buffer.from(this.window).toString('hex'));
  }
}

const BATCH = 1024;
/** `npm run test:cpu` takes more. */
const STRINGS = Number(process.env.WBX_CPU_STRINGS ?? 3 * 2 ** 20);

function* windows(source: Iterable<void>, window: Uint8Array): Generator<Uint8Array> {
  const batch = new Uint8Array(BATCH * WINDOW);
  let n = 0;
  for (const _ of source) {
    batch.set(window, WINDOW * n++);
    if (n === BATCH) yield batch;
    n %= BATCH;
  }
}

function* randomly(count: number, random: Random, window: Uint8Array): Generator<void> {
  for (; count > 0; count--) {
    randomInstruction(random, window);
    yield;
  }
}

for (const [title, make] of [
  ['every opcode with a choice of prefixes', (random, window) => allOpcodes(random, window)],
  ['random byte strings', (random, window) => randomly(STRINGS, random, window)],
] as [string, (random: Random, window: Uint8Array) => Iterable<void>][]) {
  test(`${title}: validity and length agree`, () => {
    const window = new Uint8Array(WINDOW);
    const comparison = new Comparison(new Uint8Array(WINDOW));
    for (const batch of windows(make(new Random(0x5eed), window), window)) comparison.run(batch);
    assert.deepEqual([...comparison.differences], []);
  });
}
