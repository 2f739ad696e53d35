// Arithmetic flags (SDM volume 1, 3.4.3.1).

/** RFLAGS as PUSHF shows it. */
export function flags_get(): u64 {
  unreachable();
  return 0;
}

/** Sets every flag that user mode may change: CF PF AF ZF SF TF DF OF NT AC ID. */
export function flags_set(rflags: u64): void {
  unreachable();
}
