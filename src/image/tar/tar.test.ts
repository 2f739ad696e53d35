// The oracle is GNU tar: what it writes we read, what we write it reads.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OpenFile } from '../files.ts';
import { contentOf } from '../rootfs.ts';
import type { TarEntry } from './entry.ts';
import { readTar } from './read.ts';
import { TarWriter } from './write.ts';

const LONG = `${'d'.repeat(120)}/${'f'.repeat(140)}`;
let directory: string;

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'wbx-tar-'));
  const tree = join(directory, 'tree');
  mkdirSync(join(tree, 'd'.repeat(120)), { recursive: true });
  writeFileSync(join(tree, LONG), 'long');
  writeFileSync(join(tree, 'ünï'), 'unicode');
  chmodSync(join(tree, 'ünï'), 0o4751);
  utimesSync(join(tree, 'ünï'), 1000000000.5, 1000000000.5);
  symlinkSync('/etc/'.padEnd(150, 'x'), join(tree, 'link'));
  execFileSync('ln', [join(tree, 'ünï'), join(tree, 'zweiter')]);
  execFileSync('mkfifo', [join(tree, 'pipe')]);
  writeFileSync(join(tree, 'holes'), 'start');
  truncateSync(join(tree, 'holes'), 3 << 20);
  execFileSync('dd', ['if=/dev/zero', `of=${join(tree, 'holes')}`, 'bs=1', 'count=3', 'seek=2000000', 'conv=notrunc'], {
    stdio: 'ignore',
  });
});

after(() => rmSync(directory, { recursive: true }));

function archive(...options: string[]): OpenFile {
  const file = join(directory, 'archive.tar');
  execFileSync('tar', ['-C', join(directory, 'tree'), '--sort=name', ...options, '-cf', file, '.']);
  return new OpenFile(file);
}

function entries(tar: OpenFile): Map<string, TarEntry> {
  return new Map([...readTar(tar, 'archive.tar')].map((entry) => [entry.path, entry]));
}

function textOf(entry: TarEntry | undefined): string {
  return Buffer.from(entry?.content?.read(0, entry.content.size) ?? []).toString();
}

for (const format of ['gnu', 'posix']) {
  test(`reads what GNU tar writes as ${format}`, () => {
    const found = entries(archive(`--format=${format}`));
    assert.equal(textOf(found.get(`./${LONG}`)), 'long');
    assert.equal(found.get('./ünï')?.mode, 0o4751);
    assert.equal(found.get('./ünï')?.mtimeSec, 1000000000);
    assert.equal(found.get('./ünï')?.mtimeNsec, format === 'posix' ? 500000000 : 0);
    assert.equal(found.get('./link')?.target, '/etc/'.padEnd(150, 'x'));
    assert.deepEqual([found.get('./ünï')?.type, found.get('./ünï')?.target], ['hardlink', './zweiter']);
    assert.equal(found.get('./pipe')?.type, 'fifo');
    assert.equal(found.get('.')?.type, 'directory');
  });
}

for (const format of ['--format=gnu', '--sparse-version=1.0', '--sparse-version=0.1']) {
  test(`reads a sparse file, ${format}`, () => {
    const content = entries(archive('--sparse', format === '--format=gnu' ? format : '--format=posix', format)).get(
      './holes',
    )?.content;
    assert.equal(content?.size, 3 << 20);
    assert.equal(Buffer.from(content.read(0, 8)).toString('latin1'), 'start\0\0\0');
    assert.ok(content.read(5, content.size).every((byte) => byte === 0));
  });
}

test('extended attributes are bytes', () => {
  const value = Buffer.from([1, 0, 0, 2, 0xff, 0xfe, 0x0a, 0]);
  const bytes = write([{ ...FILE, path: 'ping', xattrs: new Map([['security.capability', value]]) }]);
  const [entry] = readTar(contentOf(bytes), 'x');
  assert.deepEqual(Buffer.from(entry.xattrs?.get('security.capability') ?? []), value);
});

test('GNU tar reads what we write', () => {
  const big = {
    ...FILE,
    uid: 3000000,
    gid: 4000000,
    mtimeSec: -5,
    path: 'ö'.repeat(80),
    content: contentOf(Buffer.from('inhalt')),
  };
  const bytes = write([
    { ...FILE, type: 'directory', path: 'dir', mode: 0o1777 },
    big,
    { ...FILE, type: 'symlink', path: 'dir/s', target: 't'.repeat(200) },
    { ...FILE, type: 'hardlink', path: 'dir/h', target: big.path },
    { ...FILE, type: 'char', path: 'dir/null', devMajor: 1, devMinor: 3 },
  ]);
  const environment = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const listing = execFileSync('tar', ['-tv', '--numeric-owner', '-f', '-'], {
    input: bytes,
    env: environment,
  }).toString();
  const lines = listing
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' '));
  assert.deepEqual(lines, [
    'drwxrwxrwt 0/0 0 1970-01-01 00:00 dir/',
    `-rw-r--r-- 3000000/4000000 6 1969-12-31 23:59 ${big.path}`,
    `lrw-r--r-- 0/0 0 1970-01-01 00:00 dir/s -> ${'t'.repeat(200)}`,
    `hrw-r--r-- 0/0 0 1970-01-01 00:00 dir/h link to ${big.path}`,
    'crw-r--r-- 0/0 1,3 1970-01-01 00:00 dir/null',
  ]);
});

test('a truncated archive is an error wherever it is cut', () => {
  const bytes = write([
    { ...FILE, path: 'a', content: contentOf(Buffer.alloc(2000, 'x')) },
    { ...FILE, path: 'b'.repeat(200) },
  ]);
  for (const size of [100, 600, 1500, 3000]) {
    assert.throws(
      () => [...readTar(contentOf(bytes.subarray(0, size)), 'x.tar')],
      /^WbxError: x\.tar is truncated at byte/,
    );
  }
});

test('something else than an archive is an error', () => {
  assert.throws(
    () => [...readTar(contentOf(Buffer.alloc(2048, 'junk')), 'x.tar')],
    /x\.tar: byte 0 is not a tar header/,
  );
});

const FILE: TarEntry = {
  type: 'file',
  path: '',
  target: '',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeSec: 0,
  mtimeNsec: 0,
  devMajor: 0,
  devMinor: 0,
};

function write(list: TarEntry[]): Buffer {
  const pieces: Uint8Array[] = [];
  const writer = new TarWriter((bytes) => pieces.push(bytes));
  for (const entry of list) writer.add(entry);
  writer.end();
  return Buffer.concat(pieces);
}
