// What is known, while a region is written, of the arithmetic flags: the operation that set them last, whose operands wait
// in the locals a, b, r of the region until somebody asks for flags or the region is left.
import * as T from '../../abi/translate.ts';

/** ROL or ROR by a constant, which sets CF and OF alone. */
export interface Rotation {
  left: boolean;
  size: number;
  count: number;
}

export interface FlagsState {
  /** REGION_FLAGS_* with size and count; undefined = the local `kind` holds it. */
  kind: number | undefined;
  /** CF is in the local `carry`, whatever the kind. */
  carry?: boolean;
  /** Came after it: its result is in the local `rotated`. */
  rotation?: Rotation;
}

export const STORED: FlagsState = { kind: T.REGION_FLAGS_STORED };
export const DYNAMIC: FlagsState = { kind: undefined };

export function pendingFlags(operation: number, size: number, count = 0): FlagsState {
  return {
    kind: operation | (size << T.REGION_FLAGS_SIZE_SHIFT) | (count << T.REGION_FLAGS_COUNT_SHIFT),
  };
}

export const operationOf = (kind: number): number => kind & ((1 << T.REGION_FLAGS_SIZE_SHIFT) - 1);
export const sizeOf = (kind: number): number => (kind >> T.REGION_FLAGS_SIZE_SHIFT) & 0xff;
export const countOf = (kind: number): number => (kind >> T.REGION_FLAGS_COUNT_SHIFT) & 0xff;

/** Are the same flags made of the same locals? */
export function sameFlags(one: FlagsState, other: FlagsState): boolean {
  const [a, b] = [one.rotation, other.rotation];
  return one.kind === other.kind && a?.left === b?.left && a?.size === b?.size && a?.count === b?.count;
}
