// Which instructions behind the integer family read or write arithmetic flags, so that pending ones must be stored first.
import * as OPS from '../../isa/ops.gen.ts';

const NAMES =
  /^OP_(U?COMIS[SD]|PTEST|PCMP[EI]STR[IM]|V(U?COMIS[SD]|PTEST|TESTP[SD]|PCMP[EI]STR[IM])|FU?COMI\w*|FCMOV\w*)$/;
const TOUCHING = new Set<number>(
  Object.entries(OPS)
    .filter(([name]) => NAMES.test(name))
    .map(([, op]) => op),
);

export function touchesFlags(op: number): boolean {
  return TOUCHING.has(op);
}
