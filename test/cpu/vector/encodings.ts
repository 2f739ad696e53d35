// Machine code of every vector instruction in the tables, register and memory form, each with telling immediates.
// Registers: ModRM.reg is 1, ModRM.r/m is 2, [rbx] or [rbx + 1]; shift groups take 1 as operand.
import type { Row } from '../../../isa/dsl.ts';
import { MMX } from '../../../isa/mmx.ts';
import { SSE } from '../../../isa/sse.ts';
import { SSE4 } from '../../../isa/sse4.ts';

export interface Encoding {
  /** Mnemonic, operands, r (register), m (memory) or u (memory at an odd address), immediate. */
  name: string;
  mnemonic: string;
  /** MXCSR matters to it. */
  controlled: boolean;
  code: number[];
}

const IMMEDIATES: [RegExp, number[]][] = [
  [/^PS[RL][LA]/, [0, 1, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 255]],
  [/^CMP/, [0, 1, 2, 3, 4, 5, 6, 7, 8, 31, 255]],
  [/^ROUND/, [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 15, 0xf0]],
  [/^PCMP.STR/, Array.from({ length: 128 }, (_, i) => i)],
  [
    /./,
    [
      0, 1, 2, 3, 5, 6, 7, 8, 9, 0x0c, 0x0f, 0x10, 0x11, 0x13, 0x1b, 0x31, 0x3c, 0x4e, 0x71, 0x93, 0xaa, 0xb1, 0xe4,
      0xf1, 0xff,
    ],
  ],
];

const CONTROLLED = /^(ADDS|ADDP|SUB|MUL|DIV|SQRT|MIN|MAX|CMP|U?COMI|CVT|HADD|HSUB|ROUND|DPP)/;
const REG = 1;
const RM = 2;
const RBX = 3;

function encode([mnemonic, encoding, operands = '']: Row): Encoding[] {
  const words = encoding.split(' ');
  const controlled = CONTROLLED.test(mnemonic);
  const opcode = words.filter((w) => /^[0-9A-F]{2}$/.test(w));
  const prefix = words[0] !== 'NP' ? [Number.parseInt(opcode.shift()!, 16)] : [];
  const rex = words.includes('REX.W') ? [0x48] : [];
  const bytes = [...prefix, ...rex, ...opcode.map((w) => Number.parseInt(w, 16))];
  const group = /\/([0-7])/.exec(encoding);
  if (!group && !encoding.includes('/r')) return [{ name: mnemonic, mnemonic, controlled, code: bytes }];
  const middle = group ? Number(group[1]) : REG;
  const letters = operands.split(',').map((o) => o[0]);
  const forms: [string, number[]][] = [];
  if (letters.some((l) => 'WQEUN'.includes(l))) forms.push(['r', [0xc0 | (middle << 3) | (group ? REG : RM)]]);
  if (letters.some((l) => 'WQEM'.includes(l)))
    forms.push(['m', [(middle << 3) | RBX]], ['u', [0x40 | (middle << 3) | RBX, 1]]);
  const immediates = operands.endsWith('ub') ? IMMEDIATES.find(([pattern]) => pattern.test(mnemonic))![1] : [undefined];
  return forms.flatMap(([form, modrm]) =>
    immediates.map((imm) => ({
      name: `${mnemonic} ${operands} ${form}${imm === undefined ? '' : ` ${imm}`}`,
      mnemonic,
      controlled,
      code: [...bytes, ...modrm, ...(imm === undefined ? [] : [imm])],
    })),
  );
}

export const ENCODINGS: Encoding[] = [...SSE, ...SSE4, ...MMX].flatMap(encode);
