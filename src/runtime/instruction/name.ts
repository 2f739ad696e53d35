// What a refused instruction is called, and who has it: looked up in the tables of isa/. Loaded for a message only.
import { ENCODINGS } from '../../../isa/encodings.ts';
import { FOREIGN } from '../../../isa/foreign.ts';
import { type Encoding, MAPS, PREFIX_NFX, type Question } from '../../../isa/generate/parse.ts';
import { type Opcode, readOpcode } from './opcode.ts';

export interface InstructionName {
  mnemonic: string;
  /** The least x86-64 level of a box's CPU that has it, */
  level?: number;
  /** or the extension it is of, which no box has. */
  extension?: string;
}

const SPACES = ['VEX', 'EVEX', 'XOP'];
const PREFIXES = ['NP', '66', 'F3', 'F2'];
/** One of a row of foreign.ts. */
const INSTRUCTION = /(\w\w)(?:\/(\d))?([mr])?(?::(\w\w))? (\w+)/g;

interface Foreign {
  name: InstructionName;
  fits(instruction: Opcode): boolean;
}

const ALL_FOREIGN = allForeign();

/** Undefined when no table has it. */
export function instructionName(code: Uint8Array): InstructionName | undefined {
  const instruction = readOpcode(code);
  const foreign = ALL_FOREIGN.find(({ fits }) => fits(instruction));
  if (foreign) return foreign.name;
  const encoding = encodingOf(instruction);
  if (!encoding) return undefined;
  const { mnemonic, level } = encoding;
  return instruction.space === 'EVEX' ? { mnemonic, extension: 'AVX-512' } : { mnemonic, level };
}

function encodingOf(instruction: Opcode): Encoding | undefined {
  if (instruction.space === 'XOP') return undefined;
  if (instruction.space !== 'EVEX') return mostSpecific(instruction, []);
  // An EVEX form is found by its VEX twin, which may not have it with this L, with memory, or with this W.
  const looser: Question[][] = [['l'], ['l', 'mod'], ['l', 'size']];
  return looser.map((ignored) => mostSpecific(instruction, ignored)).find((found) => found);
}

function mostSpecific(instruction: Opcode, ignored: Question[]): Encoding | undefined {
  const { space, opcode } = instruction;
  const map = MAPS.indexOf(space ? `VEX.${instruction.map}` : instruction.map);
  const found = ENCODINGS.filter(
    (e) => e.map === map && opcode >= e.opcode && opcode < e.opcode + e.span && meets(e, instruction, ignored),
  );
  const conditions = (e: Encoding) => Object.keys(e.when).length;
  return found.sort((a, b) => conditions(b) - conditions(a))[0];
}

function meets({ when }: Encoding, instruction: Opcode, ignored: Question[]): boolean {
  return (Object.keys(when) as Question[]).every((question) => {
    if (question === 'prefix' && when.prefix === PREFIX_NFX) return instruction.prefix < 2;
    return ignored.includes(question) || when[question] === instruction[question];
  });
}

function allForeign(): Foreign[] {
  return FOREIGN.flatMap(([extension, space, text]) => {
    const isOfSpace = spaceTest(space);
    return [...text.matchAll(INSTRUCTION)].map(([, opcode, reg, operand, modrm, mnemonic]) => {
      const fits = (i: Opcode): boolean =>
        i.opcode === Number.parseInt(opcode, 16) &&
        isOfSpace(i) &&
        (reg === undefined || i.reg === Number(reg)) &&
        (operand === undefined || i.mod === (operand === 'r' ? 1 : 0)) &&
        (modrm === undefined || i.modrm === Number.parseInt(modrm, 16));
      return { name: { mnemonic, extension }, fits };
    });
  });
}

function spaceTest(text: string): (instruction: Opcode) => boolean {
  const parts = text.split('.');
  const space = SPACES.includes(parts[0]) ? parts.shift() : '';
  const prefix = PREFIXES.indexOf(parts.find((part) => PREFIXES.includes(part)) ?? '');
  const bit = (letter: string) => parts.find((part) => part[0] === letter && part.length === 2)?.[1];
  const [w, l] = [bit('W'), bit('L')];
  const map = parts.find((part) => !PREFIXES.includes(part) && !/^[WL][01]$/.test(part));
  return (i) =>
    i.space === space &&
    i.map === map &&
    (prefix < 0 || i.prefix === prefix) &&
    (w === undefined || i.w === Number(w)) &&
    (l === undefined || i.l === Number(l));
}
