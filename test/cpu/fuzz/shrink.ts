// Makes a failing sequence small: pieces become NOPs, what follows is cut, registers become zero, as long as it still fails.
import type { Machine } from '../machine.ts';
import { FX_SIZE } from '../testcase.ts';
import { compareAll } from './compare-tiers.ts';
import type { Sequence } from './sequence.ts';

const NOP = 0x90;
type Change = (s: Sequence) => Sequence;

export function shrink(machine: Machine, sequence: Sequence): Sequence {
  let best = keepWhile(machine, sequence, cuts(sequence));
  for (let before = -1; before !== weight(best); ) {
    before = weight(best);
    best = keepWhile(machine, best, blanks(best));
  }
  return keepWhile(machine, best, resets(best));
}

/** Bytes that are not NOP. */
function weight(s: Sequence): number {
  return s.code.reduce((n, byte) => n + (byte === NOP ? 0 : 1), 0);
}

function keepWhile(machine: Machine, start: Sequence, changes: Change[]): Sequence {
  return changes.reduce((best, change) => {
    const next = change(best);
    return compareAll(machine, [next])[0].length ? next : best;
  }, start);
}

/** Shorter and shorter beginnings; the last one that fails is kept, since each starts from the best. */
function cuts(s: Sequence): Change[] {
  const ends = s.pieces.slice(1, -1).reverse();
  return ends.map((end) => (best) => ({ ...best, code: best.code.slice(0, end) }));
}

/** Every piece, then every byte range of an instruction that a MOV may have prepared, as NOPs. */
function blanks(s: Sequence): Change[] {
  const borders = [...s.pieces.filter((at) => at < s.code.length), s.code.length];
  const pieces = borders.slice(0, -1).map((from, i): Change => blank(from, borders[i + 1]));
  const loads = borders
    .slice(0, -1)
    .flatMap((from, i) =>
      [0, 10, 20].filter((at) => from + at + 10 < borders[i + 1]).map((at) => blank(from + at, from + at + 10)),
    );
  return [...pieces, ...loads];
}

const blank =
  (from: number, to: number): Change =>
  (s) => ({ ...s, code: s.code.slice().fill(NOP, from, to) });

function resets(s: Sequence): Change[] {
  const registers = [...s.gpr.keys()].map(
    (r): Change =>
      (best) => ({ ...best, gpr: best.gpr.with(r, 0n) }),
  );
  const slots = Array.from({ length: 24 }, (_, i) => 32 + i * 16).map(
    (at): Change =>
      (best) => ({ ...best, fx: (best.fx ?? new Uint8Array(FX_SIZE)).slice().fill(0, at, at + 16) }),
  );
  return [...registers, ...slots, (best) => ({ ...best, rflags: 2n })];
}
