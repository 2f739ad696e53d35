// BT BTS BTR BTC of 32 and 64 bits but for bit strings in memory, and RORX. CF becomes the bit, all other flags stay.
import type { Rotation } from '../flags-state.ts';
import type { Insn } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import { define } from './row.ts';

/** What becomes of the operand: its bits, those of a mask with the one bit, inverted or not. */
interface Change {
  op32: number;
  op64: number;
  inverted?: boolean;
}

const CHANGES: Record<string, Change | undefined> = {
  BT: undefined,
  BTC: { op32: W.I32_XOR, op64: W.I64_XOR },
  BTR: { op32: W.I32_AND, op64: W.I64_AND, inverted: true },
  BTS: { op32: W.I32_OR, op64: W.I64_OR },
};

for (const [name, change] of Object.entries(CHANGES)) {
  for (const size of [32, 64]) {
    const register = (number: (region: RegionWriter, insn: Insn) => void) => (region: RegionWriter, insn: Insn) => {
      const operand = () => region.getRaw(insn.dst, size);
      bit(region, size, operand, () => number(region, insn));
      if (change) {
        changed(region, size, change, operand, () => number(region, insn));
        region.setRegister(insn.dst, size);
      }
      carry(region);
    };
    const uses = change ? 'D' : '';
    define(
      `${name}_RR${size}`,
      { size, uses: `ds${uses}`, flags: 'read-write' },
      register((region, insn) => region.getRaw(insn.src, size)),
    );
    const immediate = (region: RegionWriter, insn: Insn) => region.immediate(insn, size);
    define(`${name}_RI${size}`, { size, uses: `d${uses}`, flags: 'read-write' }, register(immediate));
    define(`${name}_MI${size}`, { size, uses: '', flags: 'read-write' }, (region, insn) => {
      const { code } = region;
      const loaded = size === 64 ? region.t64 : region.u32;
      region.operand(insn, size / 8, change !== undefined);
      code.tee(region.pointer);
      region.load(size);
      code.set(loaded);
      const operand = () => code.get(loaded);
      bit(region, size, operand, () => immediate(region, insn));
      if (change) {
        code.get(region.pointer);
        changed(region, size, change, operand, () => immediate(region, insn));
        region.store(size);
      }
      carry(region);
    });
  }
}

/** Puts the bit into the local t32; the host, too, takes the number modulo the size. */
function bit({ code, t32 }: RegionWriter, size: number, operand: () => void, number: () => void): void {
  operand();
  number();
  code.op(...(size === 64 ? [W.I64_SHR_U, W.I32_WRAP_I64] : [W.I32_SHR_U]));
  code.i32(1);
  code.op(W.I32_AND);
  code.set(t32);
}

/** Pushes the operand with the bit changed. */
function changed(
  { code }: RegionWriter,
  size: number,
  { op32, op64, inverted }: Change,
  operand: () => void,
  number: () => void,
): void {
  operand();
  if (size === 64) code.i64(1);
  else code.i32(1);
  number();
  code.op(size === 64 ? W.I64_SHL : W.I32_SHL);
  if (inverted) {
    if (size === 64) code.i64(-1);
    else code.i32(-1);
    code.op(size === 64 ? W.I64_XOR : W.I32_XOR);
  }
  code.op(size === 64 ? op64 : op32);
}

/** CF = t32, and no other flag: what a rotation leaves that brought the bit around. */
const ROTATION: Rotation = { left: true, size: 64, count: 2 };

function carry(region: RegionWriter): void {
  if (!region.flagsNeeded) return;
  const { code, t32 } = region;
  if (region.flags.rotation?.count === 1) region.storeFlags();
  code.get(t32);
  region.widen(32);
  code.set(region.rotated);
  region.flags = { kind: region.flags.kind, rotation: ROTATION };
}

for (const size of [32, 64]) {
  const rotate = (region: RegionWriter, insn: Insn) => {
    region.immediate(insn, size);
    region.code.op(size === 64 ? W.I64_ROTR : W.I32_ROTR);
    region.setRegister(insn.dst, size);
  };
  define(`RORX_RRI${size}`, { size, uses: 'sD' }, (region, insn) => {
    region.getRaw(insn.src, size);
    rotate(region, insn);
  });
  define(`RORX_RMI${size}`, { size, uses: 'D' }, (region, insn) => {
    region.operand(insn, size / 8, false);
    region.load(size);
    rotate(region, insn);
  });
}
