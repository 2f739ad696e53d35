// Reads a boot block back (abi/boot.ts): hosts start a box with its own options, changed where the user says so.
// Every function throws a RangeError when the block is corrupt.
import * as B from '../../abi/boot.ts';
import type { BootOptions, Chunk, ImageLayout } from './boot-block.ts';

/** What the box starts with by itself. */
export function readBootOptions(block: Uint8Array): BootOptions {
  const view = viewOf(block);
  const field = (at: number) => view.getUint32(at, true);
  const strings = (offset: number, count: number) => readStrings(block, field(offset), field(count));
  const mounts = readStrings(block, field(B.BOOT_MOUNTS), 3 * field(B.BOOT_MOUNT_COUNT));
  const groups = field(B.BOOT_GROUPS);
  return {
    argv: strings(B.BOOT_ARGV, B.BOOT_ARGC),
    commandIndex: field(B.BOOT_CMD_INDEX),
    env: strings(B.BOOT_ENV, B.BOOT_ENV_COUNT),
    cwd: readStrings(block, field(B.BOOT_CWD), 1)[0],
    hostname: readStrings(block, field(B.BOOT_HOSTNAME), 1)[0],
    uid: field(B.BOOT_UID),
    gid: field(B.BOOT_GID),
    groups: Array.from({ length: field(B.BOOT_GROUP_COUNT) }, (_, i) => field(groups + 4 * i)),
    memoryLimit: field(B.BOOT_MEMORY_LIMIT) * 4096,
    taskLimit: field(B.BOOT_TASK_LIMIT),
    cpuLevel: field(B.BOOT_CPU_LEVEL),
    upperLimit: field(B.BOOT_UPPER_LIMIT) * 4096,
    seed: field(B.BOOT_SEED) ? block.slice(field(B.BOOT_SEED), field(B.BOOT_SEED) + 32) : undefined,
    mounts: Array.from({ length: mounts.length / 3 }, (_, i) => {
      return { type: mounts[3 * i], target: mounts[3 * i + 1], options: mounts[3 * i + 2] };
    }),
  };
}

/** Where the image's chunks are. */
export function readLayout(block: Uint8Array): ImageLayout {
  const view = viewOf(block);
  const count = view.getUint32(B.BOOT_CHUNK_COUNT, true);
  const chunks: Chunk[] = [];
  for (let at = view.getUint32(B.BOOT_CHUNK_TABLE, true); chunks.length < count; at += B.CHUNK_ENTRY_SIZE) {
    const field = (offset: number) => view.getUint32(at + offset, true);
    chunks.push({ segment: field(0), offset: field(4), stored: field(8) });
  }
  const engine = view.getUint32(B.BOOT_ENGINE, true);
  return { size: Number(view.getBigUint64(B.BOOT_IMAGE_SIZE, true)), chunks, engine };
}

function viewOf(block: Uint8Array): DataView {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  if (view.getUint32(0, true) !== B.BOOT_MAGIC) throw new RangeError('no boot block');
  return view;
}

function readStrings(block: Uint8Array, start: number, count: number): string[] {
  const strings: string[] = [];
  for (let at = start; strings.length < count; ) {
    const end = block.indexOf(0, at);
    if (end < 0) throw new RangeError('unterminated string');
    strings.push(new TextDecoder().decode(block.slice(at, end)));
    at = end + 1;
  }
  return strings;
}
