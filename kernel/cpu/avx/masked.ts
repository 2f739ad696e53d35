// Masked moves and gathers: only elements whose mask has its sign set are touched, and only they can fault (SDM volume 2).
import { INSN_IMM } from '../../../abi/insn.ts';
import { ea_beyond } from '../ea.ts';
import { Mem } from '../mem.ts';
import { Vex, Ymm } from './operand.ts';

/** 32 bytes: what is loaded before it is known that no element faults. */
const LOADED: usize = memory.data(32, 16);

@unmanaged
class Masked {
  @inline static chosen<T>(mask: usize): bool {
    return load<T>(mask) < (0 as T);
  }
}

/** VMASKMOVPS, VPMASKMOVQ ...: elements of T; the others become zero. */
export function masked_load<T>(ip: usize): bool {
  const n = Vex.size(ip) as usize;
  const mask = Ymm.vvvv(ip);
  v128.store(LOADED, i64x2.splat(0));
  v128.store(LOADED, i64x2.splat(0), 16);
  for (let i: usize = 0; i < n; i += sizeof<T>()) {
    if (!Masked.chosen<T>(mask + i)) continue;
    const p = Mem.r(ea_beyond(ip, i as i64), sizeof<T>() as u32);
    if (!p) return false;
    store<T>(LOADED + i, load<T>(p));
  }
  return Ymm.put(ip, v128.load(LOADED), v128.load(LOADED, 16));
}

/** Nothing is stored when an element faults. */
export function masked_store<T>(ip: usize): bool {
  const n = Vex.size(ip) as usize;
  const mask = Ymm.vvvv(ip);
  const s = Ymm.src(ip);
  for (let i: usize = 0; i < n; i += sizeof<T>()) {
    if (Masked.chosen<T>(mask + i) && !Mem.w(ea_beyond(ip, i as i64), sizeof<T>() as u32)) return false;
  }
  for (let i: usize = 0; i < n; i += sizeof<T>()) {
    if (!Masked.chosen<T>(mask + i)) continue;
    const p = Mem.w(ea_beyond(ip, i as i64), sizeof<T>() as u32);
    store<T>(p, load<T>(s + i));
    Mem.commit(p);
  }
  return true;
}

/**
 * VPGATHERDD and its kin: elements of T at base + index * scale for indices of I. An element's mask is cleared when it has
 * arrived, so that the instruction goes on where it faulted; at the end the whole mask is zero.
 */
export function gather<T, I>(ip: usize): bool {
  const wide = sizeof<I>() > sizeof<T>() ? sizeof<I>() : sizeof<T>();
  const count = (Vex.size(ip) as usize) / wide;
  const control = load<u32>(ip, INSN_IMM);
  const index = Ymm.at((control & 0xff) as usize);
  const scale = (control >> 8) as i64;
  const mask = Ymm.vvvv(ip);
  const d = Ymm.dst(ip);
  for (let i: usize = 0; i < count; i++) {
    const m = mask + i * sizeof<T>();
    store<T>(m, (load<T>(m) >> (sizeof<T>() * 8 - 1)) as T);
  }
  for (let i: usize = 0; i < count; i++) {
    const m = mask + i * sizeof<T>();
    if (!Masked.chosen<T>(m)) continue;
    const at = load<I>(index + i * sizeof<I>()) as i64;
    const p = Mem.r(ea_beyond(ip, at << scale), sizeof<T>() as u32);
    if (!p) return false;
    store<T>(d + i * sizeof<T>(), load<T>(p));
    store<T>(m, 0);
  }
  clear_above(d, count * sizeof<T>());
  memory.fill(mask, 0, 32);
  return true;
}

function clear_above(d: usize, n: usize): void {
  memory.fill(d + n, 0, 32 - n);
}
