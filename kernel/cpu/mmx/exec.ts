// Runs one MMX instruction: moves here, arithmetic in packed.ts.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_FTOP, CPU_FTW } from '../../../abi/cpu.ts';
import { INSN_OP } from '../../../abi/insn.ts';
import {
  OP_EMMS,
  OP_MASKMOVQ,
  OP_MOVD_MMX_R32,
  OP_MOVD_R32_MMX,
  OP_MOVQ_MMX,
  OP_MOVQ_MMX_R64,
  OP_MOVQ_MMX_ST,
  OP_MOVQ_R64_MMX,
  OP_PEXTRW_MMX,
  OP_PINSRW_MMX,
  OP_PMOVMSKB_MMX,
} from '../../../isa/ops.gen.ts';
import { Ea } from '../ea.ts';
import { Mem } from '../mem.ts';
import { store_masked } from '../sse/moves.ts';
import { Gpr, Imm, Source } from '../sse/operand.ts';
import { mmx_packed } from './packed.ts';
import { Mmx } from './registers.ts';

/** Runs the decoded instruction at ip, OP_MMX_FIRST..OP_MMX_LAST; false = it faulted and changed nothing. */
export function mmx_exec(ip: usize): bool {
  if (!Mmx.ready()) return false;
  const op = load<u16>(ip, INSN_OP) as u32;
  switch (op) {
    case OP_MOVQ_MMX:
      return Move.into<u64>(ip, Mmx.source(ip, 8));
    case OP_MOVD_MMX_R32:
      return Move.into<u32>(ip, Source.gpr(ip, 4));
    case OP_MOVQ_MMX_R64:
      return Move.into<u64>(ip, Source.gpr(ip, 8));
    case OP_MOVQ_MMX_ST:
      return Move.toMemory<u64>(ip);
    case OP_MOVD_R32_MMX:
      return Source.inMemory(ip) ? Move.toMemory<u32>(ip) : Move.toGpr(ip, load<u32>(Mmx.src(ip)));
    case OP_MOVQ_R64_MMX:
      return Source.inMemory(ip) ? Move.toMemory<u64>(ip) : Move.toGpr(ip, load<u64>(Mmx.src(ip)));
    case OP_PEXTRW_MMX:
      return Move.toGpr(ip, load<u16>(Mmx.src(ip) + (Imm.byte(ip) & 3) * 2));
    case OP_PMOVMSKB_MMX:
      return Move.toGpr(ip, i8x16.bitmask(v128.load64_zero(Mmx.src(ip))));
    case OP_PINSRW_MMX:
      return insert_word(ip);
    case OP_MASKMOVQ:
      Mmx.enter();
      return store_masked(ip, Mmx.dst(ip), Mmx.src(ip), 8);
    case OP_EMMS:
      store<u8>(CPU_BASE + CPU_FTW, 0);
      store<u8>(CPU_BASE + CPU_FTOP, 0);
      return true;
    default:
      return mmx_packed(op, ip);
  }
}

@unmanaged
class Move {
  /** The T at p, zero-extended, becomes the destination; p of 0 = faulted. */
  @inline static into<T>(ip: usize, p: usize): bool {
    if (!p) return false;
    Mmx.put(ip, load<T>(p) as u64);
    return true;
  }
  @inline static toGpr(ip: usize, value: u64): bool {
    Mmx.enter();
    store<u64>(Gpr.dst(ip), value);
    return true;
  }
  @inline static toMemory<T>(ip: usize): bool {
    Mmx.begin();
    const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    store<T>(p, load<T>(Mmx.src(ip)));
    Mem.commit(p);
    Mmx.enter();
    return true;
  }
}

function insert_word(ip: usize): bool {
  const s = Source.gpr(ip, 2);
  if (!s) return false;
  const shift = ((Imm.byte(ip) & 3) * 16) as u64;
  const kept = load<u64>(Mmx.dst(ip)) & ~((0xffff as u64) << shift);
  Mmx.put(ip, kept | ((load<u16>(s) as u64) << shift));
  return true;
}
