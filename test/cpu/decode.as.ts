// The kernel's decoder alone, for decode.test.ts.
import { INSN_OFF } from '../../abi/insn.ts';
import { decode_insn } from '../../kernel/cpu/decode.ts';
import { cpu_set_level } from '../../kernel/cpu/level.ts';

export { cpu_set_level };

/** Room for the bytes under test and for the decoded record. */
export const CODE: usize = memory.data(4096, 16);
export const RECORD: usize = memory.data(32, 16);

export function decode(code: usize, avail: u32, offset: u32): u32 {
  store<u16>(RECORD, offset, INSN_OFF);
  return decode_insn(code, avail, RECORD);
}
