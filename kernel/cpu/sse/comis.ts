// UCOMISD, COMISD and the single forms: ordered comparison into ZF, PF and CF; OF, SF and AF become 0 (SDM volume 2).
import { CF, Flags, PF, ZF } from '../flags.ts';
import { Host } from './float_fast.ts';
import { Mxcsr, settle } from './mxcsr.ts';
import { Source, Xmm } from './operand.ts';
import { EQUAL, LESS, soft_order, UNORDERED } from './soft_compare.ts';
import { Format } from './soft_format.ts';

@unmanaged
export class Comis {
  @inline static run<T>(ip: usize, signaling: bool): bool {
    const s = Source.any(ip, sizeof<T>() as u32);
    if (!s) return false;
    const d = Xmm.dst(ip);
    const a = load<T>(d);
    const b = load<T>(s);
    if (!Host.isPlain<T>(a) || !Host.isPlain<T>(b)) return comis_slow<T>(d, s, signaling);
    Flags.explicit(a < b ? CF : a == b ? ZF : 0);
    return true;
  }
}

function comis_slow<T>(d: usize, s: usize, signaling: bool): bool {
  Mxcsr.begin();
  const order = soft_order<T>(Format.load<T>(d), Format.load<T>(s), signaling);
  if (!settle()) return false;
  Flags.explicit(order == UNORDERED ? ZF | PF | CF : order == EQUAL ? ZF : order == LESS ? CF : 0);
  return true;
}
