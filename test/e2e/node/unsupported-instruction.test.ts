// A program that dies of an instruction the box's CPU does not have: stderr names it. What no CPU has is the program's own wish.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { before, test } from 'node:test';

const ROOT = 'build/test/unsupported';
const ILLEGAL = 128 + 4;
// name: the one instruction of its main
const PROGRAMS = {
  evex: '.byte 0x62,0xf1,0x6c,0x48,0x58,0xd9', // vaddps zmm3, zmm2, zmm1
  prefixed: '.byte 0x66,0x45,0x0f,0x38,0xcf,0xc1', // gf2p8mulb xmm8, xmm9
  avx: 'vaddps %xmm1,%xmm2,%xmm3',
  ud2: 'ud2',
  ud1: '.byte 0x0f,0xb9,0xc0',
  locked: '.byte 0xf0,0x90',
};

before(() => {
  rmSync(ROOT, { recursive: true, force: true });
  mkdirSync(`${ROOT}/bin`, { recursive: true });
  for (const [name, code] of Object.entries(PROGRAMS)) {
    const input = `int main(int count, char **words) { if (count > 1) return 0; __asm__ volatile("${code}"); return 0; }`;
    execFileSync('gcc', ['-O1', '-static', '-x', 'c', '-', '-o', `${ROOT}/bin/${name}`], { input });
  }
});

function run(options: string[], ...command: string[]): { stderr: string; status: number | null } {
  const args = ['dist/src/cli/main.js', 'run', ...options, '--rootfs', ROOT, ...command];
  const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  return { stderr, status };
}

test('an AVX-512 instruction is named with its program, address and bytes', () => {
  const { stderr, status } = run([], '/bin/evex');
  assert.equal(status, ILLEGAL);
  const address =
    /^wbx: evex \(pid 1\) ends with SIGILL: .* x86-64-v3, .* at 0x4[0-9a-f]+, EVEX-coded .*: 62 f1 6c 48 58 d9 /;
  assert.match(stderr, address);
  assert.equal(stderr.trim().split('\n').length, 1);
});

test('so is one behind prefixes', () => {
  const { stderr, status } = run([], '/bin/prefixed');
  assert.equal(status, ILLEGAL);
  assert.match(stderr, /: 66 45 0f 38 cf c1 /);
});

test('--cpu takes AVX away, and the message says so', () => {
  assert.deepEqual(run([], '/bin/avx'), { stderr: '', status: 0 });
  const { stderr, status } = run(['--cpu', 'v2'], '/bin/avx');
  assert.equal(status, ILLEGAL);
  assert.match(stderr, /x86-64-v2, .*VEX-coded .*: c5 e8 58 d9 /);
});

test('what no CPU has is not called unsupported', () => {
  for (const name of ['ud2', 'ud1', 'locked'])
    assert.deepEqual(run([], `/bin/${name}`), { stderr: '', status: ILLEGAL }, name);
});
