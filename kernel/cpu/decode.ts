// Decodes one instruction into the record of abi/insn.ts (SDM volume 2, chapter 2).
import { INSN_OP } from '../../abi/insn.ts';
import { OP_UD } from '../../isa/ops.gen.ts';

/**
 * Decodes the instruction at code, of which avail bytes are readable, into the record at out, where INSN_OFF is already set.
 * Returns its length, or 0 when it does not end within avail bytes.
 */
export function decode_insn(code: usize, avail: u32, out: usize): u32 {
  store<u16>(out, OP_UD, INSN_OP);
  unreachable();
  return 0;
}
