// A module with what the linker expects of kernel.wasm and nothing else, for tests: memory, a table with a reader that
// copies nothing in TABLE_SLOT_READ_SEGMENT, and `read`, which calls whatever is in that slot.
import { encodeU32 } from './leb128.ts';
import { concat, customSection, encodeSection, type Section, WASM_HEADER } from './wasm.ts';

const text = (value: string) => [...encodeU32(value.length), ...new TextEncoder().encode(value)];
const I32 = 0x7f;
const READER_TYPE = [0x60, 4, I32, I32, I32, I32, 0];
const CALL_SLOT = [0x20, 0, 0x20, 1, 0x20, 2, 0x20, 3, 0x41, 1, 0x11, 0, 0, 0x0b];

const SECTIONS: [number, number[]][] = [
  [1, [1, ...READER_TYPE]],
  [2, [1, ...text('wasi_snapshot_preview1'), ...text('random_get'), 0, 0]],
  [3, [2, 0, 0]],
  [4, [1, 0x70, 0, 2]],
  [5, [1, 0, 4]],
  [7, [2, ...text('memory'), 2, 0, ...text('read'), 0, 2]],
  [9, [1, 0, 0x41, 1, 0x0b, 1, 1]],
  [10, [2, 2, 0, 0x0b, CALL_SLOT.length + 1, 0, ...CALL_SLOT]],
  [11, [1, 0, 0x41, 16, 0x0b, ...text('kernel')]],
];

/** The module's bytes. */
export function tinyKernel(): Uint8Array {
  const sections: Section[] = SECTIONS.map(([id, bytes]) => ({ id, bytes: Uint8Array.from(bytes) }));
  sections.push(customSection('name', Uint8Array.of(1, 2, 3)));
  return concat([WASM_HEADER, ...sections.map(encodeSection)]);
}
