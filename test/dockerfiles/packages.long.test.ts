// Debian packages installed by RUN: with apt-get from the sources that this machine has, and without a network from a
// directory of packages that comes with the context. What is installed must run.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import { changesOfTree } from '../../src/image/import.ts';
import { lookup, type Rootfs } from '../../src/image/rootfs.ts';
import { Sandbox } from './sandbox.ts';

const BOOKWORM = 'build/bookworm';
/** How apt finds its sources: places, keys, proxies, passwords. */
const CONFIGURATION = ['etc/apt', 'usr/share/keyrings', 'etc/ssl/certs'];

const sandbox = new Sandbox();
const refused = hasSources() ? false : 'this machine has no apt sources for bookworm';

before(async () => {
  const layer = await sandbox.store.layers.write(changesOfTree(rootfsFromDirectory(BOOKWORM)));
  const rootfs = { type: 'layers' as const, diff_ids: [layer.diffId] };
  await sandbox.store.tag(sandbox.store.put({ architecture: 'amd64', os: 'linux', rootfs }, [layer]), 'bookworm');
  for (const path of CONFIGURATION.filter((each) => existsSync(`/${each}`)))
    cpSync(`/${path}`, join(sandbox.context, 'machine', path), { recursive: true, dereference: true });
  // Hooks of this machine's own programs, which the base does not have.
  const hooks = join(sandbox.context, 'machine/etc/apt/apt.conf.d');
  for (const name of existsSync(hooks) ? readdirSync(hooks) : [])
    if (/Post-Invoke|Pre-Install-Pkgs/.test(readFileSync(join(hooks, name), 'utf8'))) rmSync(join(hooks, name));
});
after(() => sandbox.remove());

function hasSources(): boolean {
  const places = ['/etc/apt/sources.list', ...listOf('/etc/apt/sources.list.d')];
  return places.some((path) => existsSync(path) && /bookworm/.test(readFileSync(path, 'utf8')));
}

function listOf(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
}

/** What the variables of this process say about proxies, as a user's --build-arg would. */
function proxies(): Map<string, string> {
  return new Map(
    Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name)) as [string, string][],
  );
}

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
  skip: refused,
}, async () => {
  const { rootfs } = await sandbox.build(
    `FROM bookworm
RUN rm -rf /etc/apt/sources.list
COPY machine/ /
RUN apt-get update && apt-get install -y --no-install-recommends python3 nginx
${TRY}
`,
    { buildArgs: proxies() },
  );
  assertWorks(rootfs);
});

test('the same from a directory of packages with the network off', { skip: refused }, async () => {
  const directory = join(sandbox.context, 'packages');
  mkdirSync(directory);
  const { rootfs: fetched } = await sandbox.build(
    `FROM bookworm
RUN rm -rf /etc/apt/sources.list
COPY machine/ /
RUN apt-get update && apt-get install -y --no-install-recommends --download-only python3 nginx
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
