// Goes on with snapshots that lie: their checksums are right, their memory is not. Arguments: a box, the first seed, the one behind the
// last. Says for each seed which it is and then how it ended, so that who started this knows whom to blame when it never ends.
import { FRAME_META_BASE, FRAME_META_SIZE, PAGE_SIZE, RING_BASE, STATIC_BASE } from '../../abi/box.ts';
import { openFile } from '../../src/box/open-file.ts';
import { WbxError } from '../../src/errors.ts';
import { goOn, openWith, type Opened } from '../../src/library/start.ts';
import { openReach } from '../../src/runtime/node/reach.ts';
import { scheduler } from '../../src/runtime/node/scheduler.ts';
import { momentOf } from '../../src/snapshot/moment.ts';
import { patchMemory, readU32, type SavedMemory } from '../../src/snapshot/saved-memory.ts';
import { decodeState, encodeState } from '../../src/snapshot/state.ts';
import { randomOf } from './law.ts';

const EXTREMES = [0, 1, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff];
const MUTATIONS_MOST = 300;
const LIMITS = { time: 1500, instructions: 3e7 };
/** Rings and control block; the frame table's used part; the kernel's data. The rest of the memory is anywhere. */
const REGIONS: [from: number, length: number][] = [
  [RING_BASE, 0x4000],
  [FRAME_META_BASE + (STATIC_BASE / PAGE_SIZE) * FRAME_META_SIZE, 0x8000],
  [STATIC_BASE, 0x40000],
];

function mutated(honest: SavedMemory, seed: number): SavedMemory {
  const random = randomOf(seed);
  const memory = { size: honest.size, blocks: new Map(honest.blocks) };
  const numbers = [...memory.blocks.keys()];
  for (let left = 1 + random(MUTATIONS_MOST); left > 0; left--) {
    const block = numbers[random(numbers.length)] * 65536;
    const [from, length] = [...REGIONS, [block, 65536]][random(REGIONS.length + 1)];
    const at = from + 4 * random(length / 4);
    const was = readU32(memory, at);
    // What is zero is mostly unused.
    if (was === 0 && random(4) > 0) continue;
    const value = random(2) === 0 ? EXTREMES[random(EXTREMES.length)] : was ^ (1 << random(32));
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
    if (memory.blocks.has(Math.floor(at / 65536))) patchMemory(memory, at, bytes);
  }
  return memory;
}

async function trial(opened: Opened, memory: SavedMemory): Promise<string> {
  try {
    const box = await goOn(opened, momentOf(decodeState(encodeState(memory))), {
      stdin: 'input\n',
      policy: { limits: LIMITS, network: { allow: [] } },
      messages: 'bytes',
    });
    const { status, limit } = await box.exit;
    return `ended ${status} ${limit ?? ''}`;
  } catch (error) {
    if (error instanceof WbxError) return `refused ${error.code}: ${error.message}`;
    throw error;
  }
}

const [path, first, end] = process.argv.slice(2);
const opened = await openWith({ scheduler, open: openFile, reach: openReach }, path);
const honest = decodeState(await opened.file.readState());
for (let seed = Number(first); seed < Number(end); seed++) {
  process.stdout.write(`seed ${seed}\n`);
  process.stdout.write(`${seed === 0 ? await trial(opened, honest) : await trial(opened, mutated(honest, seed))}\n`);
}
