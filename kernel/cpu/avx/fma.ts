// FMA instructions: x * y + z of each lane, rounded once (SDM volume 2). The host's arithmetic where it stands (fused_fast.ts),
// integers otherwise (soft_fma.ts); all lanes are computed before the destination changes.
import { Host } from '../sse/float_fast.ts';
import { Mxcsr, settle } from '../sse/mxcsr.ts';
import { Format } from '../sse/soft_format.ts';
import { FusedFast } from './fused_fast.ts';
import { Vex, Ymm } from './operand.ts';
import { FMA_213, FMA_231, FMA_DOUBLE, FMA_KIND, FMA_SCALAR } from './shapes.gen.ts';
import { soft_fma } from './soft_fma.ts';

/** Per kind, for even and odd lanes: 1 = the product's sign is turned, 2 = the addend's. Order of FMA_KINDS in the generator. */
const TURNS: usize = memory.data<u8>([0, 0, 2, 2, 1, 1, 3, 3, 2, 0, 0, 2]);
/** 32 bytes. */
const RESULT: usize = memory.data(32, 16);

export function fma_exec(ip: usize, parameter: u32): bool {
  return parameter & FMA_DOUBLE ? run<f64>(ip, parameter) : run<f32>(ip, parameter);
}

function run<T>(ip: usize, parameter: u32): bool {
  const n = parameter & FMA_SCALAR ? (sizeof<T>() as u32) : Vex.size(ip);
  const s = Vex.source(ip, n);
  if (!s) return false;
  const d = Ymm.dst(ip);
  const v = Ymm.vvvv(ip);
  const x = parameter & (FMA_213 | FMA_231) ? v : d;
  const y = parameter & FMA_213 ? d : s;
  const z = parameter & FMA_213 ? s : parameter & FMA_231 ? d : v;
  const turns = TURNS + (parameter & FMA_KIND) * 2;
  if (!fast<T>(x, y, z, n, turns) && !slow<T>(x, y, z, n, turns)) return false;
  if (!(parameter & FMA_SCALAR)) return Ymm.put(ip, v128.load(RESULT), v128.load(RESULT, 16));
  store<T>(d, load<T>(RESULT));
  v128.store(d, i64x2.splat(0), 16);
  return true;
}

/** Computes n bytes into RESULT; false when a lane needs the slow path. */
function fast<T>(x: usize, y: usize, z: usize, n: usize, turns: usize): bool {
  if (!Mxcsr.plain()) return false;
  let inexact = false;
  for (let i: usize = 0; i < n; i += sizeof<T>()) {
    const turn = load<u8>(turns + ((i / sizeof<T>()) & 1)) as u32;
    const a = load<T>(x + i);
    const b = load<T>(y + i);
    const c = load<T>(z + i);
    if (Host.isDenormal<T>(a) || Host.isDenormal<T>(b) || Host.isDenormal<T>(c) || !FusedFast.fits<T>(a, b, c))
      return false;
    const r = FusedFast.of<T>(turn & 1 ? (-a as T) : a, b, turn & 2 ? (-c as T) : c);
    if (!Host.isNormal<T>(r)) return false;
    if (FusedFast.wasInexact()) inexact = true;
    store<T>(RESULT + i, r);
  }
  return !inexact || Mxcsr.plainInexact();
}

/** The same with every flag; false = #XM. */
function slow<T>(x: usize, y: usize, z: usize, n: usize, turns: usize): bool {
  Mxcsr.begin();
  for (let i: usize = 0; i < n; i += sizeof<T>()) {
    const turn = load<u8>(turns + ((i / sizeof<T>()) & 1)) as u32;
    const r = soft_fma<T>(
      Format.load<T>(x + i),
      Format.load<T>(y + i),
      Format.load<T>(z + i),
      (turn & 1) != 0,
      (turn & 2) != 0,
    );
    Format.store<T>(RESULT + i, r);
  }
  return settle();
}
