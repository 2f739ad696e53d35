// Names and numbers of the operations that decoding yields: OP_<MNEMONIC>_<form><size>.
// Invariant: numbers are dense, families lie one after the other, and the sizes of one form are consecutive and ascending, so
// that the decoder adds the operand size to the number of the smallest.
import { attribute, type Encoding, type Family, type Operand } from './parse.ts';

export const FAMILIES: Family[] = ['integer', 'x87', 'mmx', 'sse', 'avx'];

/** Operations without an encoding of their own; DECODE is 0 so that zeroed memory means "not decoded yet". */
const PSEUDO = ['DECODE', 'UD', 'GP', 'NOP'];

const BITS: Record<string, number> = { b: 8, w: 16, d: 32, q: 64, t: 80 };

/** First number behind the integer family: the run loop has its internal operations in the gap below it. */
const RUN_LOOP_END = 1024;

/** The operations of one encoding with a memory or a register operand, one per operand size, smallest first. */
export interface Variant {
  memory: boolean;
  names: string[];
}

/** Operand sizes an encoding distinguishes: [''] when there is nothing to tell apart. */
export function sizesOf(encoding: Encoding): string[] {
  const has = (size: string) => encoding.operands.some((o) => o.size === size && !'IJ'.includes(o.letter));
  const all = has('v') ? ['w', 'd', 'q'] : has('y') ? ['d', 'q'] : [''];
  if (encoding.attributes.includes('d64')) return ['w', 'q'];
  if (encoding.attributes.includes('f64')) return [''];
  if (encoding.when.size === undefined || all.length === 1) return all;
  return ['wdq'[encoding.when.size]];
}

/** Whether the encoding has a register form, a memory form, or both; without r/m operand the register form stands. */
export function formsOf(encoding: Encoding): boolean[] {
  if (encoding.when.mod !== undefined) return [encoding.when.mod === 0];
  return encoding.operands.some((o) => 'EWQ'.includes(o.letter)) ? [false, true] : [false];
}

export function variantsOf(encoding: Encoding): Variant[] {
  return formsOf(encoding).map((memory) => ({
    memory,
    names: sizesOf(encoding).map((size) => nameOf(encoding, memory, size)),
  }));
}

function nameOf(encoding: Encoding, memory: boolean, size: string): string {
  const whole = attribute(encoding, 'op');
  if (whole) return whole;
  if (encoding.family === 'integer') return integerName(encoding, memory, size);
  return encoding.family === 'x87' ? x87Name(encoding) : vectorName(encoding, memory);
}

function integerName(encoding: Encoding, memory: boolean, size: string): string {
  const stem = attribute(encoding, 'as') ?? encoding.mnemonic;
  const form = encoding.operands.map((o) => formLetter(o, memory)).join('');
  const sized = encoding.operands.filter((o) => !'IuJ1CS'.includes(o.letter));
  const widths = sized.map((o) => BITS[o.size] ?? BITS[size] ?? 0);
  const [first, second] = attribute(encoding, 'size') === 'src' ? widths.slice(1) : widths;
  const width = sized.length ? first : (BITS[size] ?? 0);
  const other = second && second !== first && attribute(encoding, 'size') !== 'dst' ? `_${second}` : '';
  return `${stem}${form ? '_' : ''}${form.replace(/II+/, 'I')}${width || ''}${other}`;
}

function formLetter({ letter, size }: Operand, memory: boolean): string {
  if ('XYJ'.includes(letter)) return '';
  if (letter === 'M' && size === '') return '';
  if (letter === 'E') return memory ? 'M' : 'R';
  if (letter === 'M' || letter === 'O') return 'M';
  if (letter === 'C') return 'C';
  if ('Iu1'.includes(letter)) return 'I';
  return 'S FS GS'.split(' ').includes(letter) ? 'S' : 'R';
}

function x87Name(encoding: Encoding): string {
  const stem = attribute(encoding, 'as') ?? encoding.mnemonic;
  const parts = encoding.operands.map((o) => (o.letter === 'M' ? (o.size ? `M${BITS[o.size]}` : '') : o.letter));
  return [stem, ...parts.filter((part) => part !== '')].join('_').toUpperCase();
}

function vectorName(encoding: Encoding, memory: boolean): string {
  const store = memory && 'WQEM'.includes(encoding.operands[0].letter);
  const stem = attribute(encoding, 'as') ?? encoding.mnemonic;
  return `${stem}${encoding.family === 'mmx' ? '_MMX' : ''}${store ? '_ST' : ''}`;
}

export interface Numbering {
  /** Indexed by number, with a gap behind the integer operations. */
  names: string[];
  ranges: Record<Family, { first: number; last: number }>;
}

export function numberOps(encodings: Encoding[]): Numbering {
  const names = [...PSEUDO];
  const ranges = {} as Numbering['ranges'];
  for (const family of FAMILIES) {
    if (family === 'x87') names.length = RUN_LOOP_END;
    const first = family === 'integer' ? 0 : names.length;
    const groups = new Map<string, Set<string>>();
    for (const variant of encodings.filter((e) => e.family === family).flatMap(variantsOf)) {
      for (const name of variant.names) {
        const key = family === 'x87' ? name : name.replace(/(8|16|32|64)(_\d+)?$/, '$2');
        groups.set(key, (groups.get(key) ?? new Set()).add(name));
      }
    }
    for (const group of groups.values()) names.push(...[...group].filter((n) => !names.includes(n)).sort(bySize));
    ranges[family] = { first, last: names.length - 1 };
  }
  return { names, ranges };
}

const sizeOfName = (name: string): number => Number(/(\d+)(_\d+)?$/.exec(name)?.[1] ?? 0);
const bySize = (a: string, b: string): number => sizeOfName(a) - sizeOfName(b);

/** Text of isa/ops.gen.ts. */
export function opsText({ names, ranges }: Numbering): string {
  const lines = ['// Numbers of the operations that decoding yields; generated by isa/generate/ops.ts from isa/*.ts.'];
  for (const family of FAMILIES) {
    const label = family === 'integer' ? 'INT' : family.toUpperCase();
    lines.push(`export const OP_${label}_FIRST = ${ranges[family].first};`);
    lines.push(`export const OP_${label}_LAST = ${ranges[family].last};`);
  }
  names.forEach((name, number) => {
    lines.push(`export const OP_${name} = ${number};`);
  });
  return `${lines.join('\n')}\n`;
}
