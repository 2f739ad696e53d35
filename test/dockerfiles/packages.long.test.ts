// Debian packages installed by RUN: with apt-get from the sources that this machine has, and without a network from a
// directory of packages that comes with the context. What is installed must run.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import { changesOfTree } from '../../src/image/import.ts';
import { lookup, type Rootfs } from '../../src/image/rootfs.ts';
import { copySources, NO_SOURCES, proxies, WITH_SOURCES } from './apt-sources.ts';
import { Sandbox } from './sandbox.ts';

const BOOKWORM = 'build/bookworm';
const sandbox = new Sandbox();

before(async () => {
  const layer = await sandbox.store.layers.write(changesOfTree(rootfsFromDirectory(BOOKWORM)));
  const rootfs = { type: 'layers' as const, diff_ids: [layer.diffId] };
  await sandbox.store.tag(sandbox.store.put({ architecture: 'amd64', os: 'linux', rootfs }, [layer]), 'bookworm');
  copySources(sandbox.context);
});
after(() => sandbox.remove());

function text(rootfs: Rootfs, path: string): string {
  const content = lookup(rootfs, path)?.content;
  return Buffer.from(content?.read(0, content.size) ?? []).toString();
}

const INSTALLED = /\nPackage: nginx\nStatus: install ok installed\n/;
const TRY = `RUN python3 -c 'import json, ssl; print(json.dumps(6 * 7))' > /answer && nginx -t 2> /nginx && dpkg --audit > /audit`;

function assertWorks(rootfs: Rootfs): void {
  assert.equal(text(rootfs, 'answer'), '42\n');
  assert.match(text(rootfs, 'nginx'), /test is successful/);
  assert.equal(text(rootfs, 'audit'), '');
  assert.match(text(rootfs, 'var/lib/dpkg/status'), INSTALLED);
}

test('apt-get update and install of python3 and nginx from the sources of this machine', {
  skip: NO_SOURCES,
}, async () => {
  const { rootfs } = await sandbox.build(
    `FROM bookworm
${WITH_SOURCES}RUN apt-get update && apt-get install -y --no-install-recommends python3 nginx
${TRY}
`,
    { buildArgs: proxies() },
  );
  assertWorks(rootfs);
});

test('the same from a directory of packages with the network off', { skip: NO_SOURCES }, async () => {
  const directory = join(sandbox.context, 'packages');
  mkdirSync(directory);
  const { rootfs: fetched } = await sandbox.build(
    `FROM bookworm
${WITH_SOURCES}RUN apt-get update && apt-get install -y --no-install-recommends --download-only python3 nginx
`,
    { buildArgs: proxies() },
  );
  for (const [name, inode] of lookup(fetched, 'var/cache/apt/archives')?.entries ?? []) {
    const { content } = inode;
    if (name.endsWith('.deb') && content) writeFileSync(join(directory, name), content.read(0, content.size));
  }
  const { rootfs } = await sandbox.build(`FROM bookworm
COPY packages /packages
RUN --network=none rm -rf /etc/apt/sources.list* && apt-get install -y --no-install-recommends /packages/*.deb
${TRY}
`);
  assertWorks(rootfs);
});
