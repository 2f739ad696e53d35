// A box with little memory: what fits runs, what does not dies alone, files larger than the memory are read all the same.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';

const ROOT = 'build/test/memory-limit';
const MIB = 1 << 20;
// Touches that many MiB, reserved so that nothing refuses beforehand.
const HOG = `#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
int main(int argc, char **argv) {
  size_t size = strtoul(argv[1], 0, 0) << 20;
  volatile char *p = mmap(0, size, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  for (size_t at = 0; at < size; at += 4096) p[at] = 1;
  puts("touched");
}
`;
const file = randomBytes(48 * MIB);

before(() => {
  rmSync(ROOT, { recursive: true, force: true });
  for (const directory of ['bin', 'tmp']) mkdirSync(`${ROOT}/${directory}`, { recursive: true });
  copyFileSync('/bin/busybox', `${ROOT}/bin/busybox`);
  execFileSync('gcc', ['-O1', '-static', '-x', 'c', '-', '-o', `${ROOT}/bin/hog`], { input: HOG });
  writeFileSync(`${ROOT}/file`, file);
});

function run(...command: string[]): { stdout: string; status: number | null } {
  const args = ['dist/src/cli/main.js', 'run', '--rootfs', ROOT, '-m', '24m', ...command];
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
}

test('a file twice the size of the memory is read whole', () => {
  const { stdout } = run('/bin/busybox', 'sha1sum', '/file');
  assert.equal(stdout.split(' ')[0], createHash('sha1').update(file).digest('hex'));
});

test('what fits runs, what does not is killed and leaves the shell alive', () => {
  const script = '/bin/hog 16; echo $?; /bin/hog 40 2>/dev/null; echo $?; /bin/hog 16; echo $?';
  const { stdout, status } = run('/bin/busybox', 'sh', '-c', script);
  assert.deepEqual([stdout, status], ['touched\n0\n137\ntouched\n0\n', 0]);
});

test('of two that do not fit together the larger dies', () => {
  const script = '/bin/hog 8 & /bin/hog 60; echo $?; wait; echo alive';
  const { stdout, status } = run('/bin/busybox', 'sh', '-c', script);
  assert.deepEqual([stdout.split('\n').sort(), status], [['', '137', 'alive', 'touched'], 0]);
});

test('a box whose only process wants too much ends as if killed', () => {
  assert.equal(run('/bin/hog', '40').status, 137);
});

test('one request beyond all memory is refused', () => {
  const { stdout } = run('/bin/busybox', 'sh', '-c', '/bin/busybox dd if=/dev/zero of=/dev/null bs=100M count=1 2>&1');
  assert.match(stdout, /out of memory|memory exhausted/);
});
