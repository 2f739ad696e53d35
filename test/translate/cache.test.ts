// Translations that outlive a run: the second start finds what the first one made; damaged or foreign files are nothing.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { deterministicStart } from '../../src/box/deterministic.ts';
import { runBox } from '../../src/runtime/node/run.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';
import { TranslationCache } from '../../src/runtime/node/translations/cache.ts';
import { TranslationDirectory } from '../../src/runtime/node/translations/directory.ts';
import type { PortableRegion } from '../../src/translate/portable/region.ts';
import { mixedRoot, nativeOutput } from './baked.ts';

/** Counts what had to be translated. */
class CountingCache extends TranslationCache {
  translated = 0;

  override add(region: PortableRegion): void {
    this.translated++;
    super.add(region);
  }
}

let root: string;
let expected: string;
let environment: NodeJS.ProcessEnv;

before(() => {
  root = mixedRoot();
  expected = nativeOutput(root, '2').stdout;
});
after(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  environment = { XDG_CACHE_HOME: mkdtempSync(join(root, 'cache-')) };
});

/** Regions that one run had to translate; undefined = there was no cache. */
async function run(): Promise<number | undefined> {
  const directory = TranslationDirectory.open(environment);
  const store = directory && new CountingCache(directory);
  const box = runnableDirectory(join(root, 'rootfs'));
  let stdout = '';
  const sink = {
    write: (bytes: Uint8Array) => {
      stdout += Buffer.from(bytes).toString();
      return bytes.length;
    },
  };
  const boot = { ...(await box.bootOptions({ command: ['/bin/mixed', '2'] })), ...deterministicStart(0) };
  const translate = { threshold: 200, recall: 20, synchronous: true, store };
  const fuel = { amount: 500_000, spent: () => {} };
  await runBox({ ...box, boot, deterministic: true, stdin: null, stdout: sink, stderr: sink, translate, fuel });
  assert.equal(stdout, expected);
  store?.save();
  return store?.translated;
}

function versionDirectory(): string {
  const parent = join(environment.XDG_CACHE_HOME!, 'wbx/translations');
  return join(parent, readdirSync(parent)[0]);
}

const files = () => readdirSync(versionDirectory()).map((name) => join(versionDirectory(), name));

test('the second run translates next to nothing', async () => {
  const cold = (await run())!;
  assert.ok(cold > 5, `${cold} regions`);
  const warm = (await run())!;
  assert.ok(warm <= cold / 5, `${cold} regions at first, then ${warm}`);
});

const DAMAGES: Record<string, (path: string) => void> = {
  'cut off': (path) => writeFileSync(path, readFileSync(path).subarray(0, statSync(path).size / 2)),
  empty: (path) => writeFileSync(path, ''),
  'one bit off': (path) => {
    const bytes = readFileSync(path);
    bytes[bytes.length - 20] ^= 4;
    writeFileSync(path, bytes);
  },
  'a symbolic link': (path) => {
    renameSync(path, join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), path);
  },
};

for (const [what, damage] of Object.entries(DAMAGES)) {
  test(`files that are damaged are made again: ${what}`, async () => {
    const cold = await run();
    for (const path of files()) damage(path);
    assert.equal(await run(), cold);
    assert.ok((await run())! <= cold! / 5);
  });
}

test('files of somebody else are not read', { skip: process.geteuid?.() !== 0 && 'needs root' }, async () => {
  const cold = await run();
  for (const path of files()) chownSync(path, 65534, 65534);
  assert.equal(await run(), cold);
});

test('a directory that others can write to, or that is theirs, is no cache', async () => {
  await run();
  chmodSync(versionDirectory(), 0o777);
  assert.equal(await run(), undefined);
  chmodSync(versionDirectory(), 0o700);
  assert.notEqual(await run(), undefined);
  if (process.geteuid?.() !== 0) return;
  chownSync(versionDirectory(), 65534, 65534);
  assert.equal(await run(), undefined);
});

test('several runs at once leave whole files', async () => {
  const cold = (await run())!;
  rmSync(versionDirectory(), { recursive: true });
  await Promise.all([run(), run(), run()]);
  assert.ok((await run())! <= cold / 5);
  assert.deepEqual(
    readdirSync(versionDirectory()).filter((name) => name.startsWith('.')),
    [],
  );
});

test('what was used least recently makes room', () => {
  const directory = TranslationDirectory.open(environment)!;
  for (const [n, name] of ['old', 'middle', 'new'].entries()) {
    directory.write(name, new Uint8Array(1000));
    utimesSync(join(versionDirectory(), name), n + 1, n + 1);
  }
  directory.sweep(3000);
  assert.equal(files().length, 3);
  directory.sweep(2900);
  assert.deepEqual(readdirSync(versionDirectory()).sort(), ['middle', 'new']);
});
