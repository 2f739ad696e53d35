// Reads the notation of isa/dsl.ts into encodings: where an instruction sits in the opcode space and what its operands are.
import type { Row } from '../dsl.ts';

export type Family = 'integer' | 'x87' | 'mmx' | 'sse' | 'avx';

/** Opcode maps, in the order of the decoder's tables. */
export const MAPS = ['', '0F', '0F38', '0F3A', 'VEX.0F', 'VEX.0F38', 'VEX.0F3A'];
export const FIRST_VEX_MAP = 4;

/** The questions a decoder can ask about an instruction besides map and opcode, each with its number of answers. */
export const QUESTIONS = { prefix: 4, mod: 2, reg: 8, rm: 8, size: 3, rexR: 2, rexB: 2, l: 2 } as const;
export type Question = keyof typeof QUESTIONS;
/** Required answers: prefix none, 66, F3, F2; mod memory, register; size 16, 32, 64; the rest as numbers. */
export type Condition = Partial<Record<Question, number>>;

export interface Operand {
  letter: string;
  size: string;
}

export interface Encoding {
  row: Row;
  family: Family;
  mnemonic: string;
  map: number;
  opcode: number;
  /** How many opcodes from there on share the row: 1, 8 (+r) or 16 (+cc). */
  span: number;
  when: Condition;
  modrm: boolean;
  operands: Operand[];
  attributes: string[];
  /** 1, 2 or 3: the least x86-64 level that knows it. */
  level: number;
}

/** Neither F3 nor F2; 66 may be there. */
export const PREFIX_NFX = 4;

const PREFIXES = ['NP', '66', 'F3', 'F2', 'NFx'];
const SIZES = ['o16', 'o32', 'REX.W'];
const WHOLE = ['ST0', 'STi', 'AX', 'FS', 'GS', '1', 'C'];

export function parseRow(row: Row, family: Family, level: number): Encoding {
  const [mnemonic, text, operandText = '', attributeText = ''] = row;
  const operands = words(operandText, ',').map(parseOperand);
  const encoding: Encoding = {
    row,
    family,
    mnemonic,
    map: 0,
    opcode: 0,
    span: 1,
    when: {},
    modrm: false,
    operands,
    attributes: words(attributeText, ' '),
    level,
  };
  for (const word of encoding.attributes) if (/^v[123]$/.test(word)) encoding.level = Number(word[1]);
  const rest = parseOpcode(encoding, parsePrefixes(encoding, words(text, ' ')));
  for (const word of rest) parseModrm(encoding, word);
  if (!encoding.modrm && operands.some((operand) => 'EGMRVWUPQNS'.includes(operand.letter))) {
    throw new Error(`${row.join(' | ')}: these operands need ModRM`);
  }
  if (operands.some((operand) => 'MR'.includes(operand.letter) || operand.letter === 'U' || operand.letter === 'N')) {
    encoding.when.mod = operands.some((operand) => operand.letter === 'M') ? 0 : 1;
  }
  if (operands.some((operand) => operand.letter === 'K')) delete encoding.when.mod;
  return encoding;
}

export function attribute(encoding: Encoding, name: string): string | undefined {
  return encoding.attributes.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

function words(text: string, separator: string): string[] {
  return text.split(separator).filter((word) => word !== '');
}

function parseOperand(text: string): Operand {
  return WHOLE.includes(text) ? { letter: text, size: '' } : { letter: text[0], size: text.slice(1) };
}

function parsePrefixes(encoding: Encoding, list: string[]): string[] {
  for (;;) {
    const word = list[0];
    if (encoding.map >= FIRST_VEX_MAP) return list;
    if (word.startsWith('VEX.')) parseVex(encoding, word);
    else if (PREFIXES.includes(word)) encoding.when.prefix = PREFIXES.indexOf(word);
    else if (SIZES.includes(word)) encoding.when.size = SIZES.indexOf(word);
    else if (word === 'REX.R=0') encoding.when.rexR = 0;
    else if (word === 'REX.B=0') encoding.when.rexB = 0;
    else return list;
    list = list.slice(1);
  }
}

function parseVex(encoding: Encoding, word: string): void {
  for (const part of word.split('.').slice(1)) {
    if (PREFIXES.includes(part)) encoding.when.prefix = PREFIXES.indexOf(part);
    else if (part === 'L0' || part === 'L1') encoding.when.l = Number(part[1]);
    else if (part === 'W0' || part === 'W1') encoding.when.size = Number(part[1]) + 1;
    else if (part !== 'LIG') encoding.map = MAPS.indexOf(`VEX.${part}`);
    if (encoding.map < 0) throw new Error(`unknown part ${part} of ${word}`);
  }
}

function parseOpcode(encoding: Encoding, list: string[]): string[] {
  if (encoding.map < FIRST_VEX_MAP && list[0] === '0F') {
    encoding.map = list[1] === '38' || list[1] === '3A' ? MAPS.indexOf(`0F${list[1]}`) : 1;
    list = list.slice(encoding.map > 1 ? 2 : 1);
  }
  const match = /^([0-9A-F]{2})(\+r|\+cc)?$/.exec(list[0]);
  if (!match) throw new Error(`${encoding.row.join(' | ')}: no opcode in ${list[0]}`);
  encoding.opcode = Number.parseInt(match[1], 16);
  encoding.span = match[2] === '+r' ? 8 : match[2] === '+cc' ? 16 : 1;
  return list.slice(1);
}

function parseModrm(encoding: Encoding, word: string): void {
  encoding.modrm = true;
  if (word === '/r') return;
  if (/^\/[0-7]$/.test(word)) {
    encoding.when.reg = Number(word[1]);
    return;
  }
  const match = /^([0-9A-F]{2})(\+i)?$/.exec(word);
  if (!match) throw new Error(`${encoding.row.join(' | ')}: ${word}?`);
  const byte = Number.parseInt(match[1], 16);
  encoding.when.mod = 1;
  encoding.when.reg = (byte >> 3) & 7;
  if (!match[2]) encoding.when.rm = byte & 7;
}
