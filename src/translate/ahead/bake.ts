// Bakes translated regions into the module of a box: their functions behind all others, slots behind the kernel's own,
// the table that says where they belong (abi/ahead.ts). Invariant: no index of the kernel moves.
import { TRANSLATE_BASE } from '../../../abi/box.ts';
import { TRANSLATE_AHEAD_SIZE, TRANSLATE_AHEAD_TABLE } from '../../../abi/translate.ts';
import { Cursor, encodeS32, encodeU32 } from '../../box/leb128.ts';
import type { BakedCode } from '../../box/link.ts';
import {
  appendEntries,
  concat,
  entryCount,
  importedFunctions,
  SECTION_CODE,
  SECTION_ELEMENT,
  SECTION_EXPORT,
  SECTION_FUNCTION,
  SECTION_TABLE,
  SECTION_TYPE,
  type Section,
  withSection,
} from '../../box/wasm.ts';
import { CHAIN_FUNCTIONS } from '../chain.ts';
import { CHAIN, FIRST_REGION, KERNEL_FUNCTIONS, REGION_TYPE, REGION_TYPE_INDEX, type Signature } from '../functions.ts';
import { type IndexKind, rewriteBody, sized } from '../portable/body.ts';
import type { PortableBody } from '../portable/region.ts';
import { RECORDS_AT } from '../region-writer.ts';
import { Code } from '../wasm/code.ts';
import { branchHints } from '../wasm/hints.ts';
import { I32_ADD, I32_LOAD } from '../wasm/opcodes.ts';
import { aheadTable } from './table.ts';
import type { BakedRegion } from './training.ts';

const KIND_FUNCTION = 0;
const I32_CONST = 0x41;
const END = 0x0b;
const PASSIVE = 1;
const ACTIVE = 0;

/** For linkBox. `withheld` is TRANSLATE_CPU_WITHHELD of the box in which the regions got hot. */
export function bake(regions: BakedRegion[], withheld: number): (kernel: Section[]) => BakedCode {
  return (kernel) => {
    const helpers = CHAIN_FUNCTIONS;
    const firstFunction = importedFunctions(kernel) + entryCount(kernel, SECTION_FUNCTION);
    const firstSlot = tableSize(kernel);
    let next = helpers.length;
    const numbers = regions.map(({ checked }): [number, number | undefined] => [next++, checked && next++]);
    const slotOf = (number: number | undefined) => (number === undefined ? 0 : firstSlot + number - helpers.length);
    const slots = numbers.map(([body, checked]): [number, number] => [slotOf(body), slotOf(checked)]);
    const table = aheadTable(regions, slots, withheld);
    const types = new AppendedTypes(entryCount(kernel, SECTION_TYPE));
    const shared = {
      types,
      firstFunction,
      imports: KERNEL_FUNCTIONS.map(([name]) => exportedFunction(kernel, name)),
    };
    const bodies = helpers.map(({ body }) => moved(body(), { ...shared, self: -1, header: 0 }));
    for (const [n, { body, checked }] of regions.entries()) {
      const header = table.headers[n];
      bodies.push(moved(whole(body), { ...shared, self: numbers[n][0], header }));
      if (checked) bodies.push(moved(whole(checked), { ...shared, self: numbers[n][1]!, header }));
    }
    const signatures = bodies.map((_, n) => types.index(helpers[n]?.type ?? REGION_TYPE));
    const appended = { bodies, signatures, types, firstFunction, firstSlot, helpers: helpers.length };
    const hints = branchHints(bodies, firstFunction);
    return { code: append(kernel, appended), hints, segments: segments(table.bytes) };
  };
}

/** An active one that says how long the table is, and the table, a passive one. */
function segments(table: Uint8Array): Uint8Array[] {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, table.length, true);
  const place = [I32_CONST, ...encodeS32(TRANSLATE_BASE + TRANSLATE_AHEAD_SIZE), END];
  return [
    concat([Uint8Array.of(ACTIVE, ...place, ...encodeU32(size.length)), size]),
    concat([Uint8Array.of(PASSIVE, ...encodeU32(table.length)), table]),
  ];
}

interface Home {
  types: AppendedTypes;
  firstFunction: number;
  /** Functions of the kernel, in the order of KERNEL_FUNCTIONS. */
  imports: number[];
  /** Number of the function among those that are appended. */
  self: number;
  /** Offset of the region's header in the table. */
  header: number;
}

/** A body with the indices of the box's module; its header is where the table was loaded to. */
function moved(body: Uint8Array, home: Home): Uint8Array {
  const index = (kind: IndexKind, old: number): number => {
    if (kind === 'type') {
      if (old !== REGION_TYPE_INDEX) throw new RangeError('an indirect call of something that is no region');
      return home.types.index(REGION_TYPE);
    }
    if (old < CHAIN) return home.imports[old];
    return home.firstFunction + (old < FIRST_REGION ? old - CHAIN : home.self);
  };
  const rewritten = rewriteBody(body, (kind, old, opcode) =>
    kind === 'global' ? headerAddress(home.header + RECORDS_AT) : [opcode, ...encodeU32(index(kind, old))],
  );
  return sized(rewritten);
}

function headerAddress(offset: number): Uint8Array {
  const code = new Code(0);
  code.i32(0);
  code.memory(I32_LOAD, TRANSLATE_BASE + TRANSLATE_AHEAD_TABLE);
  code.i32(offset);
  code.op(I32_ADD);
  return code.bytes();
}

function whole({ bytes }: PortableBody): Uint8Array {
  return sized(bytes);
}

/** Types behind the kernel's, each once. */
class AppendedTypes {
  readonly #first: number;
  readonly entries: Uint8Array[] = [];

  constructor(first: number) {
    this.#first = first;
  }

  index({ parameters, results }: Signature): number {
    const entry = Uint8Array.of(0x60, parameters.length, ...parameters, results.length, ...results);
    const known = this.entries.findIndex((each) => each.join() === entry.join());
    return this.#first + (known >= 0 ? known : this.entries.push(entry) - 1);
  }
}

interface Appended {
  bodies: Uint8Array[];
  signatures: number[];
  types: AppendedTypes;
  firstFunction: number;
  firstSlot: number;
  /** How many of them, the first ones, need no slot. */
  helpers: number;
}

function append(kernel: Section[], { bodies, signatures, types, ...first }: Appended): Section[] {
  const slots = bodies.length - first.helpers;
  const functions = Array.from({ length: slots }, (_, n) => encodeU32(first.firstFunction + first.helpers + n)).flat();
  const place = [I32_CONST, ...encodeS32(first.firstSlot), END];
  let sections = appendEntries(kernel, SECTION_TYPE, types.entries);
  const indices = signatures.map((type) => Uint8Array.from(encodeU32(type)));
  sections = appendEntries(sections, SECTION_FUNCTION, indices);
  sections = withSection(sections, largerTable(sections, slots));
  sections = appendEntries(sections, SECTION_ELEMENT, [
    Uint8Array.from([0, ...place, ...encodeU32(slots), ...functions]),
  ]);
  return appendEntries(sections, SECTION_CODE, bodies);
}

/** The kernel has one table of functions, without a maximum: count, type, flags, size. */
function tableCursor(sections: Section[]): Cursor {
  const cursor = new Cursor(sections.find(({ id }) => id === SECTION_TABLE)!.bytes);
  if (cursor.u32() !== 1 || cursor.u8() !== 0x70 || cursor.u8() !== 0) throw new RangeError('another kind of table');
  return cursor;
}

function tableSize(sections: Section[]): number {
  return tableCursor(sections).u32();
}

function largerTable(sections: Section[], more: number): Section {
  const cursor = tableCursor(sections);
  const head = cursor.bytes.slice(0, cursor.at);
  return { id: SECTION_TABLE, bytes: concat([head, Uint8Array.from(encodeU32(cursor.u32() + more))]) };
}

function exportedFunction(sections: Section[], wanted: string): number {
  const cursor = new Cursor(sections.find(({ id }) => id === SECTION_EXPORT)!.bytes);
  for (let left = cursor.u32(); left > 0; left--) {
    const name = cursor.text();
    const kind = cursor.u8();
    const index = cursor.u32();
    if (name === wanted && kind === KIND_FUNCTION) return index;
  }
  throw new RangeError(`the kernel exports no ${wanted}`);
}
