// Translates one region: blocks in structured control flow (order.ts), instructions by their emitters, control transfers.
// Invariant: fuel is charged at the end of a block and looked at when a transfer is taken, exactly as by the interpreter.
import { INSN_SIZE } from '../../abi/insn.ts';
import {
  OP_CALL_M64,
  OP_JMP_M64,
  OP_JO,
  OP_JRCXZ,
  OP_LOOP,
  OP_LOOPE,
  OP_RET_I,
  OP_X87_FIRST,
} from '../../isa/ops.gen.ts';
import { MAX_DEPTH } from './chain.ts';
import type { CodeReader } from './code-reader.ts';
import { condition } from './condition.ts';
import { isAddress32 } from './emit/move.ts';
import { moveStack, push, top } from './emit/stack.ts';
import { TABLE } from './emit/table.ts';
import { DYNAMIC, STORED } from './flags-state.ts';
import { type Frame, findFrame, moved } from './frame.ts';
import * as F from './functions.ts';
import { type Block, findBlocks } from './graph.ts';
import type { Insn } from './insn.ts';
import { analyse, dirtyAfterInsns, handlerWrites, neededBehind, type Registers } from './liveness.ts';
import { type Node, orderBlocks } from './order.ts';
import { DEPTH, EXPECTED, FUEL, RegionWriter } from './region-writer.ts';
import { touchesFlags } from './vector-flags.ts';
import * as W from './wasm/opcodes.ts';

const CC_E = 4;
const CC_NE = 5;
const RCX = 8;
const RSP_BIT = 16;

export interface Region {
  /** Entry of the code section. */
  body: Uint8Array;
  /** The same without a frame (frame.ts), for when that does not lie in one page; undefined when `body` has none. */
  checked?: () => Uint8Array;
  /** Instructions that the interpreter's handlers run: their records belong behind the region's header. */
  handled: Insn[];
  instructions: number;
}

/** Translates what starts at offset `entry` of its page; undefined when nothing there can be. */
export function translateRegion(reader: CodeReader, entry: number, number: number): Region | undefined {
  const blocks = findBlocks(reader, entry);
  if (!blocks.has(entry)) return undefined;
  const nodes = orderBlocks(blocks, entry);
  const frame = findFrame(nodes);
  const region = new Translation(nodes, number, frame).region();
  // The other translation is a module of its own.
  return frame ? { ...region, checked: () => new Translation(nodes, 0, undefined).region().body } : region;
}

/** Space of a handled instruction among the records of its region: its own and perhaps OP_PREPARE_EA before it. */
export const HANDLED_RECORDS = 2;

class Translation {
  readonly #nodes: Node[];
  /** Among the regions of its module. */
  readonly #number: number;
  readonly #frame: Frame | undefined;
  readonly #registers: Map<Node, Registers>;
  readonly #writer: RegionWriter;
  readonly #labels = new Map<Node, number>();
  readonly #loops = new Map<Node, number>();
  readonly #handled: Insn[] = [];

  constructor(nodes: Node[], number: number, frame: Frame | undefined) {
    this.#nodes = nodes;
    this.#number = number;
    this.#frame = frame;
    this.#registers = analyse(nodes);
    this.#writer = new RegionWriter(
      frame,
      (insn) => (this.#handled.push(insn) - 1) * HANDLED_RECORDS * INSN_SIZE,
      number,
    );
    this.#writer.vectors.mxcsr.used = nodes.some(({ block }) => block.insns.some(({ op }) => TABLE.get(op)?.mxcsr));
  }

  region(): Region {
    const [entry] = this.#nodes;
    this.#tree(entry);
    const body = this.#writer.finish(this.#registers.get(entry)!.live);
    const instructions = this.#nodes.reduce((sum, { block }) => sum + block.insns.length + 1, 0);
    return { body, handled: this.#handled, instructions };
  }

  /** A node and all it dominates: those that several edges lead to stand behind the blocks that these branch out of. */
  #tree(node: Node): void {
    const { code } = this.#writer;
    const merges = node.children.filter(({ merge }) => merge);
    if (node.loop) this.#loops.set(node, code.open(W.LOOP));
    for (const merge of [...merges].reverse()) this.#labels.set(merge, code.open(W.BLOCK));
    this.#node(node);
    for (const merge of merges) {
      code.end();
      this.#tree(merge);
    }
    if (node.loop) {
      code.end();
      code.op(W.UNREACHABLE);
    }
  }

  #node(node: Node): void {
    const writer = this.#writer;
    const { dirty } = this.#registers.get(node)!;
    writer.dirty = dirty;
    if (node.merge || node.loop || node.predecessors.length !== 1) writer.vectors.forget();
    if (node.loop || node.predecessors.length > 1) writer.flags = DYNAMIC;
    else if (!node.predecessors.length) writer.flags = STORED;
    writer.stackOffset = this.#frame?.offsets.get(node);
    const needed = neededBehind(node, dirty, this.#registers);
    node.block.insns.forEach((insn, i) => {
      writer.done = i;
      writer.flagsNeeded = needed[i].flags;
      this.#insn(insn, needed[i].live);
      writer.stackOffset = moved(insn, writer.stackOffset);
    });
    writer.dirty = dirtyAfterInsns(node.block, dirty);
    writer.done = node.block.insns.length;
    writer.flagsNeeded = true;
    this.#end(node, node.block);
  }

  #insn(insn: Insn, live: number): void {
    const row = TABLE.get(insn.op);
    if (row && !(row.handlerForFlags && this.#writer.flagsNeeded)) row.emit(this.#writer, insn);
    else {
      const reload = row ? -1 : handlerWrites(insn);
      this.#writer.interpret(insn, insn.op < OP_X87_FIRST || touchesFlags(insn.op), reload & live);
    }
  }

  #end(node: Node, block: Block): void {
    switch (block.end) {
      case 'fall':
        this.#writer.charge();
        return this.#goOn(node, block.next!);
      case 'stop':
        this.#writer.charge();
        return this.#stop(block.next!);
      case 'jump':
        this.#transfer();
        return this.#take(node, block.taken!);
      case 'branch':
        return this.#branch(node, block);
      case 'call':
        return this.#call(node, block);
      case 'call-indirect':
        return this.#callIndirect(node, block);
      case 'jump-indirect':
        return this.#jumpIndirect(block.last!);
      case 'return':
        return this.#return(block.last!);
    }
  }

  /** Charges the block with its control transfer. */
  #transfer(): void {
    this.#writer.done++;
    this.#writer.charge();
  }

  #stop(at: number): void {
    this.#writer.markSide();
    this.#writer.leaveTo(at);
  }

  /** Sequential execution reaches `at`. */
  #goOn(node: Node, at: number): void {
    const to = node.successors.get(at);
    if (to) this.#enter(node, to);
    else this.#stop(at);
  }

  /** A transfer to `at` is taken. */
  #take(node: Node, at: number): void {
    const to = node.successors.get(at);
    if (to) {
      this.#writer.checkFuel(at);
      this.#enter(node, to);
    } else {
      this.#writer.spill();
      this.#chain(() => this.#writer.addressOf(at));
    }
  }

  #enter(node: Node, to: Node): void {
    const writer = this.#writer;
    if ((to.loop || to.predecessors.length > 1) && this.#registers.get(to)!.flags) writer.publishFlags();
    if (to.order <= node.order) writer.code.br(this.#loops.get(to)!);
    else if (to.merge) writer.code.br(this.#labels.get(to)!);
    else this.#tree(to);
  }

  /** Goes on in another region, or in the interpreter, at the address that is pushed; everything is in memory. */
  #chain(push: () => void): void {
    const { code } = this.#writer;
    code.get(FUEL);
    push();
    code.get(EXPECTED);
    code.get(DEPTH);
    code.returnCall(F.CHAIN);
  }

  #branch(node: Node, block: Block): void {
    const writer = this.#writer;
    const { code } = writer;
    this.#conditionOf(block.last!);
    code.set(writer.t32);
    this.#transfer();
    code.get(writer.t32);
    const { dirty, flags } = writer;
    const known = writer.vectors.known();
    code.open(W.IF);
    this.#take(node, block.taken!);
    code.else();
    writer.vectors.recall(known);
    writer.dirty = dirty;
    writer.flags = flags;
    this.#goOn(node, block.next!);
    code.end();
    code.op(W.UNREACHABLE);
  }

  /** Pushes whether the branch is taken. */
  #conditionOf(insn: Insn): void {
    const writer = this.#writer;
    if (insn.op < OP_LOOP_FIRST || insn.op > OP_LOOP_LAST) return condition(writer, insn.op - OP_JO);
    const size = isAddress32(insn) ? 32 : 64;
    if (insn.op !== OP_JRCXZ) this.#countDown(size);
    writer.getRaw(RCX, size);
    writer.code.op(size === 64 ? W.I64_EQZ : W.I32_EQZ);
    if (insn.op === OP_JRCXZ) return;
    writer.code.op(W.I32_EQZ);
    if (insn.op === OP_LOOP) return;
    condition(writer, insn.op === OP_LOOPE ? CC_E : CC_NE);
    writer.code.op(W.I32_AND);
  }

  #countDown(size: number): void {
    const writer = this.#writer;
    writer.getRaw(RCX, size);
    if (size === 64) writer.code.i64(-1);
    else writer.code.i32(-1);
    writer.code.op(size === 64 ? W.I64_ADD : W.I32_ADD);
    writer.setRegister(RCX, size);
  }

  #call(node: Node, block: Block): void {
    const writer = this.#writer;
    const { code } = writer;
    push(writer, block.last!, () => writer.addressOf(block.next!));
    this.#transfer();
    writer.checkFuel(block.taken!);
    writer.spill();
    const passOn = () => {
      code.get(FUEL);
      writer.addressOf(block.taken!);
      writer.addressOf(block.next!);
      code.get(DEPTH);
    };
    if (block.taken === this.#nodes[0].block.at) this.#callItself(passOn);
    else {
      passOn();
      code.call(F.CALL_CHAIN);
    }
    this.#afterCall(node, block.next!);
  }

  /** Recursion needs no search for the region. */
  #callItself(passOn: () => void): void {
    const { code } = this.#writer;
    code.get(DEPTH);
    code.i32(MAX_DEPTH);
    code.op(W.I32_LT_S);
    code.open(W.IF, W.I32);
    passOn();
    code.i32(1);
    code.op(W.I32_ADD);
    code.call(F.FIRST_REGION + this.#number);
    code.else();
    passOn();
    code.call(F.CALL_CHAIN);
    code.end();
  }

  /** The result of a called region is on the stack. */
  #afterCall(node: Node, next: number): void {
    const writer = this.#writer;
    const { code } = writer;
    code.tee(writer.t32);
    code.i32(1);
    code.op(W.I32_AND);
    code.openUnlikely();
    code.get(writer.t32);
    code.op(W.RETURN);
    code.end();
    code.get(writer.t32);
    code.i32(1);
    code.op(W.I32_SHR_S);
    code.set(FUEL);
    writer.vectors.forget();
    writer.vectors.mxcsr.refresh();
    const to = node.successors.get(next);
    if (!to) return this.#chain(() => writer.addressOf(next));
    const known = this.#frame !== undefined && writer.stackOffset !== undefined;
    writer.loadRegisters(this.#registers.get(to)!.live | (known ? RSP_BIT : 0));
    if (known) {
      writer.stackMoved();
      code.openUnlikely();
      this.#chain(() => writer.addressOf(next));
      code.end();
    }
    this.#enter(node, to);
  }

  /** Puts the target of an indirect transfer into t64 and its table slot into t32; unknown ones are the interpreter's. */
  #target(insn: Insn, memory: boolean): void {
    const writer = this.#writer;
    const { code } = writer;
    if (memory) {
      writer.operand(insn, 8, false);
      writer.load(64);
    } else writer.getRaw(insn.dst, 64);
    code.tee(writer.t64);
    code.call(F.LOOKUP);
    code.tee(writer.t32);
    code.op(W.I32_EQZ);
    code.openUnlikely();
    writer.markSide();
    writer.leaveBefore(insn);
    code.end();
  }

  /** The fuel, or the depth of calls, is spent by a transfer to the address in t64: everything is in memory. */
  #checkFuelIndirect(calls: boolean): void {
    const writer = this.#writer;
    const { code } = writer;
    code.get(FUEL);
    code.i32(0);
    code.op(W.I32_LT_S);
    if (calls) {
      code.get(DEPTH);
      code.i32(MAX_DEPTH);
      code.op(W.I32_GE_S, W.I32_OR);
    }
    code.openUnlikely();
    writer.storeRip(() => code.get(writer.t64));
    writer.returnUnwinding();
    code.end();
  }

  #jumpIndirect(insn: Insn): void {
    const writer = this.#writer;
    const { code } = writer;
    this.#target(insn, insn.op === OP_JMP_M64);
    this.#transfer();
    writer.spill();
    this.#checkFuelIndirect(false);
    for (const local of [FUEL, writer.t64, EXPECTED, DEPTH, writer.t32]) code.get(local);
    code.returnCall(F.INVOKE);
  }

  #callIndirect(node: Node, block: Block): void {
    const writer = this.#writer;
    const { code } = writer;
    this.#target(block.last!, block.last!.op === OP_CALL_M64);
    push(writer, block.last!, () => writer.addressOf(block.next!));
    this.#transfer();
    writer.spill();
    this.#checkFuelIndirect(true);
    code.get(FUEL);
    code.get(writer.t64);
    writer.addressOf(block.next!);
    code.get(DEPTH);
    code.i32(1);
    code.op(W.I32_ADD);
    code.get(writer.t32);
    code.call(F.INVOKE);
    this.#afterCall(node, block.next!);
  }

  #return(insn: Insn): void {
    const writer = this.#writer;
    const { code } = writer;
    top(writer, insn);
    code.tee(writer.t64);
    code.get(EXPECTED);
    code.op(W.I64_NE);
    code.openUnlikely();
    // Whom it returns to is somebody else; an address that is not canonical is the interpreter's business.
    code.get(writer.t64);
    code.i64(0x800000000000);
    code.op(W.I64_ADD);
    code.i64(48);
    code.op(W.I64_SHR_U, W.I64_EQZ, W.I32_EQZ);
    code.openUnlikely();
    writer.markSide();
    writer.leaveBefore(insn);
    code.end();
    code.end();
    moveStack(writer, 8 + (insn.op === OP_RET_I ? Number(insn.imm) : 0));
    this.#transfer();
    writer.spill();
    code.get(writer.t64);
    code.get(EXPECTED);
    code.op(W.I64_EQ);
    code.get(FUEL);
    code.i32(0);
    code.op(W.I32_GE_S, W.I32_AND);
    code.open(W.IF);
    code.get(FUEL);
    code.i32(1);
    code.op(W.I32_SHL, W.RETURN);
    code.end();
    this.#chain(() => code.get(writer.t64));
  }
}

const OP_LOOP_FIRST = Math.min(OP_LOOP, OP_LOOPE, OP_JRCXZ) - 1;
const OP_LOOP_LAST = OP_JRCXZ;
