import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentOf, insert, newInode, newRootfs, S_IFREG } from './rootfs.ts';
import { resolveUser } from './users.ts';

const rootfs = newRootfs();
function addFile(path: string, text: string): void {
  insert(rootfs, path, newInode(S_IFREG | 0o644, { content: contentOf(new TextEncoder().encode(text)) }));
}
addFile('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/var/www:/bin/sh\n1000:x:7:7::/odd:/bin/sh\n');
addFile('etc/group', 'root:x:0:\nweb:x:34:\nadm:x:4:daemon,web\nssl:x:110:web\n');

const CASES: [string, [number, number, number[], string]][] = [
  ['', [0, 0, [], '/root']],
  ['web', [33, 34, [4, 110], '/var/www']],
  ['33', [33, 34, [4, 110], '/var/www']],
  ['web:adm', [33, 4, [], '/var/www']],
  ['web:77', [33, 77, [], '/var/www']],
  ['5000', [5000, 0, [], '/']],
  ['1000', [7, 7, [], '/odd']],
];

for (const [spec, [uid, gid, groups, home]] of CASES) {
  test(`user "${spec}"`, () => assert.deepEqual(resolveUser(rootfs, spec), { uid, gid, groups, home }));
}

test('unknown names are told', () => {
  assert.throws(() => resolveUser(rootfs, 'bob'), /unable to find user bob/);
  assert.throws(() => resolveUser(rootfs, 'web:bobs'), /unable to find group bobs/);
  assert.equal(resolveUser(newRootfs(), '12:13').gid, 13);
});
