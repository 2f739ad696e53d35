// Decoded instructions stay within their bound of memory, however much code runs, and running code survives eviction.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CPU_BASE } from '../../abi/box.ts';
import { ACCESS_WRITE, CPU_RETIRED, CPU_RIP, EXIT_FAULT, EXIT_FUEL, GPR_RAX, GPR_RCX } from '../../abi/cpu.ts';
import { newMachine } from './machine.ts';

const VA = 0x400000000n;
const PAGE = 4096;
const PAGES = 6000;
const ROUNDS = 3;
/** inc rax; jmp to the same place of the next page */
const STEP = [0x48, 0xff, 0xc0, 0xe9, 0xf8, 0x0f, 0, 0];
/** 32 MiB of decoded code, as much again that waits to be freed, and the guest's own pages. */
const MOST_MEMORY = (32 + 32 + 32) << 20;

test('more code than the cache holds', async () => {
  const machine = await newMachine();
  assert.equal(machine.map(VA, BigInt((PAGES + 1) * PAGE), 7), 0n);
  for (let n = 0; n <= PAGES; n++) {
    const frame = machine.page(VA + BigInt(n * PAGE), ACCESS_WRITE);
    new Uint8Array(machine.memory.buffer).set(n < PAGES ? STEP : last(), frame);
  }
  const before = machine.memory.buffer.byteLength;
  const cpu = () => new DataView(machine.memory.buffer, CPU_BASE);
  cpu().setBigUint64(GPR_RAX, 0n, true);
  cpu().setBigUint64(GPR_RCX, BigInt(ROUNDS), true);
  cpu().setBigUint64(CPU_RIP, VA, true);
  let exit: number;
  do exit = machine.cpu_run(1000);
  while (exit === EXIT_FUEL);
  assert.equal(exit, EXIT_FAULT);
  assert.equal(cpu().getBigUint64(GPR_RAX, true), BigInt(PAGES * ROUNDS));
  assert.equal(cpu().getBigUint64(CPU_RETIRED, true), BigInt(ROUNDS * (2 * PAGES + 2) + 1));
  assert.ok(
    machine.memory.buffer.byteLength - before < MOST_MEMORY,
    `${machine.memory.buffer.byteLength - before} bytes`,
  );
});

/** dec rcx; jnz to the first page; int3 */
function last(): number[] {
  const distance = -(PAGES * PAGE + 9);
  return [0x48, 0xff, 0xc9, 0x0f, 0x85, ...[0, 8, 16, 24].map((shift) => (distance >> shift) & 0xff), 0xcc];
}
