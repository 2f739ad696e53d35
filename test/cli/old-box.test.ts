// A box with the kernel of another version is refused before it is asked to do anything, with a sentence that says what to do.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CONTROL_BASE } from '../../abi/box.ts';
import { CONTROL_VERSION, HOST_VERSION } from '../../abi/host.ts';
import { writeBox } from '../../src/box/box-file.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { encodeU32 } from '../../src/box/leb128.ts';
import { newRootfs } from '../../src/image/rootfs.ts';
import { kernelBytes } from '../../src/runtime/node/engine.ts';
import { Wbx } from './wbx.ts';

const wbx = new Wbx();
after(() => wbx.remove());

/** `store<u32>(CONTROL_BASE, version, CONTROL_VERSION)`, as kernel/boot/boot.ts has it, in the bytes of WebAssembly. */
function announcement(version: number): Buffer {
  const [CONST, STORE, ALIGN] = [0x41, 0x36, 2];
  return Buffer.from([CONST, ...encodeU32(CONTROL_BASE), CONST, version, STORE, ALIGN, CONTROL_VERSION]);
}

function boxWithKernelOf(version: number): string {
  const kernel = Buffer.from(kernelBytes());
  const place = kernel.indexOf(announcement(HOST_VERSION));
  assert.ok(
    place > 0 && kernel.indexOf(announcement(HOST_VERSION), place + 1) < 0,
    'the kernel tells its version once',
  );
  announcement(version).copy(kernel, place);
  const name = `kernel-${version}.wasm`;
  const config = Buffer.from('{"config":{}}');
  writeBox(wbx.path(name), { kernel, image: imageOf(newRootfs()), boot: { argv: ['/x'] }, config });
  return name;
}

test('an older kernel', () => {
  const { status, stdout, stderr } = wbx.run('run', boxWithKernelOf(HOST_VERSION - 1));
  assert.deepEqual({ status, stdout }, { status: 125, stdout: '' });
  assert.match(stderr, /version \d+ of the host interface, this wbx needs \d+: build the box again/);
});

test('a newer kernel', () => {
  const { status, stdout, stderr } = wbx.run('run', boxWithKernelOf(HOST_VERSION + 1));
  assert.deepEqual({ status, stdout }, { status: 125, stdout: '' });
  assert.match(stderr, /version \d+ of the host interface, this wbx only \d+: update wbx/);
});

test('this one', () => {
  assert.match(wbx.run('run', boxWithKernelOf(HOST_VERSION)).stderr, /"\/x": no such file/);
});
