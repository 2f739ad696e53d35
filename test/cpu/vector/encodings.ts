// Machine code of every vector instruction in the tables, register and memory form, each with telling immediates.
// Registers: ModRM.reg is 1, ModRM.r/m is 2, [rbx] or [rbx + 1]; shift groups take 1 as operand.
import { AVX } from '../../../isa/avx.ts';
import { AVX2 } from '../../../isa/avx2.ts';
import type { Row } from '../../../isa/dsl.ts';
import { FMA } from '../../../isa/fma.ts';
import { MMX } from '../../../isa/mmx.ts';
import { SSE } from '../../../isa/sse.ts';
import { SSE4 } from '../../../isa/sse4.ts';

export interface Encoding {
  /** Mnemonic, operands, r (register), m (memory) or u (memory at an odd address), immediate. */
  name: string;
  mnemonic: string;
  /** MXCSR matters to it. */
  controlled: boolean;
  /** Bytes of an index in ymm2; 0 = no gather. */
  indexSize: number;
  code: number[];
}

const IMMEDIATES: [RegExp, number[]][] = [
  [/^VP?BLENDV/, [0x00, 0x10, 0x2f]],
  [/^V?PS[RL][LA]/, [0, 1, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 255]],
  [/^CMP/, [0, 1, 2, 3, 4, 5, 6, 7, 8, 31, 255]],
  [/^VCMP/, Array.from({ length: 33 }, (_, i) => i)],
  [/^V?ROUND/, [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 15, 0xf0]],
  [/^V?PCMP.STR/, Array.from({ length: 128 }, (_, i) => i)],
  [
    /./,
    [
      0, 1, 2, 3, 5, 6, 7, 8, 9, 0x0c, 0x0f, 0x10, 0x11, 0x13, 0x1b, 0x31, 0x3c, 0x4e, 0x71, 0x93, 0xaa, 0xb1, 0xe4,
      0xf1, 0xff,
    ],
  ],
];

const CONTROLLED = /^V?(ADDS|ADDP|SUB|MUL|DIV|SQRT|MIN|MAX|CMP|U?COMI|CVT|HADD|HSUB|ROUND|DPP|FN?M(ADD|SUB))/;
const REG = 1;
const RM = 2;
const RBX = 3;

function encode(row: Row): Encoding[] {
  return row[1].startsWith('VEX') ? encodeVex(row) : encodeLegacy(row);
}

function encodeLegacy([mnemonic, encoding, operands = '']: Row): Encoding[] {
  const words = encoding.split(' ');
  const opcode = words.filter((w) => /^[0-9A-F]{2}$/.test(w));
  const prefix = words[0] !== 'NP' ? [Number.parseInt(opcode.shift()!, 16)] : [];
  const rex = words.includes('REX.W') ? [0x48] : [];
  const bytes = [...prefix, ...rex, ...opcode.map((w) => Number.parseInt(w, 16))];
  return withOperands(mnemonic, encoding, operands, bytes);
}

/** Both vector lengths where the row allows both; VEX.vvvv is 0, or 1 where it is the destination. */
function encodeVex([mnemonic, encoding, operands = '']: Row): Encoding[] {
  const [vex, opcode] = encoding.split(' ');
  const parts = vex.split('.');
  const pp = ['NP', '66', 'F3', 'F2'].findIndex((prefix) => parts.includes(prefix));
  const map = ['0F', '0F38', '0F3A'].findIndex((name) => parts.includes(name)) + 1;
  const w = parts.includes('W1') ? 0x80 : 0;
  const vvvv = operands.startsWith('H') ? 1 : operands.includes('H') ? 0 : 15;
  // With no operand in VEX.vvvv its inverted bits are all ones, as 15 is not.
  const inverted = (operands.includes('H') ? ~vvvv & 15 : 15) << 3;
  const lengths = [0, 1].filter((l) => !parts.includes(`L${1 - l}`));
  return lengths.flatMap((l) =>
    withOperands(`${mnemonic} ${l ? 256 : 128}`, encoding, operands, [
      0xc4,
      0xe0 | map,
      w | inverted | (l << 2) | pp,
      Number.parseInt(opcode, 16),
    ]),
  );
}

function withOperands(name: string, encoding: string, operands: string, bytes: number[]): Encoding[] {
  const mnemonic = name.split(' ')[0];
  const common = { mnemonic, controlled: CONTROLLED.test(mnemonic) };
  const group = /\/([0-7])/.exec(encoding);
  if (!group && !encoding.includes('/r')) return [{ ...common, name, code: bytes, indexSize: 0 }];
  const middle = group ? Number(group[1]) : REG;
  const letters = operands.split(',').map((o) => o[0]);
  const gather = /GATHER([DQ])/.exec(mnemonic);
  const forms: [string, number[]][] = [];
  if (letters.some((l) => 'WQEUN'.includes(l)))
    forms.push(['r', [0xc0 | (middle << 3) | (group && letters[0] !== 'H' ? REG : RM)]]);
  if (gather) {
    for (const scale of [0, 1, 2, 3])
      forms.push([`x${1 << scale}`, [0x44 | (middle << 3), (scale << 6) | (RM << 3) | RBX, 8]]);
  } else if (letters.some((l) => 'WQEM'.includes(l)))
    forms.push(['m', [(middle << 3) | RBX]], ['u', [0x40 | (middle << 3) | RBX, 1]]);
  const immediates = /ub$|L\w+$/.test(operands)
    ? IMMEDIATES.find(([pattern]) => pattern.test(mnemonic))![1]
    : [undefined];
  return forms.flatMap(([form, modrm]) =>
    immediates.map((imm) => ({
      ...common,
      name: `${name} ${operands} ${form}${imm === undefined ? '' : ` ${imm}`}`,
      code: [...bytes, ...modrm, ...(imm === undefined ? [] : [imm])],
      indexSize: gather ? (gather[1] === 'D' ? 4 : 8) : 0,
    })),
  );
}

export const ENCODINGS: Encoding[] = [...SSE, ...SSE4, ...MMX, ...AVX, ...AVX2, ...FMA].flatMap(encode);
