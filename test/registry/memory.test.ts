// An image of 500 MB goes through a pull and a push in bounded memory: the peak of the process's resident set, VmHWM of
// proc(5).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { encodeHeader } from '../../src/image/tar/header.ts';
import { Wbx } from '../cli/wbx.ts';
import { configOf, HostileRegistry, MEDIA_MANIFEST } from './hostile.ts';

const MIB = 1 << 20;
const SIZE = 500 * MIB;
const LIMIT = 200 * MIB;

const wbx = new Wbx();
let registry: HostileRegistry | undefined;
after(() => {
  registry?.stop();
  wbx.remove();
});

/** A tar of one file of random bytes. */
function* tarOf(size: number): Generator<Uint8Array> {
  const fields = { linkName: '', mode: 0o644, uid: 0, gid: 0, mtime: 0, devMajor: 0, devMinor: 0 };
  yield encodeHeader({ flag: '0', name: 'big', size, ...fields });
  const piece = randomBytes(MIB);
  for (let at = 0; at < size; at += MIB) yield piece;
  yield Buffer.alloc(1024);
}

/** Writes the layer, compressed as little as gzip can, and gives the digests of the tar and of the file. */
async function makeLayer(path: string) {
  const tar = createHash('sha256');
  const blob = createHash('sha256');
  let size = 0;
  async function* hashed(pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      blob.update(piece);
      size += piece.length;
      yield piece;
    }
  }
  const source = function* () {
    for (const piece of tarOf(SIZE)) {
      tar.update(piece);
      yield piece;
    }
  };
  await pipeline(Readable.from(source()), createGzip({ level: 0 }), hashed, createWriteStream(path));
  return { diffId: `sha256:${tar.digest('hex')}`, digest: `sha256:${blob.digest('hex')}`, size } as const;
}

/** Runs a command and gives the peak of its memory in bytes. */
async function peakOf(...args: string[]): Promise<number> {
  const child = spawn(process.execPath, [resolve('dist/src/cli/main.js'), ...args], {
    env: wbx.env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peak = 0;
  let status: number | null | undefined;
  child.on('close', (code) => {
    status = code;
  });
  while (status === undefined) {
    await sleep(20);
    try {
      peak =
        1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peak / 1024);
    } catch {
      // It has ended; what was seen last is its peak.
    }
  }
  assert.equal(status, 0);
  return peak;
}

test('500 MB are pulled and pushed with less than 200 MB of memory', async (context) => {
  const path = wbx.path('layer.gz');
  const { digest, diffId, size } = await makeLayer(path);
  registry = await HostileRegistry.start();
  const config = { ...configOf([]), rootfs: { type: 'layers', diff_ids: [diffId] } };
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  const configBlob = registry.blob(Buffer.from(JSON.stringify(config)), 'application/vnd.oci.image.config.v1+json');
  registry.document(
    { schemaVersion: 2, mediaType: MEDIA_MANIFEST, config: configBlob, layers: [{ mediaType, digest, size }] },
    MEDIA_MANIFEST,
    '1',
  );
  registry.trick = (request, response) => {
    if (request.method !== 'GET' || !request.url?.endsWith(digest)) return false;
    createReadStream(path).pipe(response);
    return true;
  };
  const name = `${registry.host}/app:1`;
  const pulled = await peakOf('pull', name);
  const received = createHash('sha256');
  registry.trick = (request, response) => takeUpload(request, response, received);
  const pushed = await peakOf('push', name);
  assert.equal(`sha256:${received.digest('hex')}`, digest);
  context.diagnostic(`peak of the pull ${Math.round(pulled / MIB)} MiB, of the push ${Math.round(pushed / MIB)} MiB`);
  assert.ok(pulled > 30 * MIB && pulled < LIMIT, `the pull took ${pulled} bytes`);
  assert.ok(pushed > 30 * MIB && pushed < LIMIT, `the push took ${pushed} bytes`);
});

/** The registry's side of an upload in chunks; small blobs come with the PUT and are not looked at. */
function takeUpload(
  request: IncomingMessage,
  response: ServerResponse,
  received: ReturnType<typeof createHash>,
): boolean {
  if (request.method === 'HEAD') response.writeHead(404).end();
  else if (request.method === 'POST') response.writeHead(202, { location: '/v2/app/blobs/uploads/1' }).end();
  else if (request.method === 'PUT') response.writeHead(201).end();
  else if (request.method !== 'PATCH') return false;
  else {
    request.on('data', (piece: Buffer) => received.update(piece));
    request.on('end', () => response.writeHead(202, { location: '/v2/app/blobs/uploads/1' }).end());
  }
  return true;
}
