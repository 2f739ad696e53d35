// RUN against buildah: the same commands of the same debian:bookworm, once in a box, once on this machine's kernel. Trees
// must be equal in paths, types, modes, owners, links and contents.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { importImage } from '../../src/image/import.ts';
import { describe } from './describe.ts';
import { Sandbox } from './sandbox.ts';

/** Made by tools/setup-tests.ts with debootstrap. */
const BOOKWORM = 'build/bookworm';

const sandbox = new Sandbox({
  'a.txt': 'a',
  'script.sh': { mode: 0o755, text: '#!/bin/sh\necho "script $*" > /script.out\n' },
});

before(async () => {
  await importImage(sandbox.store, BOOKWORM, 'debian:bookworm');
  sandbox.buildah.addImage(sandbox.store, 'docker.io/library/debian:bookworm');
});
after(() => sandbox.remove());

const TREES: Record<string, string[]> = {
  'files and directories': [
    'RUN mkdir -p /app/a/b && echo hello > /app/a/b/c && : > /app/empty && seq 1 100000 > /app/big',
  ],
  modes: [
    'RUN cd /srv && touch a b c d && chmod 4755 a && chmod 2711 b && chmod 1777 . && chmod 000 c && umask 077 && mkdir e',
  ],
  'symbolic and hard links': [
    'RUN cd /srv && echo x > f && ln f g && ln -s f s && ln -s /etc l && mkdir d && ln f d/h && ln -s nowhere n',
  ],
  'a hard link to a file below': ['RUN chmod 600 /etc/debian_version && ln /etc/debian_version /srv/v'],
  owners: [
    'RUN touch /srv/o && chown 12:34 /srv/o && mkdir /srv/d && chown www-data:games /srv/d && chown -h 5:6 /bin/sh',
  ],
  deletion: ['RUN rm -rf /usr/share/doc /etc/motd && rm /etc/issue'],
  replacement: ['RUN rm -r /srv && echo file > /srv && rm /etc/issue && mkdir /etc/issue && touch /etc/issue/x'],
  'a directory made anew hides what was in it': ['RUN rm -r /var/cache && mkdir -p /var/cache/new'],
  renames: ['RUN mv /usr/share/doc /usr/share/doc2 && mv /etc/issue /etc/issue2 && mkdir /srv/x && mv /srv/x /srv/y'],
  'changes of files below': [
    'RUN echo more >> /etc/profile && chmod 600 /etc/issue && chown 1:1 /etc/issue.net && truncate -s 3 /etc/motd',
  ],
  'fifos and names': ['RUN mkfifo /srv/pipe && touch "/srv/a b" /srv/ünï /srv/-x'],
  'sparse files': ['RUN truncate -s 3000000 /srv/holes && printf end >> /srv/holes'],
  useradd: ['RUN useradd -m -u 1234 -s /bin/bash bob && groupadd -g 777 crew && usermod -aG crew bob'],
  adduser: ['RUN adduser --disabled-password --gecos "" --uid 2000 carol && adduser --system --group daemonic'],
  'a pipeline of tools': [
    'RUN find /etc -name "*.conf" | sort | xargs grep -c "" | sed s/:/=/ | awk -F= "{s += \\$2} END {print s}" > /srv/sum',
  ],
  'tar and gzip': [
    'RUN cd /etc && tar -cf - --sort=name --mtime=@0 alternatives | gzip -n > /srv/t.tgz && cd /srv && tar -xzf t.tgz',
  ],
  environment: ['ARG V=1', 'ENV A=$V B="x y"', 'WORKDIR /srv/w', 'RUN echo "$A $B $V $PWD $HOME" > out'],
  user: [
    'RUN useradd -m bob',
    'USER bob',
    'RUN id > /tmp/id && touch /tmp/mine && ! touch /etc/x',
    'USER 12:34',
    'RUN id -u > /tmp/id2',
  ],
  'exec form': ['RUN ["/bin/cp", "/etc/issue", "/srv/$HOME"]', 'COPY script.sh /', 'RUN ["/script.sh", "a b", "c"]'],
  'steps build on each other': [
    'RUN echo 1 > /srv/a',
    'COPY a.txt /srv/',
    'RUN cat /srv/a /srv/a.txt > /srv/b && rm /srv/a',
    'RUN mv /srv/b /srv/a',
  ],
};

for (const [name, lines] of Object.entries(TREES)) {
  test(name, async () => {
    const dockerfile = ['FROM debian:bookworm', ...lines, ''].join('\n');
    const [ours, theirs] = [await sandbox.build(dockerfile), await sandbox.buildWithBuildah(dockerfile)];
    const there = new Set(describe(theirs.rootfs));
    const here = describe(ours.rootfs);
    const difference = (from: string[], other: Set<string>) => from.filter((line) => !other.has(line));
    assert.deepEqual(
      { 'only in ours': difference(here, there), 'only in theirs': difference([...there], new Set(here)) },
      { 'only in ours': [], 'only in theirs': [] },
    );
  });
}
