// Which registers may be newer in their local than in memory (dirty, forwards), and which locals are still needed (live,
// backwards), at the start of every block. Masks have a bit for each general register and, above them, vector register.
// Invariant: leaving a region stores its dirty registers, so wherever it may be left these are needed.
import { OP_FXRSTOR, OP_JRCXZ, OP_LOOP, OP_LOOPE, OP_LOOPNE, OP_X87_FIRST, OP_XRSTOR } from '../../isa/ops.gen.ts';
import { addressRegisters, bit, type Row, TABLE } from './emit/row.ts';
import type { Block } from './graph.ts';
import { type Insn, inMemory } from './insn.ts';
import type { Node } from './order.ts';

const RAX = 1;
const RCX = 2;
const RSP = 16;
/** All general registers; the upper half of a mask stands for the vector registers. */
const GENERAL = 0xffff;
const VECTORS = 0xffff0000 | 0;
const COUNTING = new Set<number>([OP_LOOP, OP_LOOPE, OP_LOOPNE]);
/** Handlers of the integer family that load vector registers. */
const RESTORES = new Set<number>([OP_FXRSTOR, OP_XRSTOR]);

export interface Registers {
  dirty: number;
  live: number;
  /** The flags at the start of the block may be asked for. */
  flags: boolean;
}

/** What an instruction by the interpreter's handler may write. */
export function handlerWrites(insn: Insn): number {
  if (RESTORES.has(insn.op)) return GENERAL | VECTORS;
  return insn.op < OP_X87_FIRST ? GENERAL : RAX | RCX | bit(insn.dst) | bit(insn.src) | VECTORS;
}

export function analyse(nodes: Node[]): Map<Node, Registers> {
  const result = new Map<Node, Registers>(nodes.map((node) => [node, { dirty: 0, live: 0, flags: false }]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of nodes) {
      const dirty = node.predecessors.reduce((mask, from) => mask | dirtyAfter(from.block, result.get(from)!.dirty), 0);
      const own = result.get(node)!;
      if (dirty === own.dirty) continue;
      own.dirty = dirty;
      changed = true;
    }
  }
  const backwards = [...nodes].reverse();
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of backwards) {
      const own = result.get(node)!;
      const { live, flags } = before(node, own.dirty, result);
      if (live === own.live && flags === own.flags) continue;
      own.live = live;
      own.flags = flags;
      changed = true;
    }
  }
  return result;
}

function dirtyAfter({ insns, end, last }: Block, start: number): number {
  const dirty = insns.reduce((mask, insn) => dirtyBehind(insn, mask), start);
  if (end === 'call' || end === 'call-indirect') return 0;
  return end === 'branch' ? dirty | transferWrites(last!) : dirty;
}

function dirtyBehind(insn: Insn, dirty: number): number {
  const row = TABLE.get(insn.op);
  return row ? dirty | row.writes(insn) : 0;
}

/** LOOP and its kin count rCX down; the other branches write nothing. */
function transferWrites(insn: Insn): number {
  return COUNTING.has(insn.op) ? RCX : 0;
}

function transferReads(insn: Insn): number {
  return COUNTING.has(insn.op) || insn.op === OP_JRCXZ ? RCX : 0;
}

/** Dirty registers before each instruction of a block. */
export function dirtyBefore(insns: Insn[], start: number): number[] {
  let dirty = start;
  return insns.map((insn) => {
    const now = dirty;
    dirty = dirtyBehind(insn, dirty);
    return now;
  });
}

interface Needed {
  live: number;
  flags: boolean;
}

/** What is needed behind each instruction of the block, its control transfer included as the last. */
export function neededBehind(node: Node, dirtyAtStart: number, registers: Map<Node, Registers>): Needed[] {
  const { insns } = node.block;
  const dirty = dirtyBefore(insns, dirtyAtStart);
  let now = beforeEnd(node, dirtyAfterInsns(node.block, dirtyAtStart), registers);
  const behind: Needed[] = new Array(insns.length);
  for (let i = insns.length - 1; i >= 0; i--) {
    behind[i] = now;
    now = beforeInsn(insns[i], dirty[i], now);
  }
  return behind;
}

export function dirtyAfterInsns({ insns }: Block, start: number): number {
  return insns.reduce((mask, insn) => dirtyBehind(insn, mask), start);
}

function before(node: Node, dirtyAtStart: number, registers: Map<Node, Registers>): Needed {
  const { insns } = node.block;
  if (!insns.length) return beforeEnd(node, dirtyAtStart, registers);
  const behind = neededBehind(node, dirtyAtStart, registers);
  return beforeInsn(insns[0], dirtyAtStart, behind[0]);
}

function beforeInsn(insn: Insn, dirty: number, { live, flags }: Needed): Needed {
  const row = TABLE.get(insn.op);
  if (!row) return { live: (live & ~handlerWrites(insn)) | dirty, flags: true };
  const leaves = row.stack || (inMemory(insn) && !row.addressOnly);
  const needed = (live & ~(row.writes(insn) & ~row.reads(insn))) | row.reads(insn) | addressRegisters(insn);
  return {
    live: leaves ? needed | dirty : needed,
    flags: leaves || readsFlags(row) || (flags && row.flags !== 'write'),
  };
}

function readsFlags({ flags }: Row): boolean {
  return flags === 'read' || flags === 'read-write';
}

/** What is needed before the end of a block, `dirty` being so then. */
function beforeEnd(node: Node, dirty: number, registers: Map<Node, Registers>): Needed {
  const { end, last, taken, next } = node.block;
  const inside = (at: number | undefined) => (at === undefined ? undefined : node.successors.get(at));
  switch (end) {
    case 'fall': {
      const to = inside(next);
      return to ? registers.get(to)! : { live: dirty, flags: true };
    }
    case 'jump':
    case 'branch': {
      // Taken or not, the fuel may be spent.
      let live = dirty | transferReads(last!);
      for (const to of [inside(taken), end === 'branch' ? inside(next) : undefined]) {
        if (to) live |= registers.get(to)!.live;
      }
      return { live, flags: true };
    }
    case 'call':
    case 'return':
      return { live: dirty | RSP, flags: true };
    case 'call-indirect':
    case 'jump-indirect': {
      const operand = inMemory(last!) ? addressRegisters(last!) : bit(last!.dst);
      return { live: dirty | operand | (end === 'call-indirect' ? RSP : 0), flags: true };
    }
    default:
      return { live: dirty, flags: true };
  }
}
