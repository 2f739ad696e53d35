// The one function a linked box adds to the kernel: read(segment, offset, ptr, len) by memory.init, put in the table
// slot that the kernel calls. Appended at the end, so no index of the kernel moves.
import { AHEAD_SEGMENT } from '../../abi/ahead.ts';
import { TABLE_SLOT_READ_SEGMENT } from '../../abi/host.ts';
import { encodeS32, encodeU32 } from './leb128.ts';
import {
  appendEntries,
  entryCount,
  importedFunctions,
  SECTION_CODE,
  SECTION_ELEMENT,
  SECTION_FUNCTION,
  SECTION_TYPE,
  type Section,
} from './wasm.ts';

const I32 = 0x7f;
const FUNCTION_TYPE = 0x60;
const IF = 0x04;
const END = 0x0b;
const EMPTY_BLOCK = 0x40;
const RETURN = 0x0f;
const UNREACHABLE = 0x00;
const LOCAL_GET = 0x20;
const I32_CONST = 0x41;
const I32_EQ = 0x46;
const MEMORY_INIT = [0xfc, 8];

/**
 * Adds the reader of the passive segments `first` to `first + count - 1`, which it knows as 0 to `count - 1`; with `ahead`
 * also of the one before them, as AHEAD_SEGMENT.
 */
export function addReader(kernel: Section[], first: number, count: number, ahead: boolean): Section[] {
  const type = Uint8Array.of(FUNCTION_TYPE, 4, I32, I32, I32, I32, 0);
  const typeIndex = entryCount(kernel, SECTION_TYPE);
  const index = importedFunctions(kernel) + entryCount(kernel, SECTION_FUNCTION);
  const slot = [I32_CONST, ...encodeS32(TABLE_SLOT_READ_SEGMENT), END];
  let sections = appendEntries(kernel, SECTION_TYPE, [type]);
  sections = appendEntries(sections, SECTION_FUNCTION, [Uint8Array.from(encodeU32(typeIndex))]);
  sections = appendEntries(sections, SECTION_ELEMENT, [Uint8Array.of(0, ...slot, 1, ...encodeU32(index))]);
  return appendEntries(sections, SECTION_CODE, [readerBody(first, count, ahead)]);
}

/** memory.init names its segment as an immediate: one comparison for each. */
function readerBody(first: number, count: number, ahead: boolean): Uint8Array {
  const code = [0]; // no locals besides the parameters
  for (let i = ahead ? -1 : 0; i < count; i++) {
    code.push(LOCAL_GET, 0, I32_CONST, ...encodeS32(i < 0 ? AHEAD_SEGMENT : i), I32_EQ, IF, EMPTY_BLOCK);
    code.push(LOCAL_GET, 2, LOCAL_GET, 1, LOCAL_GET, 3, ...MEMORY_INIT, ...encodeU32(first + i), 0, RETURN, END);
  }
  code.push(UNREACHABLE, END);
  return Uint8Array.of(...encodeU32(code.length), ...code);
}
