// Modules of translated code: of regions, region n exported as "r<n>", and of what leads from one region to the next.
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
import { CHAIN_FUNCTIONS } from './chain.ts';
import { CHAIN, FIRST_REGION, KERNEL_FUNCTIONS, REGION_TYPE, type Signature } from './functions.ts';
import { branchHints } from './wasm/hints.ts';
import { FUNCREF, I32 } from './wasm/opcodes.ts';

const KIND_FUNCTION = 0;
const KIND_TABLE = 1;
const KIND_MEMORY = 2;
const KIND_GLOBAL = 3;
const MAX_PAGES = 65536;
const MEMORY = [...name('memory'), KIND_MEMORY, 1, 0, ...encodeU32(MAX_PAGES)];

interface Module {
  imports: number[][];
  functions: { type: Signature; body: Uint8Array }[];
  /** Of the functions. */
  names: string[];
  imported: number;
}

/** The module of these regions' function bodies. */
export function regionModule(bodies: Uint8Array[]): Uint8Array {
  return module((types) => ({
    imports: [
      MEMORY,
      ...KERNEL_FUNCTIONS.map(([each, type]) => functionImport(each, types.index(type))),
      ...CHAIN_FUNCTIONS.map(({ name, type }) => functionImport(name, types.index(type))),
      ...bodies.map((_, n) => [...name(`g${n}`), KIND_GLOBAL, I32, 0]),
    ],
    imported: FIRST_REGION,
    functions: bodies.map((body) => ({ type: REGION_TYPE, body })),
    names: bodies.map((_, n) => `r${n}`),
  }));
}

/** The module of what chains regions (chain.ts), of which a box needs one. */
export function chainModule(): Uint8Array {
  return module((types) => ({
    imports: [
      MEMORY,
      [...name('table'), KIND_TABLE, FUNCREF, 0, 0],
      ...KERNEL_FUNCTIONS.map(([each, type]) => functionImport(each, types.index(type))),
    ],
    imported: CHAIN,
    functions: CHAIN_FUNCTIONS.map(({ type, body }) => ({ type, body: body() })),
    names: CHAIN_FUNCTIONS.map((each) => each.name),
  }));
}

function module(parts: (types: Types) => Module): Uint8Array {
  const types = new Types();
  const { imports, functions, names, imported } = parts(types);
  const code = functions.map(({ body }) => body);
  const typeIndices = functions.map(({ type }) => types.index(type));
  return concat([
    WASM_HEADER,
    section(SECTION_TYPE, types.entries),
    section(SECTION_IMPORT, imports),
    section(SECTION_FUNCTION, typeIndices),
    section(
      SECTION_EXPORT,
      names.map((each, n) => [...text(each), KIND_FUNCTION, ...encodeU32(imported + n)]),
    ),
    encodeSection(branchHints(code, imported)),
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

function functionImport(field: string, type: number[]): number[] {
  return [...name(field), KIND_FUNCTION, ...type];
}

function section(id: number, entries: ArrayLike<number>[]): Uint8Array {
  const bytes = concat([Uint8Array.from(encodeU32(entries.length)), ...entries.map((entry) => Uint8Array.from(entry))]);
  return encodeSection({ id, bytes });
}
