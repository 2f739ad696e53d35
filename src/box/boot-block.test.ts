import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOOT_HOST_FLAGS, BOOT_LENGTH } from '../../abi/boot.ts';
import { bootBlock } from './boot-block.ts';
import type { ConfigOverrides } from './boot-config.ts';
import { overrideBoot } from './boot-options.ts';
import { readBootOptions, readLayout } from './boot-reader.ts';

const options = {
  argv: ['/bin/sh', '-c', 'echo ü'],
  commandIndex: 1,
  env: ['A=1', 'B='],
  cwd: '/tmp',
  hostname: 'h',
  uid: 5,
  gid: 6,
  groups: [7, 8],
  memoryLimit: 1 << 20,
  taskLimit: 9,
  cpuLevel: 2,
  upperLimit: 1 << 16,
  seed: new Uint8Array(32).fill(3),
  mounts: [{ type: 'tmpfs', target: '/run', options: '' }],
};

test('a boot block reads back', () => {
  const layout = { size: 2 ** 33, chunks: [{ segment: 1, offset: 2 ** 31, stored: 4 }], engine: 2 ** 31 };
  const block = bootBlock(options, layout, 7);
  const view = new DataView(block.buffer, block.byteOffset);
  assert.equal(view.getUint32(BOOT_LENGTH, true), block.length);
  assert.equal(view.getUint32(BOOT_HOST_FLAGS, true), 7);
  assert.deepEqual(readBootOptions(block), options);
  assert.deepEqual(readLayout(block), layout);
});

test('a corrupt boot block is told', () => {
  assert.throws(() => readBootOptions(new Uint8Array(10)), RangeError);
  assert.throws(() => readLayout(bootBlock(options, { size: 1, chunks: [] }, 0).fill(255, 28, 36)), RangeError);
});

const boot = { argv: ['/e', '-x', 'c'], commandIndex: 2, env: ['PATH=/p', 'HOME=/root', 'A=1'] };
const user = { uid: 1, gid: 2, groups: [3], home: '/h' };
const override = (overrides: ConfigOverrides) => overrideBoot(boot, overrides, () => user);

test('a command replaces CMD, an entrypoint also ENTRYPOINT', async () => {
  assert.deepEqual((await override({})).argv, ['/e', '-x', 'c']);
  assert.deepEqual((await override({ command: ['d', 'e'] })).argv, ['/e', '-x', 'd', 'e']);
  assert.deepEqual((await override({ entrypoint: ['/f'] })).argv, ['/f']);
  assert.deepEqual((await override({ entrypoint: [], command: ['g'] })).argv, ['g']);
  await assert.rejects(override({ entrypoint: [] }), /names no command/);
});

test('variables of run win, and HOME follows the user', async () => {
  assert.deepEqual((await override({})).env, ['PATH=/p', 'HOME=/root', 'A=1', 'HOSTNAME=box']);
  assert.deepEqual((await override({ env: ['A=2'], user: 'u' })).env, ['PATH=/p', 'HOME=/h', 'A=2', 'HOSTNAME=box']);
  const { uid, gid, groups, env } = await override({ env: ['HOME=/x'], user: 'u', tty: true });
  assert.deepEqual([uid, gid, groups], [1, 2, [3]]);
  assert.ok(env?.includes('HOME=/x') && env.includes('TERM=xterm'));
});
