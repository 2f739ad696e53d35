// The control flow of a region: basic blocks of decoded instructions, found from its entry along direct branches.
// Invariant: a target outside of the region (too far, too many, never decoded) is an offset without a block: a way out.
import * as OPS from '../../isa/ops.gen.ts';
import { type CodeReader, OP_CALL_FAR, OP_JMP_FAR } from './code-reader.ts';
import type { Insn } from './insn.ts';

const MAX_INSTRUCTIONS = 300;
/** Bytes that a region may reach from its entry. */
const MAX_DISTANCE = 24 << 10;

export type EndKind = 'fall' | 'jump' | 'branch' | 'call' | 'call-indirect' | 'jump-indirect' | 'return' | 'stop';

export interface Block {
  at: number;
  insns: Insn[];
  end: EndKind;
  /** The control transfer itself, which is not among `insns`; undefined for fall and stop. */
  last?: Insn;
  /** Offset that a taken transfer goes to. */
  taken?: number;
  /** Offset that execution reaches otherwise; for calls where they return to, for stops where the interpreter goes on. */
  next?: number;
}

const CONDITIONAL = new Set([
  ...'O NO B AE E NE BE A S NS P NP L GE LE G'.split(' ').map((cc) => (OPS as Record<string, number>)[`OP_J${cc}`]),
  OPS.OP_LOOP,
  OPS.OP_LOOPE,
  OPS.OP_LOOPNE,
  OPS.OP_JRCXZ,
]);

const ENDS = new Map<number, EndKind>([
  [OPS.OP_JMP, 'jump'],
  [OP_JMP_FAR, 'jump'],
  [OPS.OP_CALL, 'call'],
  [OP_CALL_FAR, 'call'],
  [OPS.OP_CALL_R64, 'call-indirect'],
  [OPS.OP_CALL_M64, 'call-indirect'],
  [OPS.OP_JMP_R64, 'jump-indirect'],
  [OPS.OP_JMP_M64, 'jump-indirect'],
  [OPS.OP_RET, 'return'],
  [OPS.OP_RET_I, 'return'],
  ...interpreted(),
]);

/** What only the run loop can do, or what makes it leave. */
function interpreted(): [number, EndKind][] {
  const names = /^OP_(SYSCALL|INT_I|INT3|INT1|UD|POPF|IRET|RETF|CALLF|JMPF)/;
  const all = Object.entries(OPS).filter(([name]) => names.test(name));
  return all.map(([, op]) => [op, 'stop']);
}

export function endOf(insn: Insn): EndKind | undefined {
  return CONDITIONAL.has(insn.op) ? 'branch' : ENDS.get(insn.op);
}

/** Blocks by offset; empty when nothing at the entry can be translated. */
export function findBlocks(reader: CodeReader, entry: number): Map<number, Block> {
  const insns = new Map<number, Insn>();
  const leaders = new Set<number>([entry]);
  const work = [entry];
  for (const start of work) {
    let at = start;
    while (!insns.has(at) && insns.size < MAX_INSTRUCTIONS) {
      const insn = reader.insn(at);
      if (!insn) break;
      insns.set(at, insn);
      at += insn.length;
      const end = endOf(insn);
      if (!end) continue;
      for (const target of targets(insn, end, entry)) {
        if (!leaders.has(target)) work.push(target);
        leaders.add(target);
      }
      break;
    }
  }
  const blocks = new Map<number, Block>();
  for (const at of leaders) {
    const block = blockAt(at, insns, leaders);
    if (block) blocks.set(at, block);
  }
  return blocks;
}

/** Offsets worth looking at behind a control transfer, likelier ones first. */
function targets(insn: Insn, end: EndKind, entry: number): number[] {
  const next = insn.at + insn.length;
  const taken = insn.page + Number(insn.imm);
  const near = Math.abs(taken - entry) < MAX_DISTANCE;
  if (end === 'jump') return near ? [taken] : [];
  if (end === 'branch') return near ? [next, taken] : [next];
  return end === 'call' || end === 'call-indirect' ? [next] : [];
}

function blockAt(start: number, insns: Map<number, Insn>, leaders: Set<number>): Block | undefined {
  const list: Insn[] = [];
  let at = start;
  for (;;) {
    const insn = insns.get(at);
    if (!insn) return list.length ? { at: start, insns: list, end: 'stop', next: at } : undefined;
    const end = endOf(insn);
    const next = at + insn.length;
    if (end === 'stop') return list.length ? { at: start, insns: list, end, next: at } : undefined;
    if (end) {
      const direct = end === 'jump' || end === 'branch' || end === 'call';
      const taken = direct ? insn.page + Number(insn.imm) : undefined;
      return { at: start, insns: list, end, last: insn, taken, next };
    }
    list.push(insn);
    at = next;
    if (leaders.has(at)) return { at: start, insns: list, end: 'fall', next: at };
  }
}

/** Offsets of the blocks that control may reach from a block without leaving the region's code. */
export function successors({ end, taken, next }: Block): number[] {
  switch (end) {
    case 'fall':
    case 'call':
    case 'call-indirect':
      return [next!];
    case 'jump':
      return [taken!];
    case 'branch':
      return taken === next ? [next!] : [next!, taken!];
    default:
      return [];
  }
}
