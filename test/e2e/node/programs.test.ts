// What execve makes of files that are no programs, or broken ones: Docker's status at the start, errno inside, never a panic.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';

const ROOT = 'build/test/programs';
const E_MACHINE = 18;
const E_PHNUM = 56;
const P_TYPE = 64; // of the first program header
const P_VADDR = P_TYPE + 16;
const P_FILESZ = P_TYPE + 32;
const P_MEMSZ = P_TYPE + 40;
const AARCH64 = 183;
const I386 = 3;

function program(name: string, content: Buffer | string): void {
  writeFileSync(`${ROOT}/bin/${name}`, content);
  chmodSync(`${ROOT}/bin/${name}`, 0o755);
}

/** hello with some bytes replaced. */
function broken(name: string, patch: (elf: Buffer) => void): void {
  const elf = Buffer.from(readFileSync(`${ROOT}/bin/hello`));
  patch(elf);
  program(name, elf);
}

before(() => {
  rmSync(ROOT, { recursive: true, force: true });
  for (const directory of ['bin', 'tmp']) mkdirSync(`${ROOT}/${directory}`, { recursive: true });
  copyFileSync('/bin/busybox', `${ROOT}/bin/sh`);
  const source = 'int puts(const char *); int main(void) { puts("hello"); return 7; }';
  execFileSync('gcc', ['-O1', '-static', '-x', 'c', '-', '-o', `${ROOT}/bin/hello`], { input: source });
  broken('arm64', (elf) => elf.writeUInt16LE(AARCH64, E_MACHINE));
  broken('i386', (elf) => {
    elf[4] = 1;
    elf.writeUInt16LE(I386, E_MACHINE);
  });
  broken('no-headers', (elf) => elf.writeUInt16LE(0, E_PHNUM));
  broken('many-headers', (elf) => elf.writeUInt16LE(0xffff, E_PHNUM));
  broken('huge', (elf) => elf.writeBigUInt64LE(1n << 60n, P_MEMSZ));
  broken('larger-in-file', (elf) => elf.writeBigUInt64LE(1n << 40n, P_FILESZ));
  broken('high', (elf) => elf.writeBigUInt64LE(0xffffffffff000000n, P_VADDR));
  program('truncated', readFileSync(`${ROOT}/bin/hello`).subarray(0, 100));
  program('empty', '');
  program('script', '#!/bin/sh -e\necho "$0 $1"\n');
  program('script-of-script', '#!/bin/script one\n');
  program('loop', '#!/bin/loop\n');
  program('no-interpreter', '#!/bin/nothing\n');
  program('blank', '#!   \n');
});

function run(...command: string[]): { stdout: string; stderr: string; status: number | null } {
  const args = ['dist/src/cli/main.js', 'run', '--rootfs', ROOT, ...command];
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
}

test('a program runs, and scripts run their interpreters', () => {
  assert.deepEqual([run('/bin/hello').stdout, run('/bin/hello').status], ['hello\n', 7]);
  assert.equal(run('/bin/script', 'x').stdout, '/bin/script x\n');
  assert.equal(run('/bin/script-of-script', 'x').stdout, '/bin/script one\n');
});

for (const name of ['arm64', 'i386', 'no-headers', 'many-headers', 'truncated', 'empty', 'blank', 'loop']) {
  test(`${name} cannot be executed: status 126 and a sentence`, () => {
    const { stderr, status } = run(`/bin/${name}`);
    assert.equal(status, 126);
    assert.match(stderr, new RegExp(`^wbx: .*${name}.*\\n$`));
  });
}

test('a missing interpreter is a missing command', () => assert.equal(run('/bin/no-interpreter').status, 127));

for (const name of ['huge', 'larger-in-file', 'high']) {
  test(`${name} has segments that do not fit: killed, as on Linux`, () => {
    const { stdout, status } = run('/bin/sh', '-c', `/bin/${name}; echo $?; /bin/hello`);
    assert.deepEqual([stdout, status], ['139\nhello\n', 7]);
  });
}
