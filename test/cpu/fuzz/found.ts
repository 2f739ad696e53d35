// Sequences that once failed, as files: hexadecimal state and code, replayed by fuzz.test.ts.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ARITHMETIC_FLAGS, OTHER_MAKER } from '../maker.ts';
import type { TestCase } from '../testcase.ts';
import type { Sequence } from './sequence.ts';

const FOLDER = 'test/cpu/fuzz/found';

interface File {
  /** What differed when it was found. */
  found: string;
  seed: number;
  rip: string;
  rflags: string;
  gsBase: string;
  fsBase: string;
  gpr: string[];
  code: string;
  fx: string;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function keep(s: Sequence, found: string): string {
  const path = `${FOLDER}/seed-${s.seed}.json`;
  const file: File = {
    found,
    seed: s.seed,
    rip: s.rip.toString(16),
    rflags: s.rflags.toString(16),
    gsBase: s.gsBase.toString(16),
    fsBase: (s.fsBase ?? 0n).toString(16),
    gpr: Array.from(s.gpr, (v) => v.toString(16)),
    code: hex(s.code),
    fx: hex(s.fx ?? new Uint8Array()),
  };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`);
  return path;
}

export function keptCases(): TestCase[] {
  if (!existsSync(FOLDER)) return [];
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return names.map((name) => read(name, JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8'))));
}

function read(name: string, file: File): TestCase {
  const number = (text: string): bigint => BigInt(`0x${text}`);
  return {
    name,
    gpr: BigUint64Array.from(file.gpr, number),
    rflags: number(file.rflags),
    rip: number(file.rip),
    gsBase: number(file.gsBase),
    fsBase: number(file.fsBase),
    code: Buffer.from(file.code, 'hex'),
    fx: Uint8Array.from(Buffer.from(file.fx, 'hex')),
    undefinedFlags: OTHER_MAKER ? ARITHMETIC_FLAGS : 0n,
  };
}
