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
  lahf: 'lahf',
  popcnt: 'popcnt %rcx, %rax',
  sse3: 'haddps %xmm1, %xmm0',
  unknown: '.byte 0xc4, 0xe2, 0x79, 0xff, 0xc0',
  xgetbv: 'xor %ecx, %ecx; xgetbv',
  ud2: 'ud2',
  ud1: '.byte 0x0f,0xb9,0xc0',
  locked: '.byte 0xf0,0x90',
};

before(() => {
  rmSync(ROOT, { recursive: true, force: true });
  mkdirSync(`${ROOT}/bin`, { recursive: true });
  for (const [name, code] of Object.entries(PROGRAMS)) {
    const input = `int main(int count, char **words) { if (count > 1) return 0; __asm__ volatile("${code.replaceAll('%', '%%')}" ::: "rax", "rcx", "rdx"); return 0; }`;
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
  const address = '0x4[0-9a-f]+';
  const start = `^wbx: evex \\(pid 1\\) ends with SIGILL: the CPU of this box, x86-64-v3, does not have the instruction at ${address}`;
  assert.match(stderr, new RegExp(`${start}: VADDPS is of AVX-512, which boxes do not have: 62 f1 6c 48 58 d9 `));
  assert.equal(stderr.trim().split('\n').length, 1);
});

test('so is one behind prefixes', () => {
  const { stderr, status } = run([], '/bin/prefixed');
  assert.equal(status, ILLEGAL);
  assert.match(stderr, /: GF2P8MULB is of GFNI, which boxes do not have: 66 45 0f 38 cf c1 /);
});

test('of one without a name, the bytes and what they look like are told', () => {
  const { stderr, status } = run([], '/bin/unknown');
  assert.equal(status, ILLEGAL);
  assert.match(stderr, /at 0x4[0-9a-f]+, VEX-coded \(AVX or later\): c4 e2 79 ff c0 /);
});

// Options, program, and what its instruction is said to need.
const LEVELS: [options: string[], program: string, needs: string][] = [
  [['--cpu', 'v2'], 'avx', 'VADDPS needs --cpu v3: c5 e8 58 d9 '],
  [['--cpu', 'v1'], 'avx', 'VADDPS needs --cpu v3: c5 e8 58 d9 '],
  [['--cpu', 'v1'], 'sse3', 'HADDPS needs --cpu v2: f2 0f 7c c1 '],
  [['--cpu', 'v1'], 'popcnt', 'POPCNT needs --cpu v2: f3 48 0f b8 c1 '],
  [['--cpu', 'v1'], 'lahf', 'LAHF needs --cpu v2: 9f '],
  [['--cpu', 'v2'], 'xgetbv', 'XGETBV needs --cpu v3: 0f 01 d0 '],
];

for (const [options, program, needs] of LEVELS) {
  test(`${program} with ${options.join(' ')}: the message names the level that has it`, () => {
    assert.deepEqual(run([], `/bin/${program}`), { stderr: '', status: 0 });
    const { stderr, status } = run(options, `/bin/${program}`);
    assert.equal(status, ILLEGAL);
    const level = options[1];
    assert.match(stderr, new RegExp(`x86-64-${level}, does not have the instruction at 0x4[0-9a-f]+: ${needs}`));
  });
}

test('what no CPU has is not called unsupported', () => {
  for (const name of ['ud2', 'ud1', 'locked'])
    assert.deepEqual(run([], `/bin/${name}`), { stderr: '', status: ILLEGAL }, name);
});
