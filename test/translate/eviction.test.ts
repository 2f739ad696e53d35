// Translated code makes room: what programs overwrite, as those do that compile at run time, and what is too much.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CPU_BASE } from '../../abi/box.ts';
import { ACCESS_WRITE, CPU_CODE_EPOCH, CPU_RIP, GPR_RAX } from '../../abi/cpu.ts';
import { Memory } from '../../src/runtime/memory.ts';
import { Translator } from '../../src/translate/translator.ts';
import { type MachineExports, newMachine } from '../cpu/machine.ts';

const CODE = 0x10000000n;
const PAGE = 4096;
const PROT_ALL = 7;
const INT3 = 0xcc;
/** Of a function in a page of code. */
const SIZE = 16;

/** mov eax, value; int3 */
function function_(value: number): Uint8Array {
  const code = new Uint8Array(SIZE).fill(INT3);
  code[0] = 0xb8;
  new DataView(code.buffer).setUint32(1, value, true);
  return code;
}

async function machineWithCode(): Promise<{ machine: MachineExports; frame: number }> {
  const machine = await newMachine();
  machine.map(CODE, BigInt(PAGE), PROT_ALL);
  return { machine, frame: machine.page(CODE, ACCESS_WRITE) };
}

/** What a function gives, by whichever tier. */
function call(machine: MachineExports, va: bigint): number {
  const view = new DataView(machine.memory.buffer, CPU_BASE);
  view.setBigUint64(CPU_RIP, va, true);
  machine.cpu_run(1000);
  return view.getUint32(GPR_RAX, true);
}

test('code that is overwritten all the time takes no more slots, memory or numbers', async () => {
  const { machine, frame } = await machineWithCode();
  const translator = new Translator(machine, new Memory(machine.memory), { threshold: 1, synchronous: true });
  let memory = 0;
  for (let n = 0; n < 3000; n++) {
    machine.code_invalidate(frame);
    new Uint8Array(machine.memory.buffer).set(function_(n), frame);
    machine.heat(CODE);
    translator.serve();
    assert.equal(call(machine, CODE), n);
    if (n === 300) memory = machine.memory.buffer.byteLength;
  }
  assert.equal(translator.regions, 3000);
  assert.ok(translator.size.slots <= 2, `${translator.size.slots} slots`);
  assert.equal(machine.memory.buffer.byteLength, memory);
});

test('the older half makes room, and is translated again when it is hot again', async () => {
  const { machine, frame } = await machineWithCode();
  const options = { threshold: 1, synchronous: true, maxRegions: 20 };
  const translator = new Translator(machine, new Memory(machine.memory), options);
  const epoch = () => new DataView(machine.memory.buffer, CPU_BASE).getUint32(CPU_CODE_EPOCH, true);
  const count = PAGE / SIZE;
  for (let n = 0; n < count; n++) new Uint8Array(machine.memory.buffer).set(function_(n), frame + n * SIZE);
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < count; n++) {
      const va = CODE + BigInt(n * SIZE);
      machine.heat(va);
      const before = { regions: translator.size.regions, epoch: epoch() };
      translator.serve();
      // Or a jump would find the slot of a region that is gone.
      if (translator.size.regions < before.regions) assert.notEqual(epoch(), before.epoch);
      assert.equal(call(machine, va), n);
      assert.ok(translator.size.regions <= 21, `${translator.size.regions} regions`);
    }
  }
  assert.ok(translator.regions >= 3 * count - 21, `${translator.regions} translated`);
  assert.ok(translator.size.slots <= 22, `${translator.size.slots} slots`);
});
