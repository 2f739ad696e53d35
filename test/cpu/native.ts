// Runs test cases on the real CPU: compiles native_runner.c once and talks to it in batches.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { CASE_SIZE, FX_SIZE, INSTRUCTION, RESULT_SIZE, type State, type TestCase } from './testcase.ts';

const CODE_SEGMENT = 0x33;
const RUNNER = 'build/test/native_runner';

let compiled = false;

function compile(): void {
  if (compiled) return;
  mkdirSync('build/test', { recursive: true });
  // Other processes may be running it.
  const own = `${RUNNER}-${process.pid}`;
  execFileSync('gcc', ['-O1', '-mfsgsbase', '-fno-stack-protector', '-o', own, 'test/cpu/native_runner.c']);
  renameSync(own, RUNNER);
  compiled = true;
}

/** Is there an x86-64 CPU and a compiler to compare with? */
export function hasOracle(): boolean {
  return process.arch === 'x64' && process.platform === 'linux' && spawnSync('gcc', ['--version']).status === 0;
}

export function runNative(cases: TestCase[]): State[] {
  compile();
  const run = spawnSync(RUNNER, { input: encode(cases), maxBuffer: 1 << 30, timeout: 60_000 });
  if (run.status !== 0) throw new Error(`native_runner ended with ${run.signal ?? run.status}: ${run.stderr}`);
  return decode(run.stdout, cases.length, cases[0]?.fx !== undefined);
}

function encode(cases: TestCase[]): Uint8Array {
  const fx = cases[0]?.fx !== undefined;
  const size = CASE_SIZE + (fx ? FX_SIZE : 0);
  const code = cases.reduce((sum, c) => sum + c.code.length, 0);
  const bytes = new Uint8Array(8 + cases.length * size + code);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, cases.length, true);
  view.setUint32(4, fx ? 1 : 0, true);
  let at = 8;
  for (const c of cases) {
    const start = at;
    c.gpr.forEach((v, r) => {
      view.setBigUint64(start + r * 8, v, true);
    });
    view.setBigUint64(at + 128, c.rflags, true);
    view.setBigUint64(at + 136, c.rip, true);
    view.setBigUint64(at + 144, c.gsBase, true);
    view.setBigUint64(at + 152, c.fsBase ?? 0n, true);
    view.setUint32(at + 160, c.code.length, true);
    if (c.fx) bytes.set(c.fx, at + CASE_SIZE);
    bytes.set(c.code, at + size);
    at += size + c.code.length;
  }
  return bytes;
}

function decode(bytes: Uint8Array, count: number, fx: boolean): State[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const states: State[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const words = new Map<bigint, bigint>();
    const state: State = {
      gpr: BigUint64Array.from({ length: 16 }, (_, r) => view.getBigUint64(at + r * 8, true)),
      rflags: view.getBigUint64(at + 128, true),
      rip: view.getBigUint64(at + 136, true),
      address: view.getBigUint64(at + 144, true),
      gsBase: view.getBigUint64(at + 152, true),
      fsBase: view.getBigUint64(at + 160, true),
      signal: view.getUint32(at + 168, true),
      sigcode: view.getUint32(at + 172, true),
      words,
    };
    state.isCode32 = view.getUint32(at + 180, true) !== CODE_SEGMENT;
    state.code = bytes.slice(at + RESULT_SIZE - INSTRUCTION, at + RESULT_SIZE);
    const count = view.getUint32(at + 176, true);
    at += RESULT_SIZE;
    if (fx) {
      state.fx = bytes.slice(at, at + FX_SIZE);
      at += FX_SIZE;
    }
    for (let w = 0; w < count; w++, at += 16) words.set(view.getBigUint64(at, true), view.getBigUint64(at + 8, true));
    states.push(state);
  }
  return states;
}
