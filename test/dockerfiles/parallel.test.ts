// Independent stages side by side: what overlaps, what is carried out once, what ends when another stage fails.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { lookup, type Rootfs } from '../../src/image/rootfs.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({});
sandbox.writeBytes('busybox', readFileSync('/bin/busybox'), 0o755);
after(() => sandbox.remove());

const BASE =
  'FROM scratch AS base\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\nRUN mkdir /tmp\n';
/** Computes for a tenth of a second or more. */
const WORK = 'i=0; while [ $i -lt 4000 ]; do i=$((i + 1)); done';

function text(rootfs: Rootfs, path: string): string {
  const content = lookup(rootfs, path)?.content;
  return Buffer.from(content?.read(0, content.size) ?? []).toString();
}

/** Index of the first line of the log that matches. */
function at(expression: RegExp): number {
  const index = sandbox.log.split('\n').findIndex((line) => expression.test(line));
  assert.notEqual(index, -1, `${expression} is not in:\n${sandbox.log}`);
  return index;
}

function numberOf(title: RegExp): string {
  return /^#(\d+) /.exec(sandbox.log.split('\n')[at(title)])![1];
}

test('two stages compute at once, and who needs both waits for both', async () => {
  const { rootfs } = await sandbox.build(`${BASE}FROM base AS one
RUN ${WORK}; echo 1 > /one
FROM base AS two
RUN ${WORK}; echo 2 > /two
FROM base
COPY --from=one /one /
RUN --mount=type=bind,from=two,target=/in cat /one /in/two > /both
`);
  assert.equal(text(rootfs, 'both'), '1\n2\n');
  const [one, two] = [numberOf(/\[one 2\/2\]/), numberOf(/\[two 2\/2\]/)];
  const begun = Math.max(at(/\[one 2\/2\]/), at(/\[two 2\/2\]/));
  assert.ok(begun < at(new RegExp(`^#${one} DONE`)) && begun < at(new RegExp(`^#${two} DONE`)), sandbox.log);
  assert.ok(at(new RegExp(`^#${one} DONE`)) < at(/COPY --from=one/), sandbox.log);
  assert.ok(at(new RegExp(`^#${two} DONE`)) < at(/RUN --mount=type=bind/), sandbox.log);
});

test('more stages than processors', async () => {
  const names = Array.from({ length: 9 }, (_, i) => `s${i}`);
  const stages = names.map((name) => `FROM base AS ${name}\nRUN echo ${name} > /${name}\n`).join('');
  const copies = names.map((name) => `COPY --from=${name} /${name} /\n`).join('');
  const { rootfs } = await sandbox.build(`${BASE}${stages}FROM scratch\n${copies}`);
  assert.deepEqual(
    names.map((name) => text(rootfs, name)),
    names.map((name) => `${name}\n`),
  );
});

test('a step that two stages have in common is carried out once', async () => {
  const common = 'RUN cat /proc/sys/kernel/random/uuid > /uuid';
  const { rootfs } = await sandbox.build(`${BASE}FROM base AS one
${common}
FROM base AS two
${common}
FROM base
COPY --from=one /uuid /one
COPY --from=two /uuid /two
`);
  assert.equal(text(rootfs, 'one').length, 37);
  assert.equal(text(rootfs, 'one'), text(rootfs, 'two'));
});

test('the first failure ends the other stages, and is the one that is told', async () => {
  const dockerfile = `${BASE}FROM base AS slow
RUN while :; do :; done
FROM base AS bad
RUN echo reason; exit 3
FROM base AS after
COPY --from=bad / /
FROM base
COPY --from=slow / /
COPY --from=after / /
`;
  await assert.rejects(sandbox.build(dockerfile), /Dockerfile.*:8: process .*exit code: 3/);
  assert.match(sandbox.log, new RegExp(`^#${numberOf(/RUN while/)} CANCELED$`, 'm'));
  assert.equal(sandbox.log.match(/ERROR/g)?.length, 1);
  assert.doesNotMatch(sandbox.log, /\] COPY --from=(bad|slow)/);
});

const cache = (options: string, command: string) => `RUN --mount=type=cache,target=/c,${options} ${command}\n`;

test('stages that share a cache each add to it', async () => {
  const { rootfs } = await sandbox.build(`${BASE}FROM base AS one
${cache('id=shared', `${WORK}; echo 1 > /c/one`)}FROM base AS two
${cache('id=shared', `${WORK}; echo 2 > /c/two`)}FROM base
COPY --from=one /tmp /
COPY --from=two /tmp /
${cache('id=shared', 'cat /c/one /c/two > /both')}`);
  assert.equal(text(rootfs, 'both'), '1\n2\n');
});

test('one after the other has a cache that is locked', async () => {
  const count = cache('id=locked,sharing=locked', `n=$(cat /c/n || echo 0); ${WORK}; echo $((n + 1)) > /c/n`);
  const stages = ['a', 'b', 'c'].map((name) => `FROM base AS ${name}\nENV NAME=${name}\n${count}`).join('');
  const copies = ['a', 'b', 'c'].map((name) => `COPY --from=${name} /tmp /\n`).join('');
  const { rootfs } = await sandbox.build(
    `${BASE}${stages}FROM base\n${copies}${cache('id=locked,sharing=locked', 'cat /c/n > /n')}`,
  );
  assert.equal(text(rootfs, 'n'), '3\n');
});

test('who finds a private cache in use gets an empty one', async () => {
  const add = (name: string) =>
    `FROM base AS ${name}\n${cache('id=private,sharing=private', `ls /c > /seen; ${WORK}; echo ${name} > /c/${name}`)}`;
  const { rootfs } = await sandbox.build(`${BASE}${add('one')}${add('two')}FROM base
COPY --from=one /seen /one
COPY --from=two /seen /two
${cache('id=private,sharing=private', 'ls /c > /kept')}`);
  assert.deepEqual([text(rootfs, 'one'), text(rootfs, 'two')], ['', '']);
  assert.match(text(rootfs, 'kept'), /^(one|two)\n$/);
});
