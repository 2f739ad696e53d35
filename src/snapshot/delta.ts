// A delta: what a box has changed since a base, a file of kilobytes that is worth something only beside that base. It is a
// module without code, so that the same tools read it. Invariant: it fits one base, and is refused beside any other. What a box under plain
// WASI has written of itself (kernel/io/wasi_save.ts) is such a module without a name of its base, and with all of the memory.
import {
  BOOT_CHUNK_COUNT,
  BOOT_CHUNK_TABLE,
  BOOT_ENGINE,
  BOOT_HEADER_SIZE,
  BOOT_IMAGE_SIZE,
  CHUNK_ENTRY_SIZE,
} from '../../abi/boot.ts';
import { BOX_VERSION, CONTROL_BASE, SECTION_DELTA, SECTION_STATE } from '../../abi/box.ts';
import { CONTROL_BOOT_BLOCK, CONTROL_VERSION, HOST_VERSION } from '../../abi/host.ts';
import { type BoxFile, versions } from '../box/inspect.ts';
import { Cursor } from '../box/leb128.ts';
import { concat, customSection, encodeSection, parseSections, WASM_HEADER } from '../box/wasm.ts';
import { xxh32 } from '../box/xxh32.ts';
import { WbxError } from '../errors.ts';
import { blocksOf, type Moment, momentOf } from './moment.ts';
import { readMemory, readU32, type SavedMemory } from './saved-memory.ts';
import { decodeState, encodeState, openState } from './state.ts';

interface DeltaInfo {
  version: number;
  host: number;
  /** identityOf() its base. */
  base: string;
}

/** The bytes of a delta of a box that runs from `base`, which may itself be a snapshot. */
export async function deltaOf(base: BoxFile, saved: Moment): Promise<Uint8Array> {
  const info: DeltaInfo = { version: BOX_VERSION, host: HOST_VERSION, base: await identityOf(base) };
  const sections = [
    customSection(SECTION_DELTA, new TextEncoder().encode(JSON.stringify(info))),
    customSection(SECTION_STATE, encodeState(blocksOf(saved), await memoryOf(base))),
  ];
  return concat([WASM_HEADER, ...sections.map(encodeSection)]);
}

/** The memory that a delta and its base make together. */
export async function applyDelta(base: BoxFile, delta: Uint8Array): Promise<Moment> {
  const { info, state } = readDelta(delta);
  if (!info) return savedByItself(base, state);
  if (info.version !== BOX_VERSION || info.host !== HOST_VERSION) {
    throw new WbxError('BAD_BOX', `the delta was made by another wbx (${versions(info)}): use that wbx`);
  }
  if (info.base !== (await identityOf(base))) {
    throw new WbxError('BAD_BOX', 'the delta was made from another base: name the box it was taken from');
  }
  return momentOf(openState(state, (await memoryOf(base)).blocks));
}

/** Of a box under plain WASI, which does not know its file: its boot block tells what it was started from. */
function savedByItself(base: BoxFile, state: Uint8Array): Moment {
  const saved = decodeState(state);
  const host = readU32(saved, CONTROL_BASE + CONTROL_VERSION);
  if (host !== HOST_VERSION) {
    throw new WbxError('BAD_BOX', `the box that saved itself was made by another wbx (${host}): use that wbx`);
  }
  if (!isOf(saved, base.boot)) {
    throw new WbxError('BAD_BOX', 'another box than the base has saved itself here: name the box that ran');
  }
  return momentOf(saved);
}

/** Has the memory the boot block of that box, as far as it tells which code and which image it has? */
function isOf(saved: SavedMemory, boot: Uint8Array): boolean {
  const at = readU32(saved, CONTROL_BASE + CONTROL_BOOT_BLOCK);
  const own = readMemory(saved, at, BOOT_HEADER_SIZE);
  const [view, baseView] = [viewOf(own), viewOf(boot)];
  const field = (offset: number) => view.getUint32(offset, true);
  const same = (offset: number) => field(offset) === baseView.getUint32(offset, true);
  const code = field(BOOT_ENGINE) === 0 || same(BOOT_ENGINE);
  if (!code || ![0, BOOT_IMAGE_SIZE, BOOT_IMAGE_SIZE + 4, BOOT_CHUNK_COUNT].every(same)) return false;
  const length = field(BOOT_CHUNK_COUNT) * CHUNK_ENTRY_SIZE;
  const table = readMemory(saved, at + field(BOOT_CHUNK_TABLE), length);
  const from = baseView.getUint32(BOOT_CHUNK_TABLE, true);
  return xxh32(table) === xxh32(boot.subarray(from, from + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readDelta(bytes: Uint8Array): { info?: DeltaInfo; state: Uint8Array } {
  try {
    const sections = parseSections(bytes).map(({ bytes: content }) => {
      const cursor = new Cursor(content);
      return [cursor.text(), content.subarray(cursor.at)] as const;
    });
    const byName = new Map(sections);
    const info = byName.get(SECTION_DELTA);
    const state = byName.get(SECTION_STATE);
    if (!state) throw new RangeError('no memory');
    return { info: info && (JSON.parse(new TextDecoder().decode(info)) as DeltaInfo), state };
  } catch (error) {
    throw new WbxError('BAD_BOX', 'the delta is damaged or cut off', error);
  }
}

/** SHA-256 of everything but the image, whose chunk table is in the boot block. */
export async function identityOf(base: BoxFile): Promise<string> {
  const parts = [base.engine, base.boot, await base.readState()];
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', concat(parts) as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function memoryOf(base: BoxFile): Promise<SavedMemory> {
  return base.info.state ? decodeState(await base.readState()) : { size: 0, blocks: new Map() };
}
