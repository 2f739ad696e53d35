// The tiers that vector instructions are compared on: the interpreter's handlers alone, and translated code in its machine.
import assert from 'node:assert/strict';
import { ACCESS_WRITE } from '../../../abi/cpu.ts';
import { TRANSLATE_BASE } from '../../../abi/box.ts';
import { TRANSLATE_HEAD, TRANSLATE_TAIL } from '../../../abi/translate.ts';
import { Memory } from '../../../src/runtime/memory.ts';
import { Translator } from '../../../src/translate/translator.ts';
import { instantiateAsc } from '../../asc.ts';
import type { MachineExports } from '../machine.ts';
import { INT3, PAGE } from '../testcase.ts';
import type { Encoding } from './encodings.ts';
import { STATE_SIZE } from './state.ts';

export interface Tier {
  /** Makes ready for these. */
  prepare?(encodings: Encoding[]): void;
  /** The states after one run of the instruction. */
  run(encoding: Encoding, states: Uint8Array): Uint8Array;
}

interface Buffers {
  memory: WebAssembly.Memory;
  STATES: WebAssembly.Global;
  CAPACITY: WebAssembly.Global;
}

/** Passes the states through the buffer of a compiled entry, as many at once as it has room for. */
function inParts({ memory, STATES, CAPACITY }: Buffers, states: Uint8Array, run: (n: number) => void): Uint8Array {
  const out = states.slice();
  for (let from = 0; from < out.length; from += CAPACITY.value) {
    const part = out.subarray(from, from + CAPACITY.value);
    new Uint8Array(memory.buffer).set(part, STATES.value);
    run(part.length / STATE_SIZE);
    part.set(new Uint8Array(memory.buffer, STATES.value, part.length));
  }
  return out;
}

export async function handlers(): Promise<Tier> {
  const exports = await instantiateAsc('test/cpu/vector/vector.as.ts');
  const { memory, CODE, decode, run } = exports as unknown as Buffers & {
    CODE: WebAssembly.Global;
    decode(length: number): number;
    run(n: number): void;
  };
  return {
    run(encoding, states) {
      new Uint8Array(memory.buffer).set(encoding.code, CODE.value);
      if (!decode(encoding.code.length)) throw new Error(`${encoding.name}: not decoded`);
      return inParts(exports as unknown as Buffers, states, run);
    },
  };
}

const CODE_VA = 0x10000000n;
const CODE_PAGES = 8;
/** Every encoding has a place of its own, with INT3 behind it. */
const STRIDE = 32;
/** As many may wait for the translator. */
const BATCH = 64;
const MAX_ROUNDS = 3;
const DATA_VA = 0x20000000n;
const READ_WRITE = 3;
const ALL = 7;

export async function translated(): Promise<Tier> {
  const exports = await instantiateAsc('test/cpu/vector/translated.as.ts');
  return new TranslatedTier(exports as unknown as TranslatedExports);
}

interface TranslatedExports extends Buffers, Omit<MachineExports, 'memory'> {
  run(n: number, code: bigint, end: bigint, data: bigint, host: number): void;
}

class TranslatedTier implements Tier {
  readonly #machine: TranslatedExports;
  readonly #frames: number[];
  readonly #data: number;
  readonly #places = new Map<Encoding, bigint>();

  constructor(machine: TranslatedExports) {
    this.#machine = machine;
    machine.boot();
    machine.map(CODE_VA, BigInt(CODE_PAGES * PAGE), ALL);
    machine.map(DATA_VA, BigInt(PAGE), READ_WRITE);
    this.#frames = Array.from({ length: CODE_PAGES }, (_, i) => machine.page(CODE_VA + BigInt(i * PAGE), ACCESS_WRITE));
    this.#data = machine.page(DATA_VA, ACCESS_WRITE);
  }

  /** Lays them all out and has them translated, many in a module. */
  prepare(encodings: Encoding[]): void {
    const machine = this.#machine;
    this.#places.clear();
    for (const frame of this.#frames) {
      machine.code_invalidate(frame);
      new Uint8Array(machine.memory.buffer, frame, PAGE).fill(INT3);
    }
    const memory = new Memory(machine.memory);
    const translator = new Translator(machine, memory, { threshold: 1, synchronous: true });
    for (const [n, { code }] of encodings.entries()) {
      const at = n * STRIDE;
      new Uint8Array(machine.memory.buffer, this.#frames[Math.floor(at / PAGE)]).set(code, at % PAGE);
    }
    for (const [n, encoding] of encodings.entries()) {
      this.#places.set(encoding, CODE_VA + BigInt(n * STRIDE));
      // Code is translated that ran before.
      this.run(encoding, new Uint8Array(STATE_SIZE));
    }
    // Heat is a hint: what finds the queue full, or its page dropped, is asked for again.
    for (let rounds = 0; translator.regions < encodings.length && rounds < MAX_ROUNDS; rounds++) {
      for (const [n, va] of [...this.#places.values()].entries()) {
        machine.heat(va);
        if (n % BATCH === BATCH - 1) this.#serve(translator, memory);
      }
      this.#serve(translator, memory);
    }
    assert.equal(translator.regions, encodings.length, `not all of ${encodings[0].mnemonic} was translated`);
  }

  #serve(translator: Translator, memory: Memory): void {
    while (this.#isWaiting(memory)) translator.serve();
  }

  #isWaiting(memory: Memory): boolean {
    return memory.u32(TRANSLATE_BASE + TRANSLATE_HEAD) !== memory.u32(TRANSLATE_BASE + TRANSLATE_TAIL);
  }

  run(encoding: Encoding, states: Uint8Array): Uint8Array {
    const machine = this.#machine;
    const code = this.#places.get(encoding)!;
    const end = code + BigInt(encoding.code.length);
    return inParts(machine, states, (n) => machine.run(n, code, end, DATA_VA, this.#data));
  }
}
