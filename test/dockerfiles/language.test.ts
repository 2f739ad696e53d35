// What Docker's reference says and buildah 1.28 does not know yet: COPY --parents and --exclude, symbolic --chmod, ADD of
// URLs and git repositories with checksums. The expected trees are those of the reference's examples.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { walk } from '../../src/image/rootfs.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({
  'x/a.txt': 'xa',
  'y/a.txt': 'ya',
  'y/deep/b.md': 'b',
  'x/keep/': { mode: 0o700 },
  'home.txt': 'h',
  'home.md': 'm',
  homework: 'w',
  'src/app/main.go': 'package main',
  'src/app/main_test.go': 'package main',
  'src/lib/go.mod': 'module lib',
  tool: { mode: 0o644, text: '#!/bin/sh' },
});
const repository = join(sandbox.directory, 'repository.git');
const PAYLOAD = Buffer.from('payload');
let server: Server;
let origin: string;

before(async () => {
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-C', sandbox.context, ...words]);
  git('init', '-q', '-b', 'main', '.');
  git('add', 'x', 'tool');
  git('commit', '-qm', 'one');
  git('branch', 'old');
  git('add', 'y');
  git('commit', '-qm', 'two');
  git('clone', '-q', '--bare', '.', repository);
  git('-C', repository, 'update-server-info');
  execFileSync('rm', ['-rf', join(sandbox.context, '.git')]);
  const tar = execFileSync('tar', ['-C', sandbox.context, '-cf', '-', 'x']);
  server = createServer((request, response) => {
    if (request.url === '/files/payload.bin')
      response.setHeader('last-modified', 'Tue, 01 Jan 2019 00:00:00 GMT').end(PAYLOAD);
    else if (request.url === '/moved') response.writeHead(302, { location: '/files/payload.bin' }).end();
    else if (request.url === '/x.tar.gz') response.end(gzipSync(tar));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.close();
  sandbox.remove();
});

const TREES: Record<string, [lines: string[], tree: string[]]> = {
  'parents are kept': [['COPY --parents ./x/a.txt ./y/a.txt /p/'], ['p/', 'p/x/', 'p/x/a.txt', 'p/y/', 'p/y/a.txt']],
  'parents count from the pivot': [['COPY --parents ./src/./app/main.go /p/'], ['p/', 'p/app/', 'p/app/main.go']],
  'parents with patterns at any depth': [
    ['COPY --parents **/*.txt src/**/*.go /p/'],
    [
      'p/',
      'p/home.txt',
      'p/src/',
      'p/src/app/',
      'p/src/app/main.go',
      'p/src/app/main_test.go',
      'p/x/',
      'p/x/a.txt',
      'p/y/',
      'p/y/a.txt',
    ],
  ],
  'a directory with its parents': [
    ['COPY --parents x/keep y/deep /p/'],
    ['p/', 'p/x/', 'p/x/keep/', 'p/y/', 'p/y/deep/', 'p/y/deep/b.md'],
  ],
  'files left out': [['COPY --exclude=*.txt hom* /m/'], ['m/', 'm/home.md', 'm/homework']],
  'several patterns left out': [['COPY --exclude=*.txt --exclude=*.md hom* /m/'], ['m/', 'm/homework']],
  'left out below a directory': [
    ['COPY --exclude=**/*_test.go --exclude=lib src /s'],
    ['s/', 's/app/', 's/app/main.go'],
  ],
  'ADD --unpack=false': [['ADD --unpack=false x /p/'], ['p/', 'p/a.txt', 'p/keep/']],
};

for (const [name, [lines, tree]] of Object.entries(TREES)) {
  test(name, async () => {
    assert.deepEqual(await treeOf(lines), tree);
  });
}

async function treeOf(lines: string[]): Promise<string[]> {
  const { rootfs } = await sandbox.build(['FROM scratch', ...lines, ''].join('\n'));
  return [...walk(rootfs)].slice(1).map(([path, { entries }]) => (entries ? `${path}/` : path));
}

async function modeOf(line: string): Promise<string | undefined> {
  const { rootfs } = await sandbox.build(`FROM scratch\n${line}\n`);
  return rootfs.entries.get('f')?.mode.toString(8);
}

test('symbolic modes', async () => {
  assert.equal(await modeOf('COPY --chmod=u+x tool /f'), '100744');
  assert.equal(await modeOf('COPY --chmod=a=r,u+w tool /f'), '100644');
  assert.equal(await modeOf('COPY --chmod=go= tool /f'), '100600');
  await assert.rejects(modeOf('COPY --chmod=u+q tool /f'), /--chmod=u\+q is no mode/);
});

test('ADD of a URL: name, mode 0600, time of the server, checksum', async () => {
  const digest = `sha256:${createHash('sha256').update(PAYLOAD).digest('hex')}`;
  const { rootfs } = await sandbox.build(
    `FROM scratch\nADD --checksum=${digest} ${origin}/files/payload.bin /d/\nADD ${origin}/moved /renamed\n`,
  );
  const file = rootfs.entries.get('d')?.entries?.get('payload.bin');
  assert.deepEqual(
    [file?.mode.toString(8), file?.mtimeSec, file?.content?.size],
    ['100600', 1546300800, PAYLOAD.length],
  );
  assert.equal(rootfs.entries.get('renamed')?.content?.size, PAYLOAD.length);
  const wrong = `FROM scratch\nADD --checksum=sha256:${'0'.repeat(64)} ${origin}/files/payload.bin /\n`;
  await assert.rejects(sandbox.build(wrong), /Dockerfile:2: .*has the checksum sha256:[0-9a-f]{64}, not sha256:0000/);
  await assert.rejects(
    sandbox.build(`FROM scratch\nADD ${origin}/none /\n`),
    /cannot download .*\/none: the server says 404/,
  );
  await assert.rejects(sandbox.build('FROM scratch\nADD ftp://localhost/x /\n'), /use http or https/);
});

test('an archive from a URL is unpacked only when asked for', async () => {
  assert.deepEqual(await treeOf([`ADD ${origin}/x.tar.gz /d/`]), ['d/', 'd/x.tar.gz']);
  assert.deepEqual(await treeOf([`ADD --unpack=true ${origin}/x.tar.gz /d/`]), [
    'd/',
    'd/x/',
    'd/x/a.txt',
    'd/x/keep/',
  ]);
});

test('ADD of a git repository: reference, directory, .git', async () => {
  const url = `git@localhost:${repository}`;
  process.env.GIT_CONFIG_COUNT = '1';
  process.env.GIT_CONFIG_KEY_0 = `url.${repository}.insteadOf`;
  process.env.GIT_CONFIG_VALUE_0 = url;
  assert.deepEqual(await treeOf([`ADD ${url} /r`]), [
    'r/',
    'r/tool',
    'r/x/',
    'r/x/a.txt',
    'r/y/',
    'r/y/a.txt',
    'r/y/deep/',
    'r/y/deep/b.md',
  ]);
  assert.deepEqual(await treeOf([`ADD ${url}#old:x /r`]), ['r/', 'r/a.txt']);
  assert.ok((await treeOf([`ADD --keep-git-dir=true ${url}#old /r`])).includes('r/.git/HEAD'));
  await assert.rejects(treeOf([`ADD ${url}#nowhere /r`]), /cannot get git@localhost:.* at nowhere/);
  // A directory outside is not reachable: `..` stops at the root of the repository.
  assert.deepEqual(await treeOf([`ADD ${url}#old:../../x /r`]), ['r/', 'r/a.txt']);
});
