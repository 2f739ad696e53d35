// Whether sums and products are exact, found out by a few more operations of the host: while inexactness is not sticky yet, as in
// programs that count in floating point. May say no for some exact ones: the kernel is asked then.
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';
import type { Computation } from './float-check.ts';

/** Pushes whether r, ordinary as the operands are, is exactly `kind` of a and b. */
export function isExact(region: RegionWriter, computation: Computation): void {
  if (computation.kind === 'mul') isProduct(region, computation);
  else if (computation.kind === 'add' || computation.kind === 'sub') isSum(region, computation);
  else region.code.i32(0);
}

/** Two factors without the lower half of their significands have an exact product. */
function isProduct({ code, vectors }: RegionWriter, { format, scalar, a, b }: Computation): void {
  const { size, reinterpret, lowerHalf, lanes } = format;
  for (const local of [a, b]) {
    code.get(local);
    if (scalar) code.op(reinterpret);
  }
  if (!scalar) {
    code.simd(S.V128_OR);
    vectors.constant(size === 64 ? lowerHalf : (lowerHalf << 32n) | lowerHalf);
    code.simd(S.V128_AND);
    vectors.constant(0n);
    code.simd(lanes.equalBits);
    code.simd(lanes.allTrue);
  } else if (size === 64) {
    code.op(W.I64_OR);
    code.i64(lowerHalf);
    code.op(W.I64_AND, W.I64_EQZ);
  } else {
    code.op(W.I32_OR);
    code.i32(Number(lowerHalf));
    code.op(W.I32_AND, W.I32_EQZ);
  }
}

/** Two-sum: what rounding lost, (a - (r - part)) + (b - part) with part = r - a, is itself computed exactly. */
function isSum(region: RegionWriter, { format, kind, scalar, a, b, r }: Computation): void {
  const { code } = region;
  const opcodes = scalar ? format : format.lanes;
  const op = (name: 'add' | 'sub' | 'eq') => (scalar ? code.op(opcodes[name]) : code.simd(opcodes[name]));
  code.get(a);
  code.get(r);
  code.get(r);
  code.get(a);
  op('sub');
  op('sub');
  op('sub');
  // For a difference the second addend is -b: its part is taken away with the other sign.
  code.get(b);
  code.get(r);
  code.get(a);
  op('sub');
  op(kind === 'add' ? 'sub' : 'add');
  op(kind === 'add' ? 'add' : 'sub');
  if (!scalar) region.vectors.constant(0n);
  else if (format.size === 64) code.f64(0);
  else code.f32(0);
  op('eq');
  if (!scalar) code.simd(format.lanes.allTrue);
}
