// Pending flags into memory as they are: operands unextended, the kind of abi/translate.ts in place of the kernel's own. The
// kernel makes its own form of them when a region is left or asks it something (kernel/cpu/translated.ts).
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_FLAG_A, CPU_FLAG_B, CPU_FLAG_OP, CPU_FLAG_R } from '../../abi/cpu.ts';
import * as T from '../../abi/translate.ts';
import { type FlagsState, operationOf, type Rotation } from './flags-state.ts';
import { ROTATED } from './functions.ts';
import type { RegionWriter } from './region-writer.ts';
import * as W from './wasm/opcodes.ts';

/** Which operands a kind needs. */
const OPERANDS: Record<number, string> = {
  [T.REGION_FLAGS_LOGIC]: 'r',
  [T.REGION_FLAGS_ADC]: 'abr',
  [T.REGION_FLAGS_SBB]: 'abr',
  [T.REGION_FLAGS_ORDER]: 'r',
  [T.REGION_FLAGS_PRODUCT]: 'ar',
  [T.REGION_FLAGS_SHL]: 'a',
  [T.REGION_FLAGS_SHR]: 'a',
  [T.REGION_FLAGS_SAR]: 'a',
};

/** Makes the flags in memory those of the state. */
export function storeFlags(region: RegionWriter, { kind, rotation }: FlagsState): void {
  storeKind(region, kind);
  if (rotation) storeRotation(region, rotation);
}

/** Stores the flags of a kind; undefined = the local `kind` says which, 0 there that memory has them already. */
function storeKind(region: RegionWriter, kind: number | undefined): void {
  const { code } = region;
  if (kind === undefined) {
    code.get(region.kind);
    code.open(W.IF);
    storeFields(region, 'abr', () => code.get(region.kind));
    code.end();
  } else if (operationOf(kind) !== T.REGION_FLAGS_STORED) {
    storeFields(region, OPERANDS[operationOf(kind)] ?? 'ab', () => code.i32(kind));
  }
}

function storeFields(region: RegionWriter, operands: string, kind: () => void): void {
  const { code } = region;
  for (const [letter, local, offset] of [
    ['a', region.a, CPU_FLAG_A],
    ['b', region.b, CPU_FLAG_B],
    ['r', region.r, CPU_FLAG_R],
  ] as const) {
    if (!operands.includes(letter)) continue;
    code.i32(0);
    code.get(local);
    code.memory(W.I64_STORE, CPU_BASE + offset);
  }
  code.i32(0);
  kind();
  code.memory(W.I32_STORE, CPU_BASE + CPU_FLAG_OP);
}

/** CF is the bit that came around; OF, by a count of 1 alone, whether the two top bits before the last step differ. */
function storeRotation(region: RegionWriter, { left, size, count }: Rotation): void {
  const { code } = region;
  const bit = (n: number) => {
    code.get(region.rotated);
    code.i64(n);
    code.op(W.I64_SHR_U, W.I32_WRAP_I64);
    code.i32(1);
    code.op(W.I32_AND);
  };
  bit(left ? 0 : size - 1);
  if (count === 1) {
    // Left: CF ^ the top bit of the result; right: the two top bits of the result.
    bit(left ? 0 : size - 1);
    bit(left ? size - 1 : size - 2);
    code.op(W.I32_XOR);
  } else code.i32(-1);
  code.call(ROTATED);
}
