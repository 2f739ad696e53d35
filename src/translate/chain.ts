// How regions find each other: functions of one module of the box that look a guest address up in the jump cache of regions
// (abi/translate.ts), which the kernel fills. An entry counts in the code epoch of its making.
import { CHAIN_BASE, CHAIN_ENTRIES, CPU_BASE } from '../../abi/box.ts';
import { CPU_CODE_EPOCH, CPU_RIP } from '../../abi/cpu.ts';
import { CHAIN_EPOCH, CHAIN_SLOT } from '../../abi/translate.ts';
import { REGION_TYPE, REGION_TYPE_INDEX, type Signature } from './functions.ts';
import { REFILL_TYPE, refill } from './refill.ts';
import { DEPTH, EXPECTED, FUEL, VA } from './region-writer.ts';
import { Code } from './wasm/code.ts';
import * as W from './wasm/opcodes.ts';

/** Regions that call each other on the wasm stack: a worker's is the smallest, some 8,000 plain frames. */
export const MAX_DEPTH = 100;

export const LOOKUP_TYPE: Signature = { parameters: [W.I64], results: [W.I32] };

const INVOKE_TYPE: Signature = { parameters: [...REGION_TYPE.parameters, W.I32], results: REGION_TYPE.results };

export interface ChainFunction {
  name: string;
  type: Signature;
  body(): Uint8Array;
}

/** In the order of functions.ts. */
export const CHAIN_FUNCTIONS: ChainFunction[] = [
  { name: 'chain', type: REGION_TYPE, body: () => chain(false) },
  { name: 'call_chain', type: REGION_TYPE, body: () => chain(true) },
  { name: 'lookup', type: LOOKUP_TYPE, body: lookup },
  { name: 'invoke', type: INVOKE_TYPE, body: invoke },
  { name: 'refill', type: REFILL_TYPE, body: refill },
];

/** Pushes whether the cache has the address; its entry is in the local `entry`. */
function find(code: Code, va: number, entry: number): void {
  code.get(va);
  code.i64(12);
  code.op(W.I64_SHR_U);
  code.get(va);
  code.op(W.I64_XOR, W.I32_WRAP_I64);
  code.i32(CHAIN_ENTRIES - 1);
  code.op(W.I32_AND);
  code.i32(4);
  code.op(W.I32_SHL);
  code.tee(entry);
  code.memory(W.I64_LOAD, CHAIN_BASE);
  code.get(va);
  code.op(W.I64_EQ);
  code.get(entry);
  code.memory(W.I32_LOAD, CHAIN_BASE + CHAIN_EPOCH);
  code.i32(0);
  code.memory(W.I32_LOAD, CPU_BASE + CPU_CODE_EPOCH);
  code.op(W.I32_EQ, W.I32_AND);
}

/** Goes on at the address va, in its region or, through the caller, in the interpreter. */
function chain(calls: boolean): Uint8Array {
  const code = new Code(4);
  const entry = code.local(W.I32);
  find(code, VA, entry);
  code.get(FUEL);
  code.i32(0);
  code.op(W.I32_GE_S, W.I32_AND);
  if (calls) {
    code.get(DEPTH);
    code.i32(MAX_DEPTH);
    code.op(W.I32_LT_S, W.I32_AND);
  }
  code.open(W.IF);
  for (const local of [FUEL, VA, EXPECTED, DEPTH]) code.get(local);
  if (calls) {
    code.i32(1);
    code.op(W.I32_ADD);
  }
  code.get(entry);
  code.memory(W.I32_LOAD, CHAIN_BASE + CHAIN_SLOT);
  code.returnCallIndirect(REGION_TYPE_INDEX);
  code.end();
  code.i32(0);
  code.get(VA);
  code.memory(W.I64_STORE, CPU_BASE + CPU_RIP);
  code.get(FUEL);
  code.i32(1);
  code.op(W.I32_SHL);
  code.i32(1);
  code.op(W.I32_OR);
  return code.function();
}

/** Table slot of the region at an address, or 0. */
function lookup(): Uint8Array {
  const code = new Code(1);
  const entry = code.local(W.I32);
  find(code, 0, entry);
  code.open(W.IF, W.I32);
  code.get(entry);
  code.memory(W.I32_LOAD, CHAIN_BASE + CHAIN_SLOT);
  code.else();
  code.i32(0);
  code.end();
  return code.function();
}

/** Runs the region of the slot that is the last parameter. */
function invoke(): Uint8Array {
  const code = new Code(INVOKE_TYPE.parameters.length);
  for (const parameter of INVOKE_TYPE.parameters.keys()) code.get(parameter);
  code.returnCallIndirect(REGION_TYPE_INDEX);
  return code.function();
}
