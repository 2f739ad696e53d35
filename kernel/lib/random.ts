// The kernel's random bytes: ChaCha20 (RFC 8439) with fast key erasure: each request takes a fresh key from its own stream,
// so that no state that is still in memory can tell earlier output. Keyed once: by the boot block's seed, or by the host.
import { random_get } from '../wasi_snapshot_preview1.ts';

const KEYED = memory.data(4, 4);
const KEY = memory.data(32, 8);
const STATE = memory.data(64, 8);
const BLOCK = memory.data(64, 8);
const KEY_SIZE: usize = 32;

/** Sets the 32-byte key: the same seed gives the same bytes. */
export function random_seed(seed: usize): void {
  memory.copy(KEY, seed, KEY_SIZE);
  store<u32>(KEYED, 1);
}

/** The next bytes come from a fresh key of the host: two copies of a box must not share their secrets. */
export function random_reseed(): void {
  store<u32>(KEYED, 0);
}

export function random_bytes(dst: usize, n: usize): void {
  if (!load<u32>(KEYED)) {
    random_get(KEY, KEY_SIZE as i32);
    store<u32>(KEYED, 1);
  }
  setup_state();
  // The first block's first half becomes the next key, its second half is not used.
  next_block();
  memory.copy(KEY, BLOCK, KEY_SIZE);
  while (n) {
    next_block();
    const part = min<usize>(n, 64);
    memory.copy(dst, BLOCK, part);
    dst += part;
    n -= part;
  }
  memory.fill(BLOCK, 0, 64);
  memory.fill(STATE, 0, 64);
}

function setup_state(): void {
  store<u32>(STATE, 0x61707865);
  store<u32>(STATE, 0x3320646e, 4);
  store<u32>(STATE, 0x79622d32, 8);
  store<u32>(STATE, 0x6b206574, 12);
  memory.copy(STATE + 16, KEY, KEY_SIZE);
  memory.fill(STATE + 48, 0, 16);
}

/** BLOCK = ChaCha20 block of STATE, whose 64-bit counter moves on. */
function next_block(): void {
  memory.copy(BLOCK, STATE, 64);
  for (let i = 0; i < 10; i++) {
    quarter(0, 16, 32, 48);
    quarter(4, 20, 36, 52);
    quarter(8, 24, 40, 56);
    quarter(12, 28, 44, 60);
    quarter(0, 20, 40, 60);
    quarter(4, 24, 44, 48);
    quarter(8, 28, 32, 52);
    quarter(12, 16, 36, 56);
  }
  for (let i = 0; i < 64; i += 4) store<u32>(BLOCK + i, load<u32>(BLOCK + i) + load<u32>(STATE + i));
  store<u64>(STATE, load<u64>(STATE, 48) + 1, 48);
}

function quarter(a: usize, b: usize, c: usize, d: usize): void {
  step(a, b, d, 16);
  step(c, d, b, 12);
  step(a, b, d, 8);
  step(c, d, b, 7);
}

/** x += y; z = (z ^ x) <<< bits */
function step(x: usize, y: usize, z: usize, bits: u32): void {
  const sum = load<u32>(BLOCK + x) + load<u32>(BLOCK + y);
  store<u32>(BLOCK + x, sum);
  store<u32>(BLOCK + z, rotl<u32>(load<u32>(BLOCK + z) ^ sum, bits));
}
