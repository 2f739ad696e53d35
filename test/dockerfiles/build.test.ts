// Building itself: cache, arguments, stages, progress, history, reproducibility. Nothing here runs a program.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { lookup, type Rootfs } from '../../src/image/rootfs.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({ 'a.txt': 'a', 'b.txt': 'b' });
after(() => sandbox.remove());

function text(rootfs: Rootfs, path: string): string | undefined {
  const content = lookup(rootfs, path)?.content;
  return content && Buffer.from(content.read(0, content.size)).toString();
}

/** The progress without times and empty lines. */
function log(): string[] {
  return sandbox.log
    .replace(/DONE [\d.]+s/g, 'DONE')
    .split('\n')
    .filter(Boolean);
}

test('progress has the form of BuildKit', async () => {
  await sandbox.build('FROM scratch\nENV A=1\nCOPY a.txt /progress\nWORKDIR /w\n');
  const steps = ['#1 [1/3] FROM scratch', '#2 [2/3] COPY a.txt /progress', '#3 [3/3] WORKDIR /w'];
  assert.deepEqual(
    log(),
    steps.flatMap((step) => [step, `${step.slice(0, 2)} DONE`]),
  );
});

test('progress names the stages', async () => {
  await sandbox.build('FROM scratch AS one\nFROM one\nCOPY a.txt /stages\n');
  assert.deepEqual(
    log().filter((line) => line.includes('[')),
    ['#1 [one 1/1] FROM scratch', '#2 [stage-1 1/2] FROM one', '#3 [stage-1 2/2] COPY a.txt /stages'],
  );
});

test('a step is cached until something it reads changes', async () => {
  const dockerfile = 'FROM scratch\nCOPY a.txt /c/1\nLABEL x=1\nCOPY b.txt /c/2\n';
  const cached = () => log().filter((line) => line.endsWith('CACHED')).length;
  await sandbox.build(dockerfile);
  assert.equal(cached(), 0);
  await sandbox.build(dockerfile.replace('x=1', 'x=2'));
  assert.equal(cached(), 2);
  sandbox.write({ 'b.txt': 'changed' });
  const { rootfs } = await sandbox.build(dockerfile);
  assert.equal(cached(), 1);
  assert.equal(text(rootfs, 'c/2'), 'changed');
  await sandbox.build(dockerfile, { useCache: false });
  assert.equal(cached(), 0);
});

test('--build-arg beats the default, and an ARG before FROM holds where it is declared again', async () => {
  const dockerfile =
    'ARG BASE=scratch G=global\nFROM ${BASE}\nARG G\nARG A=default\nARG TARGETARCH\nENV X=$A-$G-$TARGETARCH-$UNSET\n';
  const env = async (args: [string, string][]) =>
    (await sandbox.build(dockerfile, { buildArgs: new Map(args) })).config.Env?.at(-1);
  assert.equal(await env([]), 'X=default-global-amd64-');
  assert.equal(
    await env([
      ['A', '1'],
      ['G', '2'],
    ]),
    'X=1-2-amd64-',
  );
  await env([['NOPE', '1']]);
  assert.match(sandbox.log, /warning: no ARG declares the --build-arg NOPE/);
});

test('only the stages that the target needs are built', async () => {
  const dockerfile =
    'FROM nosuchimage AS unused\nFROM scratch AS one\nCOPY a.txt /one\nFROM scratch AS two\nCOPY --from=one /one /two\n';
  assert.ok(lookup((await sandbox.build(dockerfile)).rootfs, 'two'));
  assert.ok(lookup((await sandbox.build(dockerfile, { target: 'one' })).rootfs, 'one'));
  await assert.rejects(sandbox.build(dockerfile, { target: 'unused' }), /Dockerfile:1: no image "nosuchimage"/);
  await assert.rejects(
    sandbox.build(dockerfile, { target: 'three' }),
    /"three" is not in the Dockerfile; the Dockerfile has unused, one, two/,
  );
});

test('here-documents become files, expanded unless quoted', async () => {
  const dockerfile = 'FROM scratch\nENV A="x y"\nCOPY <<one <<"two" /h/\nit\'s "$A"\none\n$A\ntwo\n';
  const { rootfs } = await sandbox.build(dockerfile);
  assert.equal(text(rootfs, 'h/one'), 'it\'s "x y"\n');
  assert.equal(text(rootfs, 'h/two'), '$A\n');
});

test('triggers of a base image run behind FROM', async () => {
  const { store } = sandbox;
  const dockerfile = 'FROM scratch\nONBUILD COPY a.txt /triggered\nONBUILD ENV T=1\n';
  await sandbox.build(dockerfile);
  const base = await sandbox.buildImage(dockerfile);
  await store.tag(base, 'onbuild');
  const { rootfs, config } = await sandbox.build('FROM onbuild\n');
  assert.ok(lookup(rootfs, 'triggered'));
  assert.equal(config.OnBuild, undefined);
  assert.ok(config.Env?.includes('T=1'));
});

test('history has an entry for each instruction', async () => {
  const { config } = await sandbox.buildImage('FROM scratch\nENV A=1\nCOPY a.txt /history\nCMD ["x"]\n');
  const entries = (config.history ?? []).map(({ created_by, empty_layer }) => [created_by, empty_layer ?? false]);
  assert.deepEqual(entries, [
    ['ENV A=1', true],
    ['COPY a.txt /history', false],
    ['CMD ["x"]', true],
  ]);
  assert.equal(config.rootfs.diff_ids.length, 1);
});

test('SOURCE_DATE_EPOCH makes a build reproducible', async () => {
  process.env.SOURCE_DATE_EPOCH = '1000000000';
  const build = () => sandbox.buildImage('FROM scratch\nWORKDIR /w\nCOPY a.txt x/\nCMD ["x"]\n', { useCache: false });
  const first = await build();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  sandbox.write({ 'a.txt': 'a' });
  assert.equal((await build()).digest, first.digest);
  assert.equal(first.config.created, '2001-09-09T01:46:40Z');
  delete process.env.SOURCE_DATE_EPOCH;
});

test('a symbolic link of the context does not lead out of it', async () => {
  sandbox.write({ 'out/': '', 'out/etc': '-> ../../../../../../etc', 'out/passwd': '-> /etc/passwd' });
  await assert.rejects(sandbox.build('FROM scratch\nCOPY out/etc/passwd /p\n'), /is not in the build context/);
  await assert.rejects(sandbox.build('FROM scratch\nCOPY out/passwd /p\n'), /is not in the build context/);
  assert.equal(lookup((await sandbox.build('FROM scratch\nCOPY out /o\n')).rootfs, 'o/passwd')?.target, '/etc/passwd');
});
