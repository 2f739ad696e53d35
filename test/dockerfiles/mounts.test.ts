// RUN --mount: bind, cache, tmpfs and secret against buildah where it knows them, else against Docker's reference.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { describe } from './describe.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({
  'src/a.txt': 'a',
  'src/sub/b.txt': 'b',
  'tool.sh': { mode: 0o755, text: '#!/bin/sh\necho tool\n' },
});
sandbox.writeBytes('busybox', readFileSync('/bin/busybox'), 0o755);
after(() => sandbox.remove());

/** A base with a shell and its tools. */
const BASE =
  'FROM scratch AS base\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\nRUN mkdir /tmp\n';

const LIKE_BUILDAH: Record<string, string[]> = {
  'bind of the context': [
    'RUN --mount=type=bind,source=src,target=/mnt/src find /mnt/src -type f | sort > /list && cat /mnt/src/sub/b.txt > /b',
    'RUN --mount=type=bind,target=/context,source=/ ls /context > /names',
  ],
  'bind of a stage': [
    'FROM base AS data\nRUN echo made > /made',
    'FROM base\nRUN --mount=type=bind,from=data,source=/made,target=/in/made cat /in/made > /out',
  ],
  'a writable bind is forgotten': [
    'RUN --mount=type=bind,source=src,target=/work,rw touch /work/new && rm /work/a.txt && ls /work > /seen',
  ],
  tmpfs: ['RUN --mount=type=tmpfs,target=/scratch echo x > /scratch/x && ls /scratch > /seen'],
};

for (const [name, lines] of Object.entries(LIKE_BUILDAH)) {
  test(name, async () => {
    const dockerfile = `${BASE}${lines.join('\n')}\n`;
    const [ours, theirs] = [await sandbox.build(dockerfile), await sandbox.buildWithBuildah(dockerfile)];
    const leftovers = / 40755 0:0$/;
    // buildah leaves the empty directories that it mounted over; BuildKit and we do not.
    const added = describe(theirs.rootfs).filter((line) => !describe(ours.rootfs).includes(line));
    assert.deepEqual(
      added.filter((line) => !leftovers.test(line)),
      [],
    );
    const missing = describe(ours.rootfs).filter((line) => !describe(theirs.rootfs).includes(line));
    assert.deepEqual(missing, []);
  });
}

test('a cache lasts from step to step and from build to build, and is in no layer', async () => {
  const step = (text: string) => `RUN --mount=type=cache,target=/c,id=one ${text}\n`;
  const first = await sandbox.build(
    `${BASE}${step('echo 1 > /c/1 && mkdir /c/d && ln /c/1 /c/d/same')}${step('ls -R /c > /seen')}`,
  );
  assert.equal(first.rootfs.entries.get('c'), undefined);
  assert.equal(text(first, 'seen'), '/c:\n1\nd\n\n/c/d:\nsame\n');
  const second = await sandbox.build(`${BASE}${step('rm /c/1 && cat /c/d/same > /kept && ls /c > /seen')}`);
  assert.deepEqual([text(second, 'kept'), text(second, 'seen')], ['1\n', 'd\n']);
  const other = await sandbox.build(
    `${BASE}RUN --mount=type=cache,target=/c,id=two,mode=0700,uid=5 stat -c %a-%u /c > /seen; ls /c >> /seen`,
  );
  assert.equal(text(other, 'seen'), '700-5\n');
});

test('many changes of a cache are folded', async () => {
  for (let i = 0; i < 20; i++)
    await sandbox.build(`${BASE}RUN --mount=type=cache,target=/c,id=many echo ${i} > /c/last && touch /c/${i}`);
  const { rootfs } = await sandbox.build(
    `${BASE}RUN --mount=type=cache,target=/c,id=many ls /c | wc -l > /n && cat /c/last >> /n`,
  );
  assert.equal(text({ rootfs }, 'n'), '21\n19\n');
});

test('secrets are seen by the step that asks, and are in no layer and no key of the cache', async () => {
  const secrets = new Map([['token', Buffer.from('s3cret')]]);
  const dockerfile = `${BASE}RUN --mount=type=secret,id=token stat -c %a /run/secrets/token > /mode && wc -c < /run/secrets/token >> /mode
RUN --mount=type=secret,id=token,env=TOKEN,target=/t test "$TOKEN" = "$(cat /t)" && echo same > /same
RUN --mount=type=secret,id=none ls /run/secrets 2> /dev/null | wc -l > /none
`;
  const { rootfs } = await sandbox.build(dockerfile, { secrets });
  assert.deepEqual(
    [text({ rootfs }, 'mode'), text({ rootfs }, 'same'), text({ rootfs }, 'none')],
    ['400\n6\n', 'same\n', '0\n'],
  );
  assert.equal(rootfs.entries.get('run'), undefined);
  await sandbox.build(dockerfile, { secrets: new Map([['token', Buffer.from('s3cres')]]) });
  assert.match(sandbox.log, /CACHED/);
  const required = `${BASE}RUN --mount=type=secret,id=gone,required=true true`;
  await assert.rejects(
    sandbox.build(required),
    /the secret "gone" is required; give it with --secret id=gone,src=FILE/,
  );
});

test('a here-document with #! is a program of its own', async () => {
  const { rootfs } = await sandbox.build(`${BASE}RUN <<EOF\n#!/bin/awk -f\nBEGIN { print 6 * 7 > "/answer" }\nEOF\n`);
  assert.equal(text({ rootfs }, 'answer'), '42\n');
  assert.equal(rootfs.entries.get('run'), undefined);
});

function text(
  {
    rootfs,
  }: { rootfs: { entries: Map<string, { content?: { size: number; read(at: number, n: number): Uint8Array } }> } },
  name: string,
) {
  const content = rootfs.entries.get(name)?.content;
  return content && Buffer.from(content.read(0, content.size)).toString();
}
