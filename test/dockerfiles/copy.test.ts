// COPY, ADD and what goes into the config, against buildah. No instruction here runs a program.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { describe } from './describe.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({
  'a.txt': 'a',
  'b.txt': { mode: 0o600, text: 'b' },
  tool: { mode: 0o755, text: '#!/bin/sh' },
  'dir/one': 'one',
  'dir/sub/two': { mode: 0o640, text: 'two' },
  'dir/sub/link': '-> two',
  'dir/empty/': { mode: 0o700 },
  'hard/x': 'same',
  'hard/y': '= hard/x',
  link: '-> a.txt',
  dirlink: '-> dir',
  'sp ace': 'space',
  'logs/a.log': '1',
  'logs/keep.log': '2',
  'logs/deep/b.log': '3',
  '.hidden': 'h',
  passwd: 'root:x:0:0::/:\nbob:x:1000:1001::/home/bob:/bin/sh\n',
  group: 'root:x:0:\nbobs:x:1001:\nstaff:x:50:bob\n',
});

before(() => {
  execFileSync('tar', [
    '-C',
    join(sandbox.context, 'dir'),
    '--owner=7',
    '--group=8',
    '-czf',
    join(sandbox.context, 'dir.tar.gz'),
    '.',
  ]);
  execFileSync('tar', ['-C', join(sandbox.context, 'dir'), '-cf', join(sandbox.context, 'plain.tar'), '.']);
});
after(() => sandbox.remove());

const TREES: Record<string, string[]> = {
  'a file to a name, into a directory, over a file': ['COPY a.txt /x', 'COPY a.txt /d/', 'COPY b.txt /x'],
  modes: ['COPY tool b.txt /bin/'],
  'a directory gives its contents': ['COPY dir /d', 'COPY dir/ /e/', 'COPY hard /d'],
  'the whole context': ['COPY . /all'],
  patterns: ['COPY *.txt /t/', 'COPY d*/o?e /o/', 'COPY [ab].txt /c/'],
  'several sources': ['COPY a.txt dir b.txt /many/'],
  'relative to WORKDIR': ['WORKDIR /w/x', 'COPY a.txt .', 'WORKDIR y', 'COPY a.txt ../z', 'COPY dir ./d'],
  'links in the context': ['COPY link /l1', 'COPY dirlink /l2', 'COPY dir/sub /l3'],
  'JSON form': ['COPY ["sp ace", "/with space/"]'],
  'owners by number': ['COPY --chown=5:6 a.txt /o/1', 'COPY --chown=7 dir /o/2'],
  'owners by name': [
    'COPY passwd group /etc/',
    'COPY --chown=bob a.txt /n/1',
    'COPY --chown=bob:staff a.txt /n/2',
    'COPY --chown=:staff a.txt /n/3',
  ],
  chmod: ['COPY --chmod=0711 a.txt /m/1'],
  'archives are unpacked by ADD': ['ADD dir.tar.gz /u/', 'ADD plain.tar /v', 'COPY plain.tar /w/', 'ADD a.txt /x/'],
  'a directory copied onto one': ['COPY dir /d', 'COPY logs /d', 'COPY hard/x /d/one'],
  'WORKDIR makes directories': ['WORKDIR /one/two', 'WORKDIR three', 'WORKDIR /'],
};

for (const [name, lines] of Object.entries(TREES)) {
  test(name, async () => {
    const dockerfile = ['FROM scratch', ...lines, ''].join('\n');
    const [ours, theirs] = [await sandbox.build(dockerfile), await sandbox.buildWithBuildah(dockerfile)];
    assert.deepEqual(describe(ours.rootfs), describe(theirs.rootfs));
  });
}

test('stages', async () => {
  const dockerfile = `FROM scratch AS one
COPY --chown=3:4 dir /src
FROM one AS two
COPY a.txt /src/
FROM scratch
COPY --from=two /src/sub /s
COPY --from=0 --chown=9:9 /src/one /o
`;
  const [ours, theirs] = [await sandbox.build(dockerfile), await sandbox.buildWithBuildah(dockerfile)];
  assert.deepEqual(describe(ours.rootfs), describe(theirs.rootfs));
});

test('.dockerignore', async () => {
  const ignoring = new Sandbox({
    '.dockerignore': '# comment\n*.log\nlogs/*\n!logs/keep.log\n**/deep/*.tmp\nDockerfile\n/only-root\n',
    'x.log': '',
    'logs/a.log': '',
    'logs/keep.log': '',
    'logs/deep/q': '',
    'src/deep/x.tmp': '',
    'src/deep/x.c': '',
    'src/y.log': '',
    'only-root': '',
    'src/only-root': '',
  });
  const dockerfile = 'FROM scratch\nCOPY . /all\nCOPY src /src\n';
  const [ours, theirs] = [await ignoring.build(dockerfile), await ignoring.buildWithBuildah(dockerfile)];
  ignoring.remove();
  assert.deepEqual(describe(ours.rootfs), describe(theirs.rootfs));
});

const CONFIGS: Record<string, string[]> = {
  ENV: ['ENV A=1 B="two words" C=${A}x', 'ENV A=2 D=$A', 'ENV E three words'],
  ARG: ['ARG X=1', 'ENV Y=$X Z=${NOPE:-none}'],
  commands: ['ENTRYPOINT ["/e", "$X"]', 'CMD echo hi'],
  'ENTRYPOINT forgets nothing of its own stage': ['CMD ["x"]', 'ENTRYPOINT ["/e"]'],
  // Only the shell itself: this buildah gives CMD's shell form to /bin/sh whatever SHELL says, Docker does not.
  SHELL: ['SHELL ["/bin/bash", "-c"]'],
  'ports, volumes': ['ENV P=81', 'EXPOSE 80 ${P}/udp', 'VOLUME /a /b', 'VOLUME ["/c d"]'],
  'health check': ['HEALTHCHECK --interval=5m --timeout=3s --retries=2 CMD curl http://x/'],
  'no health check': ['HEALTHCHECK NONE'],
  triggers: ['ONBUILD COPY a.txt /b', 'ONBUILD RUN x'],
  labels: ['LABEL a=1 b="x y"', 'LABEL a=2 "c.d"=e'],
  'user, directory, signal': ['USER 5:6', 'WORKDIR /w', 'WORKDIR x', 'STOPSIGNAL SIGKILL'],
};

for (const [name, lines] of Object.entries(CONFIGS)) {
  test(`config: ${name}`, async () => {
    const dockerfile = ['FROM scratch', 'COPY a.txt /', ...lines, ''].join('\n');
    const [ours, theirs] = [await sandbox.build(dockerfile), await sandbox.buildWithBuildah(dockerfile)];
    assert.deepEqual({ WorkingDir: '/', ...ours.config }, { WorkingDir: '/', ...theirs.config });
  });
}
