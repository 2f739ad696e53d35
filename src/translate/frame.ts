// The stack frame of a region: how far rSP is from where it was at the entry, where that is known, and the window of stack
// that instructions address by it. When the window lies in one writable page, which is checked once at the entry, these
// accesses need no further check: nothing that a region may do takes the right to store to a page away.
import * as OPS from '../../isa/ops.gen.ts';
import { REG_ZERO } from '../../abi/cpu.ts';
import { TABLE } from './emit/row.ts';
import { type Insn, inMemory } from './insn.ts';
import type { Node } from './order.ts';

const RSP = 32;
const RSP_BIT = 16;
/** Larger frames are seldom used as a whole and often cross a page. */
const MAX_WINDOW = 1024;
/** What one access may cover. */
const ACCESS = 16;

const PUSHES = new Set<number>([OPS.OP_PUSH_R64, OPS.OP_PUSH_I64, OPS.OP_PUSH_M64]);
const CALLS = new Set(['call', 'call-indirect']);
/** Handlers that move rSP by themselves. */
const MOVERS = new Set<number>(
  Object.entries(OPS)
    .filter(([name]) => /^OP_(PUSH|POP|ENTER|LEAVE)/.test(name))
    .map(([, op]) => op),
);

export interface Frame {
  /** First byte of the window, from rSP at the entry. */
  low: number;
  size: number;
  /** rSP - rSP at the entry, at the start of each node; undefined = not known. */
  offsets: Map<Node, number | undefined>;
}

/** rSP's distance behind an instruction. */
export function moved(insn: Insn, offset: number | undefined): number | undefined {
  if (offset === undefined) return undefined;
  if (PUSHES.has(insn.op)) return offset - 8;
  if (insn.op === OPS.OP_POP_R64) return insn.dst === RSP ? undefined : offset + 8;
  const ownStep = insn.dst === RSP;
  if (ownStep && insn.op === OPS.OP_ADD_RI64) return offset + Number(insn.imm);
  if (ownStep && insn.op === OPS.OP_SUB_RI64) return offset - Number(insn.imm);
  if (ownStep && insn.op === OPS.OP_LEA_RM64 && isStackOperand(insn)) return offset + insn.disp;
  const row = TABLE.get(insn.op);
  if (row) return row.writes(insn) & RSP_BIT ? undefined : offset;
  return MOVERS.has(insn.op) || (insn.dst >> 3) * 8 === RSP || (insn.src >> 3) * 8 === RSP ? undefined : offset;
}

/** Is the operand at a constant distance from rSP? */
export function isStackOperand(insn: Insn): boolean {
  return inMemory(insn) && insn.base === RSP && insn.index === REG_ZERO && !insn.special;
}

/** The frame of these nodes; undefined when too little of it is addressed to be worth a check. */
export function findFrame(nodes: Node[]): Frame | undefined {
  const offsets = findOffsets(nodes);
  const addresses = nodes.flatMap((node) => accesses(node, offsets.get(node)));
  if (addresses.length < 2) return undefined;
  const low = Math.min(...addresses);
  const inside = addresses.filter((at) => at < low + MAX_WINDOW - ACCESS);
  return { low, size: Math.max(...inside) - low + ACCESS, offsets };
}

function findOffsets(nodes: Node[]): Map<Node, number | undefined> {
  const offsets = new Map<Node, number | undefined>([[nodes[0], 0]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of nodes) {
      if (!offsets.has(node)) continue;
      const behind = node.block.insns.reduce((offset, insn) => moved(insn, offset), offsets.get(node));
      for (const to of node.successors.values()) {
        const known = offsets.has(to);
        if (known && (offsets.get(to) === behind || offsets.get(to) === undefined)) continue;
        offsets.set(to, known ? undefined : behind);
        changed = true;
      }
    }
  }
  return offsets;
}

/** Distances from rSP at the entry that a node's instructions address. */
function accesses({ block }: Node, start: number | undefined): number[] {
  const found: number[] = [];
  let offset = start;
  for (const insn of block.insns) {
    if (offset === undefined) return found;
    if (PUSHES.has(insn.op)) found.push(offset - 8);
    else if (insn.op === OPS.OP_POP_R64) found.push(offset);
    if (isStackOperand(insn) && !TABLE.get(insn.op)?.addressOnly) found.push(offset + insn.disp);
    offset = moved(insn, offset);
  }
  if (offset === undefined) return found;
  if (CALLS.has(block.end)) found.push(offset - 8);
  if (block.end === 'return') found.push(offset);
  return found;
}
