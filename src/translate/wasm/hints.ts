// Branch hints (proposal "branch hinting", custom section metadata.code.branch_hint): engines keep what seldom runs out of the
// way, also when they hand out registers: slow paths are half of translated code. The code itself says it: one NOP before an
// `if` means that its first part seldom runs, two that it nearly always does; so hints stay right when code is moved.
import { Cursor, encodeU32 } from '../../box/leb128.ts';
import { concat, customSection, SECTION_BRANCH_HINT, type Section } from '../../box/wasm.ts';
import { skipInstruction, skipLocals } from '../portable/body.ts';
import { IF, NOP } from './opcodes.ts';

const UNLIKELY = 0;
const LIKELY = 1;

/** The section for these entries of the code section, of which the first is function `first`. */
export function branchHints(bodies: Uint8Array[], first: number): Section {
  const entries = bodies.flatMap((body, n) => {
    const hints = hintsOf(body);
    if (!hints.length) return [];
    return [[...encodeU32(first + n), ...encodeU32(hints.length), ...hints.flat()]];
  });
  const content = [encodeU32(entries.length), ...entries].map((each) => Uint8Array.from(each));
  return customSection(SECTION_BRANCH_HINT, concat(content));
}

/** Offset in the function, which begins with its locals, length and value of each hint. */
function hintsOf(body: Uint8Array): number[][] {
  const cursor = new Cursor(body);
  cursor.u32();
  const start = cursor.at;
  const hints: number[][] = [];
  skipLocals(cursor);
  let nops = 0;
  while (!cursor.done) {
    const at = cursor.at - start;
    const opcode = cursor.u8();
    if (opcode === IF && nops) hints.push([...encodeU32(at), 1, nops === 1 ? UNLIKELY : LIKELY]);
    nops = opcode === NOP ? nops + 1 : 0;
    skipInstruction(cursor, opcode);
  }
  return hints;
}
