// The store among processes: killed at any moment, pulled into by several at once, swept while a pull is under way.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBox } from '../../src/box/inspect.ts';
import { openFile } from '../../src/box/open-file.ts';
import { digestOf } from '../../src/image/digest.ts';
import { loadImages } from '../../src/image/load.ts';
import { Store } from '../../src/image/store/store.ts';
import { Wbx } from '../cli/wbx.ts';
import type { HostileRegistry } from './hostile.ts';
import { slowRegistry } from './slow-registry.ts';

const KILLS = 25;
const LAYERS = 4;
const MAIN = resolve('dist/src/cli/main.js');

const wbx = new Wbx();
const registries: HostileRegistry[] = [];
after(() => {
  for (const registry of registries) registry.stop();
  wbx.remove();
});

async function serve(size: number, pause: number): Promise<string> {
  const registry = await slowRegistry(LAYERS, size, pause);
  registries.push(registry);
  return `${registry.host}/app:1`;
}

/** Not spawnSync: the registry lives in this process. */
function start(...args: string[]): ChildProcess & { ended: Promise<number | null> } {
  const child = spawn(process.execPath, [MAIN, ...args], { env: wbx.env, cwd: wbx.directory, stdio: 'ignore' });
  return Object.assign(child, { ended: new Promise<number | null>((done) => child.on('close', done)) });
}

const directory = wbx.path('data/wbx');

/** Every blob is what its name says, and every name leads to an image that can be read. */
async function assertSound(): Promise<void> {
  for (const place of ['blobs/sha256', 'layers']) {
    const files = existsSync(join(directory, place)) ? readdirSync(join(directory, place)) : [];
    for (const name of files) {
      const bytes = readFileSync(join(directory, place, name));
      assert.equal(digestOf(bytes), `sha256:${name.replace('.tar', '')}`);
    }
  }
  const store = new Store(directory);
  for (const { digest } of store.names.list().values()) await store.rootfs(store.get(digest).layers);
}

test(`a store whose pull is killed ${KILLS} times is sound each time, and the pull goes on`, async () => {
  const name = await serve(1 << 20, 15);
  const seed = Math.random();
  for (let kill = 0; kill < KILLS; kill++) {
    const pull = start('pull', name);
    // Node starts for some 100 ms; the pull itself lasts about as long as the rest of this.
    await sleep(60 + ((seed * 1000 + kill * 37) % 500));
    pull.kill('SIGKILL');
    await pull.ended;
    await assertSound();
    if (new Store(directory).find(name)) wbx.run('rmi', name);
  }
  assert.equal(await start('pull', name).ended, 0);
  await assertSound();
  assert.ok(new Store(directory).find(name));
  const left = readdirSync(join(directory, 'tmp'));
  assert.deepEqual(
    left.filter((file) => /\.(part|lock)$/.test(file)),
    [],
  );
  assert.equal(await start('image', 'prune', '-af').ended, 0);
  assert.deepEqual(readdirSync(join(directory, 'blobs/sha256')), []);
});

test(`a store whose build is killed ${KILLS} times is sound each time, caches and outputs too, and the build goes on`, async () => {
  const context = wbx.path('context');
  mkdirSync(context);
  copyFileSync('/bin/busybox', join(context, 'busybox'));
  const steps = [1, 2, 3, 4].map(
    (i) => `RUN --mount=type=cache,target=/c head -c 300000 /dev/urandom | tee /c/${i} > /f${i}`,
  );
  writeFileSync(
    join(context, 'Dockerfile'),
    `FROM scratch AS base\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\nARG KILL\nRUN echo $KILL > /kill
${steps.join('\n')}\nFROM base AS other\nRUN head -c 300000 /dev/urandom > /other\nFROM base\nCOPY --from=other /other /\n`,
  );
  const [box, tar] = [wbx.path('built.wasm'), wbx.path('built.tar')];
  const build = (kill: number) =>
    start(
      'build',
      '-q',
      '-t',
      'built',
      '-o',
      box,
      '--output',
      `type=oci,dest=${tar}`,
      '--build-arg',
      `KILL=${kill}`,
      context,
    );
  assert.equal(await build(-1).ended, 0);
  const began = performance.now();
  assert.equal(await build(-2).ended, 0);
  const whole = performance.now() - began;
  for (let kill = 0; kill < KILLS; kill++) {
    // Each dies later in the build than the one before it, and somewhere in between.
    const child = build(kill);
    await sleep((whole * (kill + Math.random())) / KILLS);
    child.kill('SIGKILL');
    await child.ended;
    await assertSound();
    await assertReadable(box, tar);
  }
  assert.equal(await build(KILLS).ended, 0);
  await assertSound();
  await assertReadable(box, tar);
  assert.equal(wbx.run('run', 'built', '/bin/cat', '/kill').stdout, `${KILLS}\n`);
  assert.equal(await start('builder', 'prune', '-af').ended, 0);
  assert.equal(await start('image', 'prune', '-af').ended, 0);
  assert.deepEqual(readdirSync(join(directory, 'blobs/sha256')), []);
});

/** What a build has written is whole: that of an earlier build when a later one was killed. */
async function assertReadable(box: string, tar: string): Promise<void> {
  const file = openFile(box);
  await openBox(file, box);
  file.close();
  assert.ok((await loadImages(new Store(wbx.path('other')), tar)).length > 0);
}

test('pulls of one image at once share its blobs', async () => {
  const name = await serve(1 << 20, 20);
  const ended = await Promise.all([1, 2, 3].map(() => start('pull', name).ended));
  assert.deepEqual(ended, [0, 0, 0]);
  const got = (registries.at(-1) as HostileRegistry).requests.flatMap(
    ({ url }) => url?.match(/blobs\/sha256.*/)?.[0] ?? [],
  );
  assert.equal(got.length, LAYERS + 1);
  assert.equal(new Set(got).size, LAYERS + 1);
});

test('a sweep beside a pull takes nothing that the pull needs', async () => {
  const name = await serve(1 << 20, 60);
  const pull = start('pull', name);
  let running = true;
  const ended = pull.ended.finally(() => {
    running = false;
  });
  let sweeps = 0;
  for (; running; sweeps++) await start('image', 'prune', '-af').ended;
  assert.equal(await ended, 0);
  assert.ok(sweeps >= 2);
  await assertSound();
});
