// A box whose image is damaged: programs get EIO, the box may fail to start, but the kernel neither panics nor hangs.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rawLayout, rawSource } from '../../src/box/chunk-places.ts';
import { type ImageBytes, imageOf } from '../../src/box/image-writer.ts';
import { contentOf, insert, newDirectory, newInode, newRootfs, S_IFLNK, S_IFREG } from '../../src/image/rootfs.ts';
import { kernelModule } from '../../src/runtime/node/engine.ts';
import { runBox } from '../../src/runtime/node/run.ts';

const BUSYBOX = '/bin/busybox';
const ROUNDS = 40;

function rootfs() {
  const root = newRootfs();
  insert(root, 'bin/busybox', newInode(S_IFREG | 0o755, { content: contentOf(readFileSync(BUSYBOX)) }));
  insert(root, 'tmp', newDirectory(0o1777));
  for (let i = 0; i < 40; i++) {
    insert(root, `d${i % 7}/f${i}`, newInode(S_IFREG | 0o644, { content: contentOf(Buffer.from(`file ${i}\n`)) }));
    insert(root, `d${i % 7}/l${i}`, newInode(S_IFLNK | 0o777, { target: `f${i}` }));
  }
  return root;
}

async function run(image: ImageBytes): Promise<number> {
  const script = 'find / -xdev | wc -l; cat /d[0-6]/* | wc -c; rm -r /d1 /d2; ls -lR /d3; mv /d4 /d5/x; du -x /';
  const swallow = { write: (chunk: Uint8Array) => chunk.length };
  const { status } = await runBox({
    engine: await kernelModule(),
    boot: { argv: ['/bin/busybox', 'sh', '-c', script], env: ['PATH=/bin'], cwd: '/', memoryLimit: 1 << 28 },
    layout: rawLayout(image),
    image: rawSource(image),
    stdin: null,
    stdout: swallow,
    stderr: swallow,
  });
  return status;
}

test('a damaged image gives errors, not panics', { skip: !existsSync(BUSYBOX) && `no ${BUSYBOX}` }, async () => {
  const image = imageOf(rootfs());
  const bytes = image.read(0, image.size).slice();
  const metadata = bytes.length - readFileSync(BUSYBOX).length;
  assert.equal(await run(image), 0);
  let state = 12345;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let round = 0; round < ROUNDS; round++) {
    const damaged = bytes.slice();
    for (let n = 1 + random(4); n > 0; n--) damaged[random(metadata)] ^= 1 << random(8);
    const status = await run({
      size: bytes.length,
      read: (offset, length) => damaged.subarray(offset, offset + length),
    });
    assert.ok(status >= 0 && status < 256, `status ${status} in round ${round}`);
  }
});
