// RUN against buildah: the same commands of the same debian:bookworm, once in a box, once on this machine's kernel. Trees
// must be equal in paths, types, modes, owners, links and contents.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import { changesOfTree } from '../../src/image/import.ts';
import { lookup } from '../../src/image/rootfs.ts';
import { describe } from './describe.ts';
import { Sandbox } from './sandbox.ts';

/** Made by tools/setup-tests.ts with debootstrap. */
const BOOKWORM = 'build/bookworm';
/** Half of its bytes, which no command here looks at: every build of the oracle copies the whole tree. */
const LEFT_OUT = /^(var\/lib\/apt|var\/cache\/apt|usr\/share\/(locale|man)|usr\/lib\/x86_64-linux-gnu\/gconv)\/./;

const sandbox = new Sandbox({
  'a.txt': 'a',
  'script.sh': { mode: 0o755, text: '#!/bin/sh\necho "script $*" > /script.out\n' },
});

before(async () => {
  const { store } = sandbox;
  const tree = rootfsFromDirectory(BOOKWORM, (path) => (LEFT_OUT.test(path) ? 'no' : 'yes'));
  const layer = await store.layers.write(changesOfTree(tree));
  const rootfs = { type: 'layers' as const, diff_ids: [layer.diffId] };
  await store.tag(store.put({ architecture: 'amd64', os: 'linux', rootfs }, [layer]), 'debian:bookworm');
  sandbox.buildah.addImage(sandbox.store, 'docker.io/library/debian:bookworm');
});
after(() => sandbox.remove());

/** One Dockerfile each: the oracle's time goes into copying the base, not into the steps. */
const DOCKERFILES: Record<string, string[]> = {
  'files, modes, links, owners': [
    'RUN mkdir -p /app/a/b && echo hello > /app/a/b/c && : > /app/empty && seq 1 100000 > /app/big',
    'RUN mkdir /m && cd /m && touch a b c d && chmod 4755 a && chmod 2711 b && chmod 1777 . && chmod 000 c && umask 077 && mkdir e',
    'RUN mkdir /l && cd /l && echo x > f && ln f g && ln -s f s && ln -s /etc l && mkdir d && ln f d/h && ln -s nowhere n',
    'RUN chmod 600 /etc/debian_version && ln /etc/debian_version /l/below',
    'RUN mkdir /o && cd /o && touch f && chown 12:34 f && mkdir d && chown www-data:games d && chown -h 5:6 /bin/sh',
    'RUN echo more >> /etc/profile && chmod 600 /etc/issue && chown 1:1 /etc/issue.net && truncate -s 3 /etc/motd',
    'RUN mkdir /n && cd /n && mkfifo pipe && touch "a b" ünï -- -x',
    'RUN chmod 700 /usr/bin/perl && echo >> /usr/bin/perl5.36.0',
    'RUN truncate -s 3000000 /n/holes && printf end >> /n/holes',
  ],
  'deletion, replacement, renames': [
    'RUN rm -rf /usr/share/doc /etc/motd && rm /etc/issue',
    'RUN rm -r /srv && echo file > /srv && mkdir /etc/issue && touch /etc/issue/x',
    'RUN rm -r /var/cache && mkdir -p /var/cache/new',
    'RUN mv /usr/share/perl5 /usr/share/renamed && mv /etc/issue.net /etc/issue2 && mkdir -p /x/y && mv /x/y /x/z',
    'RUN touch /x/w && mv /x/w /x/z/v && rm -r /x/z && mv /etc/profile.d /x && rm -rf /opt',
  ],
  users: [
    'RUN useradd -m -u 1234 -s /bin/bash bob && groupadd -g 777 crew && usermod -aG crew bob',
    'RUN adduser --disabled-password --gecos "" --uid 2000 carol && adduser --system --group daemonic',
    'USER bob',
    'RUN id > /tmp/id && touch /tmp/mine && ! touch /etc/x',
    'USER 12:34',
    'RUN id -u > /tmp/id2',
    'USER carol:crew',
    'RUN id > /tmp/id3',
  ],
  'tools and environment': [
    'RUN find /etc -name "*.conf" | sort | xargs grep -c "" | sed s/:/=/ | awk -F= "{s += \\$2} END {print s}" > /srv/sum',
    'RUN cd /etc && tar -cf - --sort=name --mtime=@0 alternatives | gzip -n > /srv/t.tgz && cd /srv && tar -xzf t.tgz',
    'ARG V=1',
    'ENV A=$V B="x y"',
    'WORKDIR /srv/w',
    'RUN echo "$A $B $V $PWD $HOME" > out',
    'RUN ["/bin/cp", "/etc/issue", "/srv/$HOME"]',
    'COPY script.sh /',
    'RUN ["/script.sh", "a b", "c"]',
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
    'RUN [[ $BASH ]] && { ! false | true; } && echo $((1 + 1)) > /srv/bash',
    'COPY a.txt /srv/',
    'RUN cat /srv/bash /srv/a.txt > /srv/b && rm /srv/bash',
    'RUN mv /srv/b /srv/bash',
  ],
};

for (const [name, lines] of Object.entries(DOCKERFILES)) {
  test(name, async () => {
    const dockerfile = ['FROM debian:bookworm', ...lines, ''].join('\n');
    const ours = describe((await sandbox.build(dockerfile)).rootfs);
    const theirs = describe((await sandbox.buildWithBuildah(dockerfile)).rootfs);
    assert.deepEqual(lacking(ours, theirs), [], 'only in ours');
    assert.deepEqual(lacking(theirs, ours), [], 'only in theirs');
  });
}

function lacking(lines: string[], other: string[]): string[] {
  const known = new Set(other);
  return lines.filter((line) => !known.has(line));
}

test('a step that fails ends the build with its status and its line', async () => {
  const failing = sandbox.build('FROM debian:bookworm\nRUN true\nRUN echo out; echo err >&2; exit 3\n');
  await assert.rejects(failing, {
    code: 'RUN_FAILED',
    message:
      'Dockerfile:3: process "/bin/sh -c echo out; echo err >&2; exit 3" did not complete successfully: exit code: 3',
  });
  assert.match(sandbox.log, /#3 \[3\/3\] RUN echo out.*\n#3 [\d.]+ out\n#3 [\d.]+ err\n#3 ERROR: process/);
  await assert.rejects(sandbox.build('FROM debian:bookworm\nRUN ["/no/such"]\n'), /exit code: 127$/);
  await assert.rejects(sandbox.build('FROM debian:bookworm\nRUN sh -c "kill -9 \\$\\$"; exit $?\n'), /exit code: 137$/);
});

test('a here-document is the script', async () => {
  const { rootfs } = await sandbox.build(
    'FROM debian:bookworm\nRUN <<EOF\nset -e\nx=1\necho "x is $x" > /srv/h\nEOF\nRUN cat <<A > /srv/c\n$HOME\nA\n',
  );
  const text = (path: string) => Buffer.from(lookup(rootfs, path)?.content?.read(0, 100) ?? []).toString();
  assert.deepEqual([text('srv/h'), text('srv/c')], ['x is 1\n', '/root\n']);
});
