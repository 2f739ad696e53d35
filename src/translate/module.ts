// A module of translated regions: imports the box's memory, table and helpers, exports region n as "r<n>".
// Invariant: no globals of its own and no memory: all state is the box's. The imported globals g<n> are constant: where the
// records of region n lie.
import {
  concat,
  encodeSection,
  SECTION_CODE,
  SECTION_EXPORT,
  SECTION_FUNCTION,
  SECTION_IMPORT,
  SECTION_TYPE,
  WASM_HEADER,
} from '../box/wasm.ts';
import { encodeU32 } from '../box/leb128.ts';
import { chainFunctions } from './chain.ts';
import { FIRST_REGION, IMPORTS, REGION_TYPE, type Signature } from './functions.ts';
import { branchHints } from './wasm/hints.ts';
import { FUNCREF, I32 } from './wasm/opcodes.ts';

const KIND_FUNCTION = 0;
const KIND_TABLE = 1;
const KIND_MEMORY = 2;
const KIND_GLOBAL = 3;
const MAX_PAGES = 65536;

/** The module of these regions' function bodies. */
export function regionModule(bodies: Uint8Array[]): Uint8Array {
  const types = new Types();
  const helpers = chainFunctions();
  const imports = [
    [...name('memory'), KIND_MEMORY, 1, 0, ...encodeU32(MAX_PAGES)],
    [...name('table'), KIND_TABLE, FUNCREF, 0, 0],
    ...IMPORTS.map(([each, type]) => [...name(each), KIND_FUNCTION, ...types.index(type)]),
    ...bodies.map((_, n) => [...name(`g${n}`), KIND_GLOBAL, I32, 0]),
  ];
  const functions = [...helpers.map(({ type }) => types.index(type)), ...bodies.map(() => types.index(REGION_TYPE))];
  const exports = bodies.map((_, n) => [...text(`r${n}`), KIND_FUNCTION, ...encodeU32(FIRST_REGION + n)]);
  const code = [...helpers.map(({ body }) => body), ...bodies];
  return concat([
    WASM_HEADER,
    section(SECTION_TYPE, types.entries),
    section(SECTION_IMPORT, imports),
    section(SECTION_FUNCTION, functions),
    section(SECTION_EXPORT, exports),
    encodeSection(branchHints(code, IMPORTS.length)),
    section(SECTION_CODE, code),
  ]);
}

/** Function types, each once; that of regions is the first. */
class Types {
  readonly entries: number[][] = [];

  constructor() {
    this.index(REGION_TYPE);
  }

  index({ parameters, results }: Signature): number[] {
    const entry = [0x60, parameters.length, ...parameters, results.length, ...results];
    const known = this.entries.findIndex((each) => each.join() === entry.join());
    return encodeU32(known >= 0 ? known : this.entries.push(entry) - 1);
  }
}

function text(value: string): number[] {
  return [value.length, ...[...value].map((letter) => letter.charCodeAt(0))];
}

/** Module and field of an import. */
function name(field: string): number[] {
  return [...text('box'), ...text(field)];
}

function section(id: number, entries: ArrayLike<number>[]): Uint8Array {
  const bytes = concat([Uint8Array.from(encodeU32(entries.length)), ...entries.map((entry) => Uint8Array.from(entry))]);
  return encodeSection({ id, bytes });
}
