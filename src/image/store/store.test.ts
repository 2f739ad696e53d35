import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { importImage } from '../import.ts';
import { loadImages } from '../load.ts';
import { lookup } from '../rootfs.ts';
import { removeImage } from './remove.ts';
import { Store } from './store.ts';

let directory: string;
let source: string;
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'wbx-store-'));
  source = join(directory, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'file'), 'contents');
  execFileSync('tar', ['-C', source, '-czf', join(directory, 'source.tar.gz'), '.']);
});
after(() => rmSync(directory, { recursive: true }));

let count = 0;
const newStore = (): Store => new Store(join(directory, `store-${++count}`));
const blobCount = (store: Store): number => readdirSync(join(store.directory, 'blobs/sha256')).length;

async function fileText(store: Store, name: string): Promise<string> {
  const content = lookup(await store.rootfs(store.get(name).layers), 'file')?.content;
  return Buffer.from(content?.read(0, content.size) ?? []).toString();
}

test('an image is found by every spelling of its name and by its digest', async () => {
  const store = newStore();
  const { digest } = await importImage(store, source, 'x');
  for (const name of ['x', 'x:latest', 'library/x', 'docker.io/library/x:latest', digest, digest.slice(7, 19)]) {
    assert.equal(store.find(name)?.digest, digest, name);
  }
  assert.equal(store.find('y'), undefined);
  assert.throws(() => store.get('y'), /no image "y" in the local store; get it with "wbx pull y"/);
});

test('a compressed layer keeps its bytes and is read uncompressed', async () => {
  const store = newStore();
  const image = await importImage(store, join(directory, 'source.tar.gz'), 'x');
  assert.match(image.layers[0].layer.mediaType, /gzip$/);
  assert.notEqual(image.layers[0].layer.digest, image.layers[0].diffId);
  assert.equal(await fileText(store, 'x'), 'contents');
  rmSync(join(store.directory, 'layers'), { recursive: true });
  assert.equal(await fileText(new Store(store.directory), 'x'), 'contents');
});

test('skopeo reads the store, and we read what skopeo writes', async () => {
  const store = newStore();
  await importImage(store, source, 'x:1');
  const copy = (...words: string[]) => execFileSync('skopeo', ['copy', '--quiet', ...words]);
  const archive = join(directory, 'x.tar');
  copy(`oci:${store.directory}:docker.io/library/x:1`, `docker-archive:${archive}:y:2`);
  const layout = join(directory, 'layout');
  copy(`oci:${store.directory}:docker.io/library/x:1`, `oci:${layout}:z:3`);
  const other = newStore();
  assert.deepEqual(
    (await loadImages(other, archive)).map(([, names]) => names),
    [['docker.io/library/y:2']],
  );
  assert.deepEqual(
    (await loadImages(other, layout)).map(([, names]) => names),
    [['docker.io/library/z:3']],
  );
  assert.deepEqual([await fileText(other, 'y:2'), await fileText(other, 'z:3')], ['contents', 'contents']);
  const tar = join(directory, 'layout.tar');
  execFileSync('tar', ['-C', layout, '-cf', tar, '.']);
  await loadImages(other, tar, 'renamed');
  assert.equal(await fileText(other, 'renamed'), 'contents');
});

test('rmi takes a name away, and the blobs with the last one', async () => {
  const store = newStore();
  const image = await importImage(store, source, 'a');
  await store.tag(image, 'b');
  await assert.rejects(removeImage(store, image.digest), /has several names: a:latest, b:latest/);
  assert.deepEqual(await removeImage(store, 'a'), ['Untagged: a:latest']);
  assert.equal(await fileText(store, 'b'), 'contents');
  assert.deepEqual(await removeImage(store, image.digest), ['Untagged: b:latest', `Deleted: ${image.digest}`]);
  assert.equal(blobCount(store), 0);
});

test('a corrupt blob is told, and its image can be removed', async () => {
  const store = newStore();
  const image = await importImage(store, source, 'x');
  writeFileSync(store.blobs.path(image.digest), '{}');
  assert.throws(() => store.get('x'), /is corrupt/);
  assert.deepEqual(await removeImage(store, 'x'), ['Untagged: x:latest', `Deleted: ${image.digest}`]);
  assert.equal(blobCount(store), 0);
});

test('names that are set at once are all kept', async () => {
  const store = newStore();
  const image = await importImage(store, source, 'x');
  const names = Array.from({ length: 20 }, (_, i) => `n${i}`);
  await Promise.all(names.map((name) => new Store(store.directory).tag(image, name)));
  assert.equal(store.names.list().size, 21);
});
