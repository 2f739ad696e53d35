// A delta: what a box has changed since a base, a file of kilobytes that is worth something only beside that base. It is a
// module without code, so that the same tools read it. Invariant: it fits one base, and is refused beside any other.
import { BOX_VERSION, SECTION_DELTA, SECTION_STATE } from '../../abi/box.ts';
import { HOST_VERSION } from '../../abi/host.ts';
import { type BoxFile, versions } from '../box/inspect.ts';
import { Cursor } from '../box/leb128.ts';
import { concat, customSection, encodeSection, parseSections, WASM_HEADER } from '../box/wasm.ts';
import { WbxError } from '../errors.ts';
import { blocksOf, type Moment, momentOf } from './moment.ts';
import type { SavedMemory } from './saved-memory.ts';
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
  if (info.version !== BOX_VERSION || info.host !== HOST_VERSION) {
    throw new WbxError('BAD_BOX', `the delta was made by another wbx (${versions(info)}): use that wbx`);
  }
  if (info.base !== (await identityOf(base))) {
    throw new WbxError('BAD_BOX', 'the delta was made from another base: name the box it was taken from');
  }
  return momentOf(openState(state, (await memoryOf(base)).blocks));
}

function readDelta(bytes: Uint8Array): { info: DeltaInfo; state: Uint8Array } {
  try {
    const sections = parseSections(bytes).map(({ bytes: content }) => {
      const cursor = new Cursor(content);
      return [cursor.text(), content.subarray(cursor.at)] as const;
    });
    const byName = new Map(sections);
    const info = JSON.parse(new TextDecoder().decode(byName.get(SECTION_DELTA))) as DeltaInfo;
    return { info, state: byName.get(SECTION_STATE) ?? new Uint8Array(0) };
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
