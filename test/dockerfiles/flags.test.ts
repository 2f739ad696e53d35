// Flags of instructions and of the build itself against buildah, where it knows them; and that no flag is without a Dockerfile.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { BuildOptions } from '../../src/build/build.ts';
import { FLAGS } from '../../src/dockerfile/flags.ts';
import { lookup } from '../../src/image/rootfs.ts';
import { describe } from './describe.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({
  'a.txt': 'a',
  'dir/one': 'one',
  'dir/sub/two': { mode: 0o640, text: 'two' },
  'dir/link': '-> one',
  'logs/a.log': 'log',
  'hard/x': 'same',
  'hard/y': '= hard/x',
  'hard/z': '-> x',
  passwd: 'root:x:0:0::/root:/bin/sh\nbob:x:1000:1001::/home/bob:/bin/sh\n',
  group: 'root:x:0:\nstaff:x:50:bob\n',
});
const other = join(sandbox.directory, 'other');
const secret = join(sandbox.directory, 'secret');

before(async () => {
  sandbox.writeBytes('busybox', readFileSync('/bin/busybox'), 0o755);
  execFileSync('tar', ['-C', sandbox.context, '--owner=7', '--group=8', '-cf', join(sandbox.context, 'x.tar'), 'dir']);
  mkdirSync(other);
  writeFileSync(join(other, 'named.txt'), 'named', { mode: 0o644 });
  writeFileSync(secret, 'token');
  const base =
    'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\nRUN mkdir -m 1777 /tmp && mkdir /run\nCOPY passwd group /etc/\n';
  await sandbox.store.tag(await sandbox.buildImage(base), 'base');
  sandbox.buildah.addImage(sandbox.store, 'docker.io/library/base:latest');
});
after(() => sandbox.remove());

interface Case {
  dockerfile: string;
  /** The same for both. */
  options?: Partial<BuildOptions>;
  flags?: string[];
  /** A mount point that buildah leaves behind; BuildKit and we do not. */
  leftover?: string;
}

const STAGES =
  'FROM base AS one\nRUN echo 1 > /one\nFROM one AS two\nCOPY a.txt /two\nLABEL at=two\nFROM scratch\nCOPY a.txt /three\n';

const CASES: Record<string, Case> = {
  'ADD --chown of files and directories': {
    dockerfile: 'FROM base\nADD --chown=bob:staff a.txt /x/y\nADD --chown=3:4 dir /d\n',
  },
  'ADD --chmod': { dockerfile: 'FROM base\nADD --chmod=0641 a.txt /x\nADD --chmod=755 dir /d/\n' },
  'ADD of directories, patterns and links': { dockerfile: 'FROM base\nADD dir logs/*.log dir/link /d/\n' },
  'ADD --chown leaves the owners of an archive': { dockerfile: 'FROM base\nADD x.tar /x/\nADD x.tar /y\n' },
  'hard links and links by several words, by a pattern, by a directory': {
    dockerfile:
      'FROM base\nCOPY hard/x hard/y /words/\nCOPY hard/* /pattern/\nCOPY hard /directory/\nCOPY dir/one dir/link /links/\n',
  },
  'COPY --chmod of a directory': { dockerfile: 'FROM base\nCOPY --chmod=700 dir /d\nCOPY --chmod=0644 dir/sub /e/\n' },
  'COPY --chown --chmod --from': {
    dockerfile:
      'FROM base AS one\nRUN echo x > /x && chmod 4755 /x\nFROM base\nCOPY --from=one --chown=bob --chmod=600 /x /y\nCOPY --from=one /x /z\n',
  },
  'FROM --platform': { dockerfile: 'FROM --platform=linux/amd64 base\nCOPY a.txt /x\n' },
  'HEALTHCHECK with every flag of both': {
    dockerfile: 'FROM base\nHEALTHCHECK --interval=2m --timeout=1s --start-period=3s --retries=7 CMD true\n',
  },
  '--target by name': { dockerfile: STAGES, options: { target: 'two' }, flags: ['--target', 'two'] },
  '--target of a first stage': { dockerfile: STAGES, options: { target: 'one' }, flags: ['--target', 'one'] },
  '--build-arg': {
    dockerfile: 'ARG BASE=nothing\nFROM $BASE\nARG A=1\nARG B\nENV A=$A\nRUN echo "$A $B" > /args\nLABEL b=$B\n',
    options: {
      buildArgs: new Map([
        ['BASE', 'base'],
        ['A', '2'],
        ['B', 'x y'],
      ]),
    },
    flags: ['--build-arg', 'BASE=base', '--build-arg', 'A=2', '--build-arg', 'B=x y'],
  },
  '--label': {
    dockerfile: 'FROM base\nLABEL a=1 b=2\n',
    options: {
      labels: new Map([
        ['b', '3'],
        ['c', '4 5'],
      ]),
    },
    flags: ['--label', 'b=3', '--label', 'c=4 5'],
  },
  'RUN --mount=type=secret': {
    dockerfile:
      'FROM base\nRUN --mount=type=secret,id=s,target=/tmp/s,mode=0440,uid=3,gid=4 cat /tmp/s > /x; stat -c "%a %u %g" /tmp/s > /y\n',
    options: { secrets: new Map([['s', Buffer.from('token')]]) },
    flags: ['--secret', `id=s,src=${secret}`],
    leftover: '/tmp/s ',
  },
  '--build-context for COPY and FROM': {
    dockerfile: 'FROM base\nCOPY --from=more named.txt /x\n',
    options: { contexts: new Map([['more', other]]) },
    flags: ['--build-context', `more=${other}`],
  },
};

for (const [name, { dockerfile, options, flags, leftover }] of Object.entries(CASES)) {
  test(name, async () => {
    const ours = await sandbox.build(dockerfile, options);
    const theirs = await sandbox.buildWithBuildah(dockerfile, flags);
    const left = describe(theirs.rootfs).filter((line) => leftover === undefined || !line.startsWith(leftover));
    assert.deepEqual(describe(ours.rootfs), left);
    assert.deepEqual({ WorkingDir: '/', ...ours.config }, { WorkingDir: '/', ...theirs.config });
  });
}

test('ADD --exclude, ADD --link', async () => {
  const { rootfs } = await sandbox.build(
    'FROM base\nRUN ln -s tmp /ln\nADD --exclude=sub --exclude=l* dir /d\nADD --link a.txt /ln/\n',
  );
  const lines = describe(rootfs).filter((line) => /^\/(d|ln)\b/.test(line));
  assert.deepEqual(
    lines.map((line) => line.replace(/ [0-9a-f]{16}$/, '')),
    ['/d 40755 0:0', '/d/one 100644 0:0', '/ln 40755 0:0', '/ln/a.txt 100644 0:0'],
  );
});

test('RUN --network, --security', async () => {
  const list = (flag: string) => `RUN ${flag} ip -o link | cut -d: -f2 > /out${flag.length}\n`;
  const flags = ['--network=none', '--network=default --security=sandbox'];
  const { rootfs } = await sandbox.build(`FROM base\n${flags.map(list).join('')}`);
  const [none, all] = flags.map((flag) => lookup(rootfs, `out${flag.length}`)?.content?.read(0, 100) ?? []);
  assert.deepEqual([Buffer.from(none).toString(), Buffer.from(all).toString()], [' lo\n', ' lo\n eth0\n']);
});

test('no flag is without a Dockerfile in these tests', () => {
  const sources = readdirSync('test/dockerfiles').filter((name) => name.endsWith('.test.ts'));
  const text = sources.map((name) => readFileSync(join('test/dockerfiles', name), 'utf8')).join('\n');
  const missing = Object.entries(FLAGS).flatMap(([keyword, flags]) =>
    Object.keys(flags)
      .filter((flag) => !new RegExp(`${keyword} [^\\n]*--${flag}\\b`).test(text))
      .map((flag) => `${keyword} --${flag}`),
  );
  assert.deepEqual(missing, []);
});
