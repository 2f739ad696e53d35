// Manifests, indexes and configs with values changed at random: a pull takes them or refuses them with a sentence, and never
// stumbles. Digests are made right again on the way up, so that the parsers are reached.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { WbxError } from '../../src/errors.ts';
import { parseReference } from '../../src/image/reference.ts';
import { CredentialStore } from '../../src/image/registry/credentials.ts';
import { pullImage } from '../../src/image/registry/pull.ts';
import { Registries } from '../../src/image/registry/registries.ts';
import { Store } from '../../src/image/store/store.ts';
import { configOf, file, HostileRegistry, layerOf, MEDIA_INDEX, MEDIA_MANIFEST } from './hostile.ts';

const RUNS = 400;
const VALUES = [
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  '../..',
  [],
  {},
  true,
  [null],
  { length: 1 },
  'sha256:',
  `sha256:${'0'.repeat(64)}`,
];

const directory = mkdtempSync(join(tmpdir(), 'wbx-fuzz-'));
let registry: HostileRegistry;
before(async () => {
  registry = await HostileRegistry.start();
});
after(() => {
  registry.stop();
  rmSync(directory, { recursive: true });
});

/** xorshift32: a seed gives the same run again. */
function random(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A copy with one value anywhere in it replaced or removed. */
function mutate(document: object, pick: (below: number) => number): object {
  const copy = structuredClone(document);
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(copy);
  const [holder, key] = places[pick(places.length)];
  const choice = pick(VALUES.length + 1);
  if (choice === VALUES.length) delete holder[key];
  else holder[key] = VALUES[choice];
  return copy;
}

test(`${RUNS} damaged documents`, async () => {
  const seed = Date.now() & 0x7fffffff;
  const pick = random(seed);
  const tar = layerOf(file('f', 'x'));
  const credentials = new CredentialStore(join(directory, 'none'));
  const registries = new Registries({
    config: { mirrors: {}, insecure: [] },
    credentials,
    retries: { tries: 1, delay: 1, patience: 1 },
  });
  const store = new Store(join(directory, 'store'));
  let refusals = 0;
  for (let run = 0; run < RUNS; run++) {
    registry.reset();
    const victim = run % 3;
    const damage = (level: number, document: object): object => (victim === level ? mutate(document, pick) : document);
    const config = {
      ...configOf([tar]),
      config: { Env: ['A=1'], Cmd: ['x'] },
      history: [{ created: 'x', created_by: 'y' }],
    };
    const configBlob = registry.blob(
      Buffer.from(JSON.stringify(damage(0, config))),
      'application/vnd.oci.image.config.v1+json',
    );
    const layers = [registry.blob(gzipSync(tar), 'application/vnd.oci.image.layer.v1.tar+gzip')];
    const manifest = {
      schemaVersion: 2,
      mediaType: MEDIA_MANIFEST,
      config: configBlob,
      layers,
      annotations: { a: 'b' },
    };
    const entry = registry.document(damage(1, manifest), MEDIA_MANIFEST);
    const platform = { os: 'linux', architecture: 'amd64', variant: 'v1' };
    registry.document(
      damage(2, { schemaVersion: 2, mediaType: MEDIA_INDEX, manifests: [{ ...entry, platform }] }),
      MEDIA_INDEX,
      '1',
    );
    try {
      const { image } = await pullImage(store, registries, parseReference(`${registry.host}/app:1`));
      assert.equal(store.find(image.digest)?.digest, image.digest);
    } catch (error) {
      assert.ok(error instanceof WbxError, `seed ${seed}, run ${run}: ${(error as Error).stack}`);
      refusals++;
    }
  }
  assert.ok(refusals > RUNS / 4 && refusals < RUNS, `${refusals} of ${RUNS} were refused`);
});
