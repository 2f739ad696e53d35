// What a registry may not do, or may do badly: every case ends with one sentence, in bounded memory, and with a store that
// holds no image by that name and takes a sound one afterwards.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { WbxError } from '../../src/errors.ts';
import type { Digest } from '../../src/image/digest.ts';
import type { Manifest } from '../../src/image/oci.ts';
import { parseReference } from '../../src/image/reference.ts';
import { CredentialStore } from '../../src/image/registry/credentials.ts';
import { pullImage } from '../../src/image/registry/pull.ts';
import { pushImage } from '../../src/image/registry/push.ts';
import { Registries } from '../../src/image/registry/registries.ts';
import { lookup, newInode, S_IFCHR } from '../../src/image/rootfs.ts';
import { Store } from '../../src/image/store/store.ts';
import { TarWriter } from '../../src/image/tar/write.ts';
import { configOf, file, HostileRegistry, layerOf, MEDIA_INDEX, MEDIA_MANIFEST, type Trick } from './hostile.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-hostile-'));
const store = new Store(join(directory, 'store'));
let registry: HostileRegistry;
let count = 0;

before(async () => {
  registry = await HostileRegistry.start();
});
beforeEach(() => registry.reset());
after(() => {
  registry.stop();
  rmSync(directory, { recursive: true });
});

const retries = { tries: 3, delay: 2, patience: 1500 };
const credentials = new CredentialStore(join(directory, 'none.json'));
const client = (): Registries => new Registries({ config: { mirrors: {}, insecure: [] }, credentials, retries });

/** A layer that no other test has. */
const layer = (): Buffer => layerOf(file('f', `contents ${++count} ${'x'.repeat(5000)}`));
const pull = () => pullImage(store, client(), parseReference(`${registry.host}/app:1`));

async function refused(sentence: RegExp): Promise<void> {
  await assert.rejects(pull(), (error) => {
    assert.ok(error instanceof WbxError, String(error));
    assert.match(error.message, sentence);
    return true;
  });
  assert.equal(store.names.list().size, 0);
  assert.equal(store.leases.held().digests.size, 0);
}

/** A trick on the requests whose address matches. */
function on(pattern: RegExp, answer: (response: ServerResponse, request: IncomingMessage) => void): Trick {
  return (request, response) => {
    if (!pattern.test(`${request.method} ${request.url}`)) return false;
    answer(response, request);
    return true;
  };
}

const LAYERS = /^GET .*\/blobs\//;

test('a sound image comes through', async () => {
  registry.image('1', [layer(), layer()]);
  const { image } = await pull();
  assert.ok(lookup(await store.rootfs(image.layers), 'f'));
  await store.names.delete(`${registry.host}/app:1`);
});

const CLAIMS: [what: string, edit: (manifest: Manifest) => unknown, sentence: RegExp][] = [
  [
    'a layer longer than said',
    (m) => edited(m, { size: 10 }),
    /sends more than the 10 bytes that the manifest gives blob/,
  ],
  ['a layer shorter than said', (m) => edited(m, { size: 1e9 }), /ends blob \w+ after \d+ of 1000000000 bytes$/],
  ['a size that is none', (m) => edited(m, { size: -1 }), /has a descriptor without a size$/],
  [
    'a digest that is none',
    (m) => edited(m, { digest: 'sha256:../../etc' as Digest }),
    /where a sha256 digest is expected$/,
  ],
  ['no layers', (m) => ({ ...m, layers: [] }), /manifest and config list different numbers of layers$/],
  ['layers that are no list', (m) => ({ ...m, layers: { length: 1 } }), /is no image manifest$/],
  [
    'a config of gigabytes',
    (m) => ({ ...m, config: { ...m.config, size: 2e9 } }),
    /a config of 2000000000 bytes; 8388608 are enough$/,
  ],
  [
    'an artifact',
    (m) => ({ ...m, config: { ...m.config, mediaType: 'application/x' } }),
    /not an image but an artifact with a config of type application\/x$/,
  ],
  ['schema version 1', (m) => ({ ...m, schemaVersion: 1 }), /has schema version 1, which went out of use/],
  [
    '40,000 layers',
    (m) => ({ ...m, layers: Array(40_000).fill({ digest: m.layers[0].digest, size: 1 }) }),
    /lists 40000 layers; the limit is 500$/,
  ],
  [
    '100,000 layers',
    (m) => ({ ...m, layers: Array(100_000).fill({ digest: m.layers[0].digest, size: 1 }) }),
    /is larger than 4194304 bytes$/,
  ],
];

function edited(manifest: Manifest, claim: object): Manifest {
  return { ...manifest, layers: manifest.layers.map((each) => ({ ...each, ...claim })) };
}

for (const [what, edit, sentence] of CLAIMS) {
  test(`a manifest with ${what} is refused`, async () => {
    registry.image('1', [layer()], edit);
    await refused(sentence);
  });
}

const BODIES: [what: string, body: string, sentence: RegExp][] = [
  ['no JSON', '<html>', /is not a JSON object$/],
  ['null', 'null', /is not a JSON object$/],
  ['a list', '[]', /is not a JSON object$/],
  ['nested a million deep', '['.repeat(1_000_000), /is not a JSON object$/],
  ['nothing', '', /is not a JSON object$/],
  ['an empty object', '{}', /is no image manifest$/],
];

for (const [what, body, sentence] of BODIES) {
  test(`a manifest that is ${what} is refused`, async () => {
    registry.document(Buffer.from(body), MEDIA_MANIFEST, '1');
    await refused(sentence);
  });
}

test('content under another digest is refused: layer, manifest, and what the header says', async () => {
  const { digest } = registry.image('1', [layer()]);
  registry.trick = on(LAYERS, (response, { url }) =>
    response.end(Buffer.from(registry.blobs.get(url?.split('/').at(-1) ?? '') ?? '').fill(7, 0, 20)),
  );
  await refused(/^blob \w+ is corrupt: its content has another digest$/);
  registry.trick = on(/manifests/, (response) =>
    response.setHeader('docker-content-digest', `sha256:${'0'.repeat(64)}`).end('{}'),
  );
  await refused(/is corrupt: its digest is sha256:\w+, not sha256:0+$/);
  registry.reset();
  registry.document(
    { schemaVersion: 2, mediaType: MEDIA_INDEX, manifests: [{ mediaType: MEDIA_MANIFEST, digest, size: 5 }] },
    MEDIA_INDEX,
    '1',
  );
  registry.trick = on(/manifests\/sha256/, (response) => response.end('{"schemaVersion":2}'));
  await refused(/is corrupt: its digest is/);
});

test('indexes: nested too deep, too many entries, nothing for this machine, a size that is wrong', async () => {
  let entry = registry.image('x', [layer()]);
  const nest = (inner: object, tag?: string) =>
    registry.document({ schemaVersion: 2, mediaType: MEDIA_INDEX, manifests: [inner] }, MEDIA_INDEX, tag);
  for (let depth = 0; depth < 6; depth++) entry = nest(entry, '1');
  await refused(/indexes nested too deep$/);
  registry.document({ manifests: Array(5000).fill(entry) }, MEDIA_INDEX, '1');
  await refused(/lists 5000 entries; the limit is 4096$/);
  nest({ ...entry, platform: { os: 'windows', architecture: 'amd64' } }, '1');
  await refused(/is not there for linux\/amd64; it is for windows\/amd64$/);
  nest({ ...entry, size: entry.size + 1 }, '1');
  await refused(/its index says \d+$/);
});

test('429 and 500 are waited for, as long as the server asks, but not for ever', async () => {
  registry.image('1', [layer()]);
  let failures = 2;
  const later = (status: number, after?: string) =>
    on(/./, (response) => response.writeHead(status, after === undefined ? {} : { 'retry-after': after }).end());
  registry.trick = (request, response) =>
    failures-- > 0 && later(failures ? 500 : 429, failures ? undefined : '1')(request, response);
  const start = performance.now();
  await pull();
  assert.ok(performance.now() - start > 900);
  await store.names.delete(`${registry.host}/app:1`);
  registry.trick = later(503);
  await refused(/answers with status 503$/);
  registry.trick = later(429, '3600');
  await refused(/answers with status 429; it asks to wait 3600 s, try again then$/);
});

test('redirects: circles, other protocols, and no password for another host', async () => {
  registry.image('1', [layer()]);
  const to = (location: string) => on(/manifests|blobs/, (response) => response.writeHead(307, { location }).end());
  registry.trick = to('/v2/app/manifests/1');
  await refused(/redirects more than 10 times$/);
  for (const location of ['file:///etc/passwd', 'http://[', 'javascript:1']) {
    registry.trick = to(location);
    await refused(/which is no address to go to$/);
  }
  const other = await HostileRegistry.start();
  const kept = new CredentialStore(join(directory, 'kept.json'));
  await kept.set(registry.host, { username: 'u', password: 'p' });
  for (const [name, bytes] of registry.blobs) other.blobs.set(name, bytes);
  registry.trick = (request, response) => {
    if (request.headers.authorization === undefined)
      return on(/./, () => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end())(request, response);
    return on(LAYERS, () => response.writeHead(302, { location: `http://${other.host}${request.url}` }).end())(
      request,
      response,
    );
  };
  const known = new Registries({ config: { mirrors: {}, insecure: [] }, credentials: kept, retries });
  await pullImage(store, known, parseReference(`${registry.host}/app:1`));
  await store.names.delete(`${registry.host}/app:1`);
  other.stop();
  assert.ok(other.requests.length >= 2);
  assert.deepEqual(
    other.requests.filter(({ headers }) => headers.authorization),
    [],
  );
});

test('huge headers and answers that are not HTTP are told', async () => {
  registry.trick = on(/manifests/, (response) => response.setHeader('x', 'y'.repeat(100_000)).end());
  await refused(/its answer has more than 65536 bytes of headers \(HPE_HEADER_OVERFLOW\)$/);
  registry.trick = on(/manifests/, (response) => void response.socket?.end('garbage\r\n\r\n'));
  await refused(/its answer is not HTTP/);
});

test('connections that are cut every time end the pull, and what came is taken up later', async () => {
  const image = registry.image('1', [layer()]);
  let bytes = 0;
  registry.trick = on(LAYERS, (response, request) => {
    const whole = registry.blobs.get(request.url?.split('/').at(-1) ?? '') as Buffer;
    const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    response.writeHead(start ? 206 : 200, {
      'content-length': whole.length - start,
      'content-range': `bytes ${start}-`,
    });
    response.write(whole.subarray(start, start + 10), () => setTimeout(() => response.destroy(), 10));
    bytes += 10;
  });
  await refused(/cannot talk to 127/);
  assert.equal(bytes, 30);
  registry.trick = () => false;
  registry.requests.length = 0;
  assert.equal((await pull()).image.digest, image.digest);
  assert.ok(registry.requests.some(({ headers }) => headers.range === 'bytes=30-'));
  await store.names.delete(`${registry.host}/app:1`);
});

test('a server that ignores ranges, and one that lies about them', async () => {
  for (const range of [undefined, 'bytes 5-']) {
    registry.reset();
    const image = registry.image('1', [layer()]);
    let cuts = 1;
    registry.trick = on(LAYERS, (response, request) => {
      const whole = registry.blobs.get(request.url?.split('/').at(-1) ?? '') as Buffer;
      response.writeHead(range ? 206 : 200, {
        'content-length': whole.length,
        ...(range ? { 'content-range': range } : {}),
      });
      if (cuts-- > 0) response.write(whole.subarray(0, 20), () => setTimeout(() => response.destroy(), 10));
      else response.end(whole);
    });
    assert.equal((await pull()).image.digest, image.digest);
    await store.names.delete(`${registry.host}/app:1`);
  }
});

/** A tar with whatever name a member is given. */
function rawTar(...paths: string[]): Buffer {
  const parts: Uint8Array[] = [];
  const writer = new TarWriter((bytes) => parts.push(Uint8Array.from(bytes)));
  const fields = {
    target: '../../../etc/passwd',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeSec: 0,
    mtimeNsec: 0,
    devMajor: 0,
    devMinor: 0,
  };
  for (const path of paths) writer.add({ ...fields, type: path === 'link' ? 'hardlink' : 'file', path });
  writer.end();
  return Buffer.concat(parts);
}

test('layers that reach out of the root are refused', async () => {
  for (const [paths, sentence] of [
    [['../../evil'], /has a path that leaves the root: "\.\.\/\.\.\/evil"$/],
    [['link'], /has a path that leaves the root/],
  ] as const) {
    registry.image('1', [rawTar(...paths)]);
    await refused(sentence);
  }
  registry.image('1', [Buffer.alloc(4096, 'junk')]);
  await refused(/byte 0 is not a tar header$/);
  registry.image('1', [layer().subarray(0, 3000)]);
  await refused(/is truncated at byte/);
});

test('a layer that is not the one the config lists is refused', async () => {
  registry.image('1', [layer()], (manifest) => ({
    ...manifest,
    config: registry.blob(Buffer.from(JSON.stringify(configOf([layer()]))), manifest.config.mediaType),
  }));
  await refused(/is corrupt: its digest is sha256:\w+, not sha256/);
});

test('device nodes and names that occur twice are taken as Linux would, in the tree only', async () => {
  const device = newInode(S_IFCHR | 0o666, { rdev: 0x103 });
  registry.image('1', [
    layerOf({ kind: 'inode', path: 'dev', inode: device }, file('twice', 'first'), file('twice', 'second')),
  ]);
  const tree = await store.rootfs((await pull()).image.layers);
  assert.equal(lookup(tree, 'dev')?.rdev, 0x103);
  const content = lookup(tree, 'twice')?.content;
  assert.equal(Buffer.from(content?.read(0, 100) ?? []).toString(), 'second');
  await store.names.delete(`${registry.host}/app:1`);
});

test('token servers that give nonsense', async () => {
  registry.image('1', [layer()]);
  const challenge = (realm: string): Trick =>
    on(/./, (response) => response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end());
  registry.trick = challenge('ftp://x/');
  await refused(/sends for its token to "ftp:\/\/x\/", which is no https address$/);
  for (const answer of ['', 'null', '{}', '{"token":5}', '{"token":"a\\nb"}', '{"token":"é"}']) {
    const server = await HostileRegistry.start();
    server.trick = on(/./, (response) => response.end(answer));
    registry.trick = challenge(`http://${server.host}/`);
    await refused(/answers with something that is no token$/);
    server.stop();
  }
});

test('a list of tags in many pages, and one in circles', async () => {
  const repository = client().target(parseReference(`${registry.host}/app`));
  registry.trick = on(/tags/, (response, { url }) => {
    const page = Number(/last=(\d+)/.exec(url ?? '')?.[1] ?? 0);
    if (page < 3) response.setHeader('link', `</v2/app/tags/list?last=${page + 1}>; rel="next"`);
    response.end(JSON.stringify({ tags: [`t${page}`] }));
  });
  assert.deepEqual(await repository.tags(), ['t0', 't1', 't2', 't3']);
  registry.trick = on(/tags/, (response) =>
    response.setHeader('link', '</v2/app/tags/list>; rel="next"').end('{"tags":["x"]}'),
  );
  await assert.rejects(repository.tags(), /goes in circles$/);
  for (const tags of ['[1]', '["../x"]', '["\\u001b[2J"]', '{}']) {
    registry.trick = on(/tags/, (response) => response.end(`{"tags":${tags}}`));
    await assert.rejects(repository.tags(), /the list of tags of app is none$/);
  }
});

test('uploads: addresses that lead away, bytes that were never sent, a manifest that is not taken', async () => {
  const { image } = await pullSound();
  const reference = parseReference(`${registry.host}/target:1`);
  const push = () => pushImage(store, client(), image, reference);
  const started =
    (location: string): Trick =>
    (request, response) => {
      if (request.method === 'HEAD') response.writeHead(404).end();
      else if (request.method === 'POST') response.writeHead(202, { location }).end();
      else return false;
      return true;
    };
  registry.trick = started('gopher://x/');
  await assert.rejects(push(), /sends to "gopher:\/\/x\/", which is no address to go to$/);
  const here = started('/v2/target/blobs/uploads/1');
  registry.trick = (request, response) => {
    if (here(request, response)) return true;
    if (request.method === 'GET') response.writeHead(204, { location: '/v2/x', range: '0-99999999' }).end();
    else response.destroy();
    return true;
  };
  await assert.rejects(push(), /the registry says it has 100000000 bytes of blob/);
  registry.trick = (request, response) => {
    if (here(request, response)) return true;
    const refusal = JSON.stringify({ errors: [{ code: 'DENIED', message: 'no\u001b[2J room' }] });
    if (request.url?.includes('manifests')) response.writeHead(403).end(refusal);
    else response.writeHead(201).end();
    return true;
  };
  await assert.rejects(push(), /denies access \(PUT \/v2\/target\/manifests\/1\): no \[2J room$/);
});

/** An image to push. */
async function pullSound() {
  registry.image('1', [layer()]);
  return pull();
}
