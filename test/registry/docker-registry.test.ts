// Pull and push against Debian's docker-registry, with skopeo as the second client.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { importImage } from '../../src/image/import.ts';
import { parseReference } from '../../src/image/reference.ts';
import { CredentialStore, type Credentials } from '../../src/image/registry/credentials.ts';
import { login } from '../../src/image/registry/login.ts';
import { pullImage } from '../../src/image/registry/pull.ts';
import { pushImage } from '../../src/image/registry/push.ts';
import { Registries } from '../../src/image/registry/registries.ts';
import { lookup } from '../../src/image/rootfs.ts';
import { Store } from '../../src/image/store/store.ts';
import { RegistryProxy } from './proxy.ts';
import { Registry } from './registry.ts';
import { REFRESH_TOKEN, TokenServer, USER } from './token-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-registry-'));
const path = (name: string): string => join(directory, name);
const running: { stop(): void }[] = [];
let registry: Registry;
let archive: string;

/** The second of these layers is larger than a chunk of an upload. */
const SIZES = [3000, 20 << 20];

before(async () => {
  registry = await start(Registry.start(path('open')));
  for (const [i, size] of SIZES.entries()) {
    mkdirSync(path(`layer${i}`));
    writeFileSync(path(`layer${i}/file${i}`), randomBytes(size));
  }
  archive = path('base.tar');
  execFileSync('tar', ['-C', path('layer0'), '-czf', archive, '.']);
});
after(() => {
  for (const each of running) each.stop();
  rmSync(directory, { recursive: true });
});

async function start<T extends { stop(): void }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  running.push(started);
  return started;
}

let count = 0;
const newStore = (): Store => new Store(path(`store-${++count}`));

function client(credentials?: [registry: string, Credentials]): Registries {
  const config = { mirrors: {}, insecure: [] };
  const auths = credentials && { [credentials[0]]: entryOf(credentials[1]) };
  const file = path(`config-${++count}.json`);
  writeFileSync(file, JSON.stringify({ auths }));
  const retries = { tries: 5, delay: 5, patience: 2000 };
  return new Registries({ config, credentials: new CredentialStore(file), retries });
}

function entryOf(credentials: Credentials): object {
  if ('identityToken' in credentials) return { identitytoken: credentials.identityToken };
  return { auth: Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64') };
}

/** An image of two layers, the first compressed. */
async function twoLayers(store: Store, name: string) {
  const [a, b] = [await importImage(store, archive, 'a'), await importImage(store, path('layer1'), 'b')];
  const layers = [...a.layers, ...b.layers];
  const config = { ...a.config, rootfs: { ...a.config.rootfs, diff_ids: layers.map(({ diffId }) => diffId) } };
  const image = store.put(config, layers);
  await store.tag(image, name);
  return image;
}

function skopeo(...words: string[]): string {
  return execFileSync('skopeo', words, { encoding: 'utf8' });
}

const remoteDigest = (name: string): string =>
  skopeo('inspect', '--tls-verify=false', '--format', '{{.Digest}}', `docker://${name}`).trim();

async function push(store: Store, name: string, registries = client()) {
  return pushImage(store, registries, store.get(name), parseReference(name));
}

test('an image goes to a registry and comes back with its digest; a second pull moves no blob', async () => {
  const name = `${registry.host}/team/app:1`;
  const store = newStore();
  const image = await twoLayers(store, name);
  assert.equal((await push(store, name)).digest, image.digest);
  assert.equal(remoteDigest(name), image.digest);

  const proxy = await start(RegistryProxy.start(registry.host));
  const reference = parseReference(`${proxy.host}/team/app:1`);
  const other = newStore();
  const pulled = await pullImage(other, client(), reference);
  assert.deepEqual([pulled.digest, pulled.image.digest, pulled.changed], [image.digest, image.digest, true]);
  assert.equal(proxy.blobs.length, 3);
  assert.equal(lookup(await other.rootfs(pulled.image.layers), 'file1')?.content?.size, SIZES[1]);
  proxy.requests.length = 0;
  assert.equal((await pullImage(new Store(other.directory), client(), reference)).changed, false);
  assert.deepEqual(proxy.blobs, []);
});

test('what skopeo pushes is pulled, in Docker and OCI form, gzip and zstd', async () => {
  const store = newStore();
  const image = await twoLayers(store, 'app');
  for (const [i, words] of [
    ['--format', 'v2s2'],
    ['--format', 'oci'],
    ['--format', 'oci', '--dest-compress-format', 'zstd'],
  ].entries()) {
    const name = `${registry.host}/skopeo/app:${i}`;
    const force = words.includes('zstd') ? ['--dest-compress'] : [];
    const source = `oci:${store.directory}:docker.io/library/app:latest`;
    skopeo('copy', '--quiet', '--dest-tls-verify=false', ...force, ...words, source, `docker://${name}`);
    const other = newStore();
    const pulled = await pullImage(other, client(), parseReference(name));
    assert.equal(pulled.digest, remoteDigest(name));
    assert.deepEqual(pulled.image.config.rootfs, image.config.rootfs);
    assert.equal(lookup(await other.rootfs(pulled.image.layers), 'file0')?.content?.size, SIZES[0]);
  }
});

test('layers that the registry has elsewhere are mounted, not sent', async () => {
  const store = newStore();
  const name = `${registry.host}/mount/first`;
  const image = await twoLayers(store, name);
  await push(store, name);
  const proxy = await start(RegistryProxy.start(registry.host));
  for (const repository of ['mount/first', 'mount/second']) await store.tag(image, `${proxy.host}/${repository}`);
  await push(store, `${proxy.host}/mount/second`);
  assert.equal(proxy.requests.filter((each) => /^POST .*mount=.*from=mount/.test(each)).length, 2);
  assert.deepEqual(
    proxy.requests.filter((each) => /^PATCH/.test(each)),
    [],
  );
});

test('uploads and downloads go on where a cut connection left them', async () => {
  const store = newStore();
  const proxy = await start(RegistryProxy.start(registry.host));
  const name = `${proxy.host}/cut/app`;
  mkdirSync(path('cut'));
  writeFileSync(path('cut/file'), randomBytes(40 << 20));
  const image = await importImage(store, path('cut'), name);
  let cuts = 3;
  proxy.cutRequest = (method) => (method === 'PATCH' && cuts-- > 0 ? 5 << 20 : undefined);
  await push(store, name);
  assert.ok(cuts <= 0);
  assert.equal(remoteDigest(`${registry.host}/cut/app`), image.digest);

  cuts = 3;
  proxy.cutResponse = (_method, url) =>
    url.includes(image.layers[0].layer.digest) && cuts-- > 0 ? 10 << 20 : undefined;
  proxy.requests.length = 0;
  const pulled = await pullImage(newStore(), client(), parseReference(name));
  assert.equal(pulled.digest, image.digest);
  assert.equal(proxy.blobs.length, 2 + 3);
});

test('an index is followed to linux/amd64, or to the platform that is asked for', async () => {
  const store = newStore();
  const repository = `${registry.host}/multi/app`;
  const image = await twoLayers(store, repository);
  await push(store, repository);
  const target = client().target(parseReference(repository));
  const manifest = store.manifest(image);
  const armConfig = Buffer.from(JSON.stringify({ ...image.config, architecture: 'arm64' }));
  const armImage = store.adopt(
    Buffer.from(
      JSON.stringify({
        ...manifest,
        config: { ...manifest.config, digest: store.blobs.put(armConfig), size: armConfig.length },
      }),
    ),
    armConfig,
    image.layers,
  );
  await store.tag(armImage, `${repository}:arm`);
  await push(store, `${repository}:arm`);
  const entry = (digest: string, architecture: string) => ({
    mediaType: manifest.mediaType,
    digest,
    size: store.blobs.read(digest as never).length,
    platform: { os: 'linux', architecture },
  });
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [entry(armImage.digest, 'arm64'), entry(image.digest, 'amd64')],
    }),
  );
  await target.putDocument('both', index, 'application/vnd.oci.image.index.v1+json');
  const reference = parseReference(`${repository}:both`);
  const other = newStore();
  const pulled = await pullImage(other, client(), reference);
  assert.equal(pulled.image.digest, image.digest);
  assert.equal(pulled.digest, remoteDigest(`${repository}:both`));
  assert.equal(other.get(`${repository}@${pulled.digest}`).digest, image.digest);
  const arm = { os: 'linux', architecture: 'arm64' };
  assert.equal((await pullImage(newStore(), client(), reference, { platforms: [arm] })).image.digest, armImage.digest);
  await assert.rejects(
    pullImage(newStore(), client(), reference, { platforms: [{ os: 'linux', architecture: 's390x' }] }),
    /both is not there for linux\/s390x; it is for linux\/arm64, linux\/amd64$/,
  );
  await assert.rejects(
    pullImage(newStore(), client(), parseReference(`${repository}:arm`)),
    /is for linux\/arm64; a box runs linux\/amd64$/,
  );
});

test('htpasswd: no access without a password, with a wrong one, and access with the right one', async () => {
  const hash = spawnSync('python3', ['-c', 'import crypt; print(crypt.crypt("secret", crypt.METHOD_BLOWFISH))'], {
    encoding: 'utf8',
  });
  writeFileSync(path('htpasswd'), `joe:${hash.stdout.trim()}\n`);
  const closed = await start(Registry.start(path('closed'), { htpasswd: { realm: 'tests', path: path('htpasswd') } }));
  const name = `${closed.host}/app`;
  const store = newStore();
  const image = await twoLayers(store, name);
  await assert.rejects(push(store, name), /wants credentials.*; log in with "wbx login 127/);
  const joe = { username: 'joe', password: 'secret' };
  await push(store, name, client([closed.host, joe]));
  const reference = parseReference(name);
  await assert.rejects(
    pullImage(newStore(), client([closed.host, { ...joe, password: 'x' }]), reference),
    /wants credentials/,
  );
  assert.equal((await pullImage(newStore(), client([closed.host, joe]), reference)).digest, image.digest);
  const kept = new CredentialStore(path('login.json'));
  await assert.rejects(
    login(client(), kept, closed.host, { ...joe, password: 'x' }),
    /refuses the user name or the password/,
  );
  assert.equal(await kept.get(closed.host), undefined);
  await login(client(), kept, closed.host, joe);
  assert.deepEqual(await kept.get(closed.host), joe);
});

test('bearer tokens: scopes, mounts, refresh tokens, expiry, and refusals', async () => {
  const tokens = await start(TokenServer.start(path('tokens')));
  const guarded = await start(Registry.start(path('guarded'), tokens.auth));
  const name = `${guarded.host}/public/app`;
  const store = newStore();
  const image = await twoLayers(store, name);
  await assert.rejects(push(store, name), /wants credentials.*; log in with/);
  const user: [string, Credentials] = [guarded.host, USER];
  await push(store, name, client(user));
  assert.deepEqual(tokens.asked.at(-1), ['repository:public/app:pull,push']);
  await store.tag(image, `${guarded.host}/private/app`);
  await push(store, `${guarded.host}/private/app`, client(user));
  assert.ok(tokens.asked.some((scopes) => scopes.length === 2 && scopes[1] === 'repository:public/app:pull'));

  const anonymous = parseReference(name);
  assert.equal((await pullImage(newStore(), client(), anonymous)).digest, image.digest);
  const secret = parseReference(`${guarded.host}/private/app`);
  await assert.rejects(pullImage(newStore(), client(), secret), /wants credentials/);
  await assert.rejects(
    pullImage(newStore(), client([guarded.host, { ...USER, password: 'x' }]), secret),
    /gives no token.*check the user name/,
  );
  const refreshed = client([guarded.host, { identityToken: REFRESH_TOKEN }]);
  assert.equal((await pullImage(newStore(), refreshed, secret)).digest, image.digest);
  tokens.lifetime = 0;
  tokens.asked.length = 0;
  await pullImage(newStore(), client(user), anonymous);
  assert.ok(tokens.asked.length >= 3, 'an expired token is not used again');
});

test('tags are listed', async () => {
  const store = newStore();
  const repository = `${registry.host}/tags/app`;
  const image = await importImage(store, path('layer0'), 'x');
  const wanted = Array.from({ length: 7 }, (_, i) => `t${i}`);
  for (const tag of wanted) {
    await store.tag(image, `${repository}:${tag}`);
    await push(store, `${repository}:${tag}`);
  }
  assert.deepEqual((await client().target(parseReference(repository)).tags()).sort(), wanted);
});

test('a mirror serves docker.io, and the registry itself what the mirror lacks', async () => {
  const store = newStore();
  const image = await twoLayers(store, `${registry.host}/library/mirrored`);
  await push(store, `${registry.host}/library/mirrored`);
  const empty = await start(Registry.start(path('empty')));
  const mirrors = { 'docker.io': [`http://${empty.host}`, `http://${registry.host}`] };
  const retries = { tries: 1, delay: 5, patience: 100 };
  const mirrored = new Registries({
    config: { mirrors, insecure: [] },
    credentials: new CredentialStore(path('none')),
    retries,
  });
  const other = newStore();
  assert.equal((await pullImage(other, mirrored, parseReference('mirrored'))).digest, image.digest);
  assert.equal(other.get('mirrored').digest, image.digest);
  assert.equal(readdirSync(join(other.directory, 'tmp')).length, 0);
});
