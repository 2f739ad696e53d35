// Bad input ends with one sentence on stderr, status 125, and leaves every file as it was.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { contentOf, newInode, S_IFLNK, S_IFREG } from '../../src/image/rootfs.ts';
import type { TarEntry } from '../../src/image/tar/entry.ts';
import { TarWriter } from '../../src/image/tar/write.ts';
import { writeLayer } from '../../src/image/layer/tar.ts';
import { Wbx } from './wbx.ts';

const wbx = new Wbx();

const ZERO = { target: '', mode: 0o644, uid: 0, gid: 0, mtimeSec: 0, mtimeNsec: 0, devMajor: 0, devMinor: 0 };

function tar(...entries: Partial<TarEntry>[]): Buffer {
  const pieces: Uint8Array[] = [];
  const writer = new TarWriter((bytes) => pieces.push(bytes));
  for (const entry of entries) writer.add({ type: 'file', path: 'x', ...ZERO, ...entry });
  writer.end();
  return Buffer.concat(pieces);
}

function loopTar(): Buffer {
  const pieces: Uint8Array[] = [];
  const link = (path: string, target: string) => ({
    kind: 'inode' as const,
    path,
    inode: newInode(S_IFLNK | 0o777, { target }),
  });
  const file = newInode(S_IFREG | 0o644, { content: contentOf(Buffer.from('x')) });
  writeLayer([link('a', 'b'), link('b', 'a'), { kind: 'inode', path: 'a/x', inode: file }], (bytes) =>
    pieces.push(bytes),
  );
  return Buffer.concat(pieces);
}

const big = tar({ path: 'big', content: contentOf(Buffer.alloc(100_000, 'x')) });
const sample = { Config: 'c.json', RepoTags: ['x:1'], Layers: ['l.tar'] };
const jsonFile = (path: string, value: unknown) => ({ path, content: contentOf(Buffer.from(JSON.stringify(value))) });
const config = (fields: object) => ({
  os: 'linux',
  architecture: 'amd64',
  rootfs: { type: 'layers', diff_ids: [] },
  ...fields,
});

const FILES: Record<string, string | Buffer> = {
  'dotdot.tar': tar({ path: '../../evil' }),
  'hardlink.tar': tar({ path: 'h', type: 'hardlink', target: '../../../etc/passwd' }),
  'nowhere.tar': tar({ path: 'h', type: 'hardlink', target: 'nothing' }),
  'loop.tar': loopTar(),
  'short.tar': big.subarray(0, 50_000),
  'junk.tar': Buffer.alloc(10_000, 'junk'),
  'junk.gz': Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(1000, 7)]),
  'noconfig.tar': tar(jsonFile('manifest.json', [sample])),
  'arm.tar': tar(
    jsonFile('manifest.json', [{ ...sample, Layers: [] }]),
    jsonFile('c.json', config({ architecture: 'arm64' })),
  ),
  'lost.tar': tar(
    jsonFile('manifest.json', [sample]),
    jsonFile('c.json', config({ rootfs: { type: 'layers', diff_ids: [`sha256:${'0'.repeat(64)}`] } })),
  ),
  'wrong.tar': tar(
    jsonFile('manifest.json', [sample]),
    jsonFile('c.json', config({ rootfs: { type: 'layers', diff_ids: [`sha256:${'0'.repeat(64)}`] } })),
    { path: 'l.tar', content: contentOf(tar({ path: 'x' })) },
  ),
  'box.wasm': Buffer.from('not wasm at all'),
  'context/a.txt': 'a',
  'context/evil.tar': tar({ path: '../evil' }),
  'unknown.Dockerfile': 'FROM scratch\nFROBNICATE x\n',
  'empty.Dockerfile': '',
  'nosource.Dockerfile': 'FROM scratch\n\nCOPY missing.txt /\n',
  'noimage.Dockerfile': 'FROM 127.0.0.1:1/nosuch:1\n',
  'escape.Dockerfile': 'FROM scratch\nCOPY ../../../../etc/passwd /p\n',
  'evil.Dockerfile': 'FROM scratch\nADD evil.tar /\n',
  'nouser.Dockerfile': 'FROM scratch\nCOPY --chown=bob a.txt /\n',
  'clash.Dockerfile': 'FROM scratch\nCOPY a.txt /x\nCOPY a.txt /x/y\n',
  'syntax.Dockerfile': 'FROM scratch\nENV x=${y\nCOPY $x /\n',
};

const CASES: [args: string, sentence: RegExp][] = [
  ['import dotdot.tar x', /^dotdot\.tar has a path that leaves the root: "\.\.\/\.\.\/evil"$/],
  ['import hardlink.tar x', /^hardlink\.tar has a path that leaves the root: "\.\.\/\.\.\/\.\.\/etc\/passwd"$/],
  ['import nowhere.tar x', /has a hard link "h" to "nothing", which does not exist$/],
  ['import loop.tar x', /has an entry where "a" is a loop of symbolic links$/],
  ['import short.tar x', /^short\.tar is truncated at byte 50000$/],
  ['import junk.tar x', /^junk\.tar: byte 0 is not a tar header$/],
  ['import junk.gz x', /^junk\.gz is corrupt: /],
  ['import nothing.tar x', /^cannot import nothing\.tar: no such file or directory$/],
  ['import context UPPER:x:y', /^invalid image name "UPPER:x:y": /],
  ['load short.tar', /^short\.tar is truncated at byte 50000$/],
  ['load noconfig.tar', /^noconfig\.tar: c\.json is no image config$/],
  ['load arm.tar', /^arm\.tar: c\.json is for linux\/arm64; a box runs linux\/amd64$/],
  ['load lost.tar', /^lost\.tar: layer l\.tar is missing$/],
  ['load wrong.tar', /^wrong\.tar: l\.tar is corrupt: its digest is sha256:\w+, not sha256:0+$/],
  ['load dotdot.tar', /^dotdot\.tar is neither a docker-archive nor an OCI layout; .*"wbx import"$/],
  ['rmi nosuch', /^no image "nosuch" in the local store$/],
  ['inspect nosuch', /^no image and no file "nosuch"$/],
  ['inspect box.wasm', /^box\.wasm: not a box/],
  ['run box.wasm', /^box\.wasm: not a box/],
  ['build -f unknown.Dockerfile context', /^unknown\.Dockerfile:2: unknown instruction "FROBNICATE"; /],
  ['build -f empty.Dockerfile context', /^empty\.Dockerfile:1: the file has no instructions; it must start with FROM$/],
  [
    'build -f nosource.Dockerfile context',
    /^nosource\.Dockerfile:3: "missing\.txt" is not in the build context; check the path and \.dockerignore$/,
  ],
  [
    'build -f noimage.Dockerfile context',
    /^noimage\.Dockerfile:1: no image "127\S+" in the local store, and it cannot be pulled: cannot talk to 127\.0\.0\.1:1: nothing listens there/,
  ],
  ['build -f escape.Dockerfile context', /^escape\.Dockerfile:2: "\.\.\/.*" is not in the build context/],
  ['build -f evil.Dockerfile context', /^evil\.Dockerfile:2: ADD: evil\.tar has a path that leaves the root/],
  ['build -f nouser.Dockerfile context', /^nouser\.Dockerfile:2: unable to find user bob/],
  [
    'build -f clash.Dockerfile context',
    /^clash\.Dockerfile:3: COPY cannot write \/x: something that is no directory stands in the way$/,
  ],
  ['build -f syntax.Dockerfile context', /^syntax\.Dockerfile:2: "\$\{y" has no closing brace$/],
  ['build -f missing.Dockerfile context', /^there is no missing\.Dockerfile; name the Dockerfile with -f$/],
  ['build nowhere', /^the build context nowhere is not a directory$/],
  [
    'build --target x -f nosource.Dockerfile context',
    /^target stage "x" is not in the Dockerfile; no stage has a name$/,
  ],
  ['build --nope context', /^unknown option '--nope'; see "wbx build --help"$/],
  ['frobnicate', /^"frobnicate" is not a command; there are \w+, \w+, /],
];

before(() => {
  mkdirSync(wbx.path('context'));
  for (const [name, data] of Object.entries(FILES)) writeFileSync(wbx.path(name), data);
});
after(() => wbx.remove());

for (const [args, sentence] of CASES) {
  test(`wbx ${args}`, () => {
    const withoutSteps = (files: string[]) =>
      files.filter((file) => !/^data\/wbx\/(steps|blobs)\/|oci-layout/.test(file));
    const images = args.startsWith('build')
      ? withoutSteps
      : (files: string[]) => files.filter((file) => !file.includes('oci-layout'));
    const before = images(wbx.files());
    const { status, stdout, stderr } = wbx.run(...args.split(' '));
    const lines = stderr.trimEnd().split('\n');
    assert.match(lines.at(-1)?.replace(/^wbx: /, '') ?? '', sentence);
    assert.ok(args.startsWith('build') || lines.length === 1, stderr);
    assert.equal(status, /^(build|run|frobnicate)/.test(args) ? 125 : 1);
    assert.equal(stdout, '');
    assert.deepEqual(images(wbx.files()), before);
  });
}
