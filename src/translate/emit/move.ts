// MOV MOVZX MOVSX LEA XCHG CMOV SETCC BSWAP, conversions of rAX, NOP.
import { INSN_ADDR32 } from '../../../abi/insn.ts';
import { condition } from '../condition.ts';
import type { Insn } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import { define } from './row.ts';

const SIZES = [8, 16, 32, 64];
const RAX = 0;
const RDX = 16;

define('NOP', { uses: '' }, () => {});

for (const size of SIZES) {
  define(`MOV_RR${size}`, { size, uses: 'sD' }, (region, insn) => {
    region.getRaw(insn.src, size);
    region.setRegister(insn.dst, size);
  });
  define(`MOV_RI${size}`, { size, uses: 'D' }, (region, insn) => {
    region.immediate(insn, size);
    region.setRegister(insn.dst, size);
  });
  define(`MOV_RM${size}`, { size, uses: 'D' }, (region, insn) => {
    region.operand(insn, size / 8, false);
    region.load(size);
    region.setRegister(insn.dst, size);
  });
  define(`MOV_MR${size}`, { size, uses: 's' }, (region, insn) => {
    region.operand(insn, size / 8, true);
    region.getRaw(insn.src, size);
    region.store(size);
  });
  define(`MOV_MI${size}`, { size, uses: '' }, (region, insn) => {
    region.operand(insn, size / 8, true);
    region.immediate(insn, size);
    region.store(size);
  });
  define(`XCHG_RR${size}`, { size, uses: 'dsDS' }, (region, insn) => {
    region.getRaw(insn.dst, size);
    region.getRaw(insn.src, size);
    region.setRegister(insn.dst, size);
    region.setRegister(insn.src, size);
  });
}

for (const size of [16, 32, 64]) {
  define(`LEA_RM${size}`, { size, uses: 'D', addressOnly: true }, (region, insn) => {
    region.effectiveAddress(insn);
    if (size < 64) region.code.op(W.I32_WRAP_I64);
    region.setRegister(insn.dst, size);
  });
  define(`CMOV_RR${size}`, { size, uses: 'dsD', flags: 'read' }, (region, insn) => {
    region.getRaw(insn.src, size);
    select(region, insn, size);
  });
  define(`CMOV_RM${size}`, { size, uses: 'dD', flags: 'read' }, (region, insn) => {
    region.operand(insn, size / 8, false);
    region.load(size);
    select(region, insn, size);
  });
  for (const from of [8, 16, 32]) {
    extend('MOVZX', size, from, false);
    extend('MOVSX', size, from, true);
  }
}

/** The value on the stack if the condition holds, else dst as it is. */
function select(region: RegionWriter, insn: Insn, size: number): void {
  region.getRaw(insn.dst, size);
  condition(region, insn.aux);
  region.code.op(W.SELECT);
  region.setRegister(insn.dst, size);
}

function extend(name: string, size: number, from: number, signed: boolean): void {
  const finish = (region: RegionWriter, insn: Insn) => {
    if (size === 64) region.code.op(signed ? W.I64_EXTEND_I32_S : W.I64_EXTEND_I32_U);
    region.setRegister(insn.dst, size);
  };
  define(`${name}_RR${size}_${from}`, { size, uses: 'sD' }, (region, insn) => {
    if (signed) region.getSigned(insn.src, from);
    else region.getUnsigned(insn.src, from);
    finish(region, insn);
  });
  define(`${name}_RM${size}_${from}`, { size, uses: 'D' }, (region, insn) => {
    region.operand(insn, from / 8, false);
    region.load(from, signed);
    finish(region, insn);
  });
}

define('SETCC_R8', { size: 8, uses: 'D', flags: 'read' }, (region, insn) => {
  condition(region, insn.aux);
  region.setRegister(insn.dst, 8);
});
define('SETCC_M8', { size: 8, uses: '', flags: 'read' }, (region, insn) => {
  region.operand(insn, 1, true);
  condition(region, insn.aux);
  region.store(8);
});

// rAX sign-extended into itself and into rDX.
define('CBW', { uses: '', reads: 1, writes: 1 }, (region) => {
  region.getSigned(RAX, 8);
  region.setRegister(RAX, 16);
});
define('CWDE', { uses: '', reads: 1, writes: 1 }, (region) => {
  region.getSigned(RAX, 16);
  region.setRegister(RAX, 32);
});
define('CDQE', { uses: '', reads: 1, writes: 1 }, (region) => {
  region.getRaw(RAX, 32);
  region.code.op(W.I64_EXTEND_I32_S);
  region.setRegister(RAX, 64);
});
define('CDQ', { uses: '', reads: 1, writes: 4 }, (region) => {
  region.getRaw(RAX, 32);
  region.code.i32(31);
  region.code.op(W.I32_SHR_S);
  region.setRegister(RDX, 32);
});
define('CQO', { uses: '', reads: 1, writes: 4 }, (region) => {
  region.getRaw(RAX, 64);
  region.code.i64(63);
  region.code.op(W.I64_SHR_S);
  region.setRegister(RDX, 64);
});

define('BSWAP_R32', { size: 32, uses: 'dD' }, (region, insn) => {
  const { code } = region;
  // Two rotations, of which each brings two bytes to their places.
  for (const [by, mask] of [
    [8, 0x00ff00ff],
    [24, 0xff00ff00],
  ]) {
    region.getRaw(insn.dst, 32);
    code.i32(by);
    code.op(W.I32_ROTL);
    code.i32(mask);
    code.op(W.I32_AND);
  }
  code.op(W.I32_OR);
  region.setRegister(insn.dst, 32);
});
define('BSWAP_R64', { uses: 'dD' }, (region, insn) => {
  const { code } = region;
  const swap = (shift: number, mask: bigint) => {
    code.set(region.t64);
    for (const opcode of [W.I64_SHL, W.I64_SHR_U]) {
      code.get(region.t64);
      if (opcode === W.I64_SHR_U) {
        code.i64(shift);
        code.op(opcode);
      }
      code.i64(mask);
      code.op(W.I64_AND);
      if (opcode === W.I64_SHL) {
        code.i64(shift);
        code.op(opcode);
      }
    }
    code.op(W.I64_OR);
  };
  region.getRaw(insn.dst, 64);
  swap(8, 0x00ff00ff00ff00ffn);
  swap(16, 0x0000ffff0000ffffn);
  code.i64(32);
  code.op(W.I64_ROTL);
  region.setRegister(insn.dst, 64);
});

/** Does the operand's address, or the counter, have 32 bits? */
export function isAddress32(insn: Insn): boolean {
  return (insn.flags & INSN_ADDR32) !== 0;
}
