// Sections of a WebAssembly module, read and written (specification 5.5). Contents stay opaque bytes, except where the
// linker counts or appends entries. Invariant: a module that is only taken apart and put together keeps its bytes.
import { Cursor, encodeU32 } from './leb128.ts';

export const SECTION_CUSTOM = 0;
export const SECTION_TYPE = 1;
export const SECTION_IMPORT = 2;
export const SECTION_FUNCTION = 3;
export const SECTION_TABLE = 4;
export const SECTION_EXPORT = 7;
export const SECTION_ELEMENT = 9;
export const SECTION_CODE = 10;
export const SECTION_DATA = 11;
export const SECTION_DATA_COUNT = 12;

/** Custom section that the engine reads: how often branches of the code are taken. */
export const SECTION_BRANCH_HINT = 'metadata.code.branch_hint';

/** `\0asm` and version 1. */
export const WASM_HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Sections other than custom ones stand in this order, each at most once. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, SECTION_ELEMENT, SECTION_DATA_COUNT, SECTION_CODE, SECTION_DATA];

export interface Section {
  id: number;
  bytes: Uint8Array;
}

/** A whole module's sections. Throws a RangeError when it is cut off or not a module. */
export function parseSections(module: Uint8Array): Section[] {
  if (!isWasm(module)) throw new RangeError('not a WebAssembly module');
  const cursor = new Cursor(module, WASM_HEADER.length);
  const sections: Section[] = [];
  while (!cursor.done) {
    const id = cursor.u8();
    sections.push({ id, bytes: cursor.take(cursor.u32()) });
  }
  return sections;
}

export function isWasm(bytes: Uint8Array): boolean {
  return bytes.length >= WASM_HEADER.length && WASM_HEADER.every((byte, i) => bytes[i] === byte);
}

export function encodeSection({ id, bytes }: Section): Uint8Array {
  return concat([Uint8Array.of(id, ...encodeU32(bytes.length)), bytes]);
}

export function customSection(name: string, content: Uint8Array): Section {
  const encoded = new TextEncoder().encode(name);
  const bytes = concat([Uint8Array.from(encodeU32(encoded.length)), encoded, content]);
  return { id: SECTION_CUSTOM, bytes };
}

/** Number of entries of a section that is a vector; 0 when it is missing. */
export function entryCount(sections: Section[], id: number): number {
  const section = sections.find((one) => one.id === id);
  return section ? new Cursor(section.bytes).u32() : 0;
}

/** Appends entries to a section that is a vector; makes the section where it is missing. */
export function appendEntries(sections: Section[], id: number, entries: Uint8Array[]): Section[] {
  const old = sections.find((one) => one.id === id);
  const cursor = new Cursor(old?.bytes ?? Uint8Array.of(0));
  const count = Uint8Array.from(encodeU32(cursor.u32() + entries.length));
  return withSection(sections, { id, bytes: concat([count, cursor.bytes.subarray(cursor.at), ...entries]) });
}

/** Puts a section where it belongs, in place of the one that is there. */
export function withSection(sections: Section[], section: Section): Section[] {
  const rank = ORDER.indexOf(section.id);
  const before = sections.filter(({ id }) => id !== SECTION_CUSTOM && ORDER.indexOf(id) < rank);
  const after = sections.filter(({ id }) => id === SECTION_CUSTOM || ORDER.indexOf(id) > rank);
  return [...before, section, ...after];
}

/** How many functions a module imports: they come before its own in the index space. */
export function importedFunctions(sections: Section[]): number {
  const section = sections.find(({ id }) => id === SECTION_IMPORT);
  if (!section) return 0;
  const cursor = new Cursor(section.bytes);
  let functions = 0;
  for (let left = cursor.u32(); left > 0; left--) {
    cursor.take(cursor.u32());
    cursor.take(cursor.u32());
    if (cursor.u8() !== 0) throw new RangeError('only functions may be imported');
    cursor.u32();
    functions++;
  }
  return functions;
}

export function concat(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
