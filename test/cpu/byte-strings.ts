// Byte strings that exercise a decoder: random ones biased towards prefixes and every opcode map, and all opcodes in order.
import { WINDOW } from './decoder.ts';

const PREFIXES = [0x66, 0xf2, 0xf3, 0x67, 0xf0, 0x2e, 0x64, 0x65, 0x40, 0x41, 0x42, 0x44, 0x48, 0x49, 0x4c, 0x4f];
const MAPS = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];

/** xorshift32: the same strings in every run. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return this.state >>> 0;
  }

  below(n: number): number {
    return this.next() % n;
  }
}

/** Fills the window with up to two prefixes, a map or VEX escape, and random bytes. */
export function randomInstruction(random: Random, window: Uint8Array): void {
  let p = 0;
  for (let n = random.below(4) && random.below(3); n > 0; n--) window[p++] = PREFIXES[random.below(PREFIXES.length)];
  const kind = random.below(8);
  if (kind >= 4) for (const byte of MAPS[kind - 4]) window[p++] = byte;
  if (kind === 3) {
    const long = random.below(2);
    window[p++] = 0xc5 - long;
    if (long) window[p++] = (random.next() & 0xe0) | random.below(4);
  }
  for (; p < WINDOW; p++) window[p] = random.next();
}

const COMBINATIONS = [
  [],
  [0x66],
  [0xf3],
  [0xf2],
  [0x48],
  [0x66, 0x48],
  [0xf3, 0x4d],
  [0xf2, 0x66],
  [0x66, 0xf3],
  [0xf2, 0xf3],
  [0xf0],
  [0xf0, 0x66, 0x4f],
  [0x67, 0x64],
  [0x48, 0x66],
];

/** Every opcode of every map with every ModRM byte and a choice of prefixes; the rest of the window is random. */
export function* allOpcodes(random: Random, window: Uint8Array): Generator<void> {
  for (const prefixes of COMBINATIONS) {
    for (const map of MAPS) {
      for (let n = 0; n < 0x10000; n++) {
        let p = 0;
        for (const byte of prefixes) window[p++] = byte;
        for (const byte of map) window[p++] = byte;
        window[p++] = n >> 8;
        window[p++] = n;
        for (; p < WINDOW; p++) window[p] = random.next();
        yield;
      }
    }
  }
}
