import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WASM_LOADER_PATH } from '../../../abi/wasm.ts';
import type { ContainerConfig } from '../../image/oci.ts';
import { contentOf, insert, lookup, newInode, newRootfs, type Rootfs, S_IFREG, walk } from '../../image/rootfs.ts';
import { withWasmLoader } from './wasm-loader.ts';

const MODULE = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const TEXT = Buffer.from('#!/bin/sh\n');

function tree(files: Record<string, Uint8Array>): Rootfs {
  const rootfs = newRootfs();
  for (const [path, bytes] of Object.entries(files))
    insert(rootfs, path, newInode(S_IFREG | 0o755, { content: contentOf(bytes) }));
  return rootfs;
}

const CASES: [what: string, files: Record<string, Uint8Array>, config: ContainerConfig, needed: boolean][] = [
  ['nothing', {}, {}, false],
  ['a module by its name', { '/opt/deep/a.wasm': MODULE }, {}, true],
  ['text of such a name', { '/a.wasm': TEXT }, {}, false],
  ['an empty file of such a name', { '/a.wasm': new Uint8Array() }, {}, false],
  ['a module of another name', { '/bin/a': MODULE }, {}, false],
  ['which is the command', { '/bin/a': MODULE }, { Cmd: ['/bin/a', 'x'] }, true],
  ['which is the entry point', { '/bin/a': MODULE }, { Entrypoint: ['/bin/a'], Cmd: ['x'] }, true],
  ['which is a word of the command', { '/bin/a': MODULE }, { Cmd: ['sh', '/bin/a'] }, false],
  ['relative to the working directory', { '/app/a': MODULE }, { Cmd: ['./a'], WorkingDir: '/app' }, true],
  ['a linker for modules', { '/usr/bin/wasm-ld-14': TEXT }, {}, true],
  ['a C library for modules', { '/usr/include/wasm32-wasi/stdio.h': TEXT }, {}, true],
];

for (const [what, files, config, needed] of CASES) {
  test(`${what}: the loader is ${needed ? 'there' : 'not there'}`, () => {
    const rootfs = tree(files);
    const before = [...walk(rootfs)].map(([path]) => path);
    const loader = lookup(withWasmLoader(rootfs, config), WASM_LOADER_PATH);
    assert.equal(loader !== undefined, needed);
    if (needed) assert.equal(loader!.mode, S_IFREG | 0o755);
    // The image itself stays as it is.
    assert.deepEqual(
      [...walk(rootfs)].map(([path]) => path),
      before,
    );
  });
}

test('a tree with directories of its own at the place keeps them', () => {
  const rootfs = tree({ '/usr/lib/wbx/other': TEXT, '/usr/lib/libc.so': TEXT, '/a.wasm': MODULE });
  const whole = withWasmLoader(rootfs);
  for (const path of ['/usr/lib/wbx/other', '/usr/lib/libc.so', WASM_LOADER_PATH]) assert.ok(lookup(whole, path), path);
  assert.equal(lookup(rootfs, WASM_LOADER_PATH), undefined);
});
