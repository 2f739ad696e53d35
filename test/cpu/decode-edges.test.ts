// Borders of the decoder: the end of the page, 15 bytes, the far end of RIP-relative addresses, prefixes that cancel each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REG_FS_BASE, REG_RIP_PAGE, REG_ZERO } from '../../abi/cpu.ts';
import * as insn from '../../abi/insn.ts';
import { decode, field, OFFSET } from './decoder.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test('an instruction that does not end within the readable bytes is not decoded', () => {
  for (const hex of [
    '48 8b 05 01 02 03 04',
    '0f 38 f1 44 24 08',
    'c4 e2 78 f2 c1',
    '66 2e 0f 1f 84 00 00 00 00 00',
    '0f 0b',
  ]) {
    const code = bytes(hex);
    for (let avail = 0; avail < code.length; avail++) assert.equal(decode(code, avail), 0, `${hex} of ${avail} bytes`);
    assert.equal(decode(code, code.length), code.length, hex);
  }
});

test('16 bytes are too long whatever they mean, 15 are not', () => {
  assert.equal(decode(bytes(`${'66'.repeat(14)} 90`)), 15);
  assert.equal(field.op(), 'NOP');
  assert.equal(decode(bytes(`${'66'.repeat(15)} 90`)), 15);
  assert.equal(field.op(), 'GP');
  assert.equal(decode(bytes(`${'2e'.repeat(12)} c7 00 11 22 33 44`)), 15);
  assert.equal(field.op(), 'GP');
  assert.equal(decode(bytes('66'.repeat(14)), 14), 0);
});

test('RIP-relative operands count from the page, also where that leaves 32 bits', () => {
  decode(bytes('48 8b 05 f9 ff ff ff'));
  assert.deepEqual([field.base(), field.disp(), field.flags() & insn.INSN_EA_SLOW], [REG_RIP_PAGE, OFFSET, 0]);
  decode(bytes('48 8b 05 ff ff ff 7f'));
  assert.equal(field.flags() & insn.INSN_EA_SLOW, insn.INSN_EA_SLOW);
  assert.equal(field.scale(), insn.EA_FAR);
  assert.equal(field.disp() + 2 ** 32, OFFSET + 7 + 0x7fffffff);
});

test('a segment base takes a free place of the address, and bits of scale when there is none', () => {
  decode(bytes('64 48 8b 04 25 28 00 00 00'));
  assert.deepEqual([field.base(), field.index(), field.scale()], [REG_ZERO, REG_FS_BASE, 0]);
  decode(bytes('64 48 8b 04 cd 28 00 00 00'));
  assert.deepEqual([field.base(), field.index(), field.scale()], [REG_FS_BASE, 8, 3]);
  decode(bytes('64 48 8b 04 88'));
  assert.deepEqual([field.base(), field.index(), field.scale()], [0, 8, 2 | insn.EA_FS]);
});

test('REX counts only directly before the opcode, the last of F2 and F3 wins', () => {
  decode(bytes('48 66 89 c8'));
  assert.equal(field.op(), 'MOV_RR16');
  decode(bytes('66 48 89 c8'));
  assert.equal(field.op(), 'MOV_RR64');
  decode(bytes('f2 f3 0f 10 c1'));
  assert.equal(field.op(), 'MOVSS');
  decode(bytes('f3 f2 0f 10 c1'));
  assert.equal(field.op(), 'MOVSD');
});

test('LOCK is only legal with the memory form of what it can lock', () => {
  for (const [hex, op] of [
    ['f0 01 08', 'ADD_MR32'],
    ['f0 01 c8', 'UD'],
    ['f0 03 08', 'UD'],
    ['f0 39 08', 'UD'],
    ['f0 89 08', 'UD'],
    ['f0 48 0f c7 08', 'CMPXCHG16B'],
    ['f0 90', 'UD'],
  ]) {
    decode(bytes(hex));
    assert.equal(field.op(), op, hex);
  }
});
