// Code that changes code: the next instruction, itself, another page, across a page border. The CPU sees such a store at once
// (SDM volume 3, 8.1.3), and so must the cache of decoded instructions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './compare.ts';
import { Machine, newMachine } from './machine.ts';
import { hasOracle } from './native.ts';
import { CODE, PAGE, STACK, type TestCase } from './testcase.ts';

const RSP = 4;
const RDI = 7;
/** Offsets in the code: in the middle of a page and everywhere around its end. */
const PLACES = [0x400, ...Array.from({ length: 32 }, (_, i) => PAGE - 31 + i)];

const PROGRAMS: [name: string, code: number[]][] = [
  // mov byte [rip], 0xb3; mov al, 0x11 turns into mov bl, 0x11
  ['the opcode behind the store', [0xc6, 0x05, 0, 0, 0, 0, 0xb3, 0xb0, 0x11]],
  ['the immediate behind the store', [0xc6, 0x05, 1, 0, 0, 0, 0x77, 0xb0, 0x11]],
  // add byte [rip + 1], 1; mov cl, 5; dec dh; jnz back to the store
  ['a loop that counts in its own code', [0xb6, 3, 0x80, 0x05, 1, 0, 0, 0, 1, 0xb1, 5, 0xfe, 0xce, 0x75, 0xf3]],
  // lea rdi, [rip + 9]; mov al, 0x90; mov ecx, 3; rep stosb; inc ebx (twice) turns into nops, the third stays
  [
    'rep stosb over what follows',
    [0x48, 0x8d, 0x3d, 9, 0, 0, 0, 0xb0, 0x90, 0xb9, 3, 0, 0, 0, 0xf3, 0xaa, 0xff, 0xc3, 0x90, 0xff, 0xc3],
  ],
  // call over the store; the callee is executed, changed, executed again
  [
    'a function between two calls',
    [0xe8, 9, 0, 0, 0, 0xc6, 0x05, 3, 0, 0, 0, 0x22, 0xeb, 3, 0xb2, 0x11, 0xc3, 0xe8, 0xf8, 0xff, 0xff, 0xff],
  ],
  // mov byte [rdi], 0xcc with rdi in the other page; then jump there
  ['another page', [0xc6, 0x07, 0xf4, 0xff, 0xe7]],
];

const machine = hasOracle() ? new Machine(await newMachine()) : undefined;

function caseAt(name: string, code: number[], offset: number): TestCase {
  const gpr = new BigUint64Array(16);
  gpr[RSP] = STACK + 0x800n;
  gpr[RDI] = CODE + BigInt(offset < PAGE ? PAGE + 0x800 : 0x200);
  return { name, gpr, rflags: 2n, rip: CODE + BigInt(offset), gsBase: 0n, code: Uint8Array.from(code) };
}

for (const [name, code] of PROGRAMS) {
  test(`changing ${name}`, { skip: machine ? false : 'needs an x86-64 Linux and gcc' }, () => {
    const cases = PLACES.map((offset) => caseAt(name, code, offset));
    assert.deepEqual(machine ? differences(machine, cases) : [], []);
  });
}
