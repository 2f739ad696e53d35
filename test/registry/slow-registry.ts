// A registry in a test's own process that gives blobs piece by piece, so that there is time to interfere.
import { gzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { contentOf, newInode, S_IFREG } from '../../src/image/rootfs.ts';
import { HostileRegistry, layerOf } from './hostile.ts';

const PIECE = 1 << 18;

/** Serves app:1 with layers of random bytes; `pause` in milliseconds follows every piece. */
export async function slowRegistry(layers: number, size: number, pause: number): Promise<HostileRegistry> {
  const registry = await HostileRegistry.start();
  const tars = Array.from({ length: layers }, (_, i) => {
    const inode = newInode(S_IFREG | 0o644, { content: contentOf(randomBytes(size)) });
    return layerOf({ kind: 'inode', path: `file${i}`, inode });
  });
  registry.image('1', tars, (manifest) => ({
    ...manifest,
    layers: tars.map((tar) => registry.blob(gzipSync(tar, { level: 1 }), manifest.layers[0].mediaType)),
  }));
  registry.trick = (request, response) => {
    const bytes = registry.blobs.get(request.url?.split('/').at(-1) ?? '');
    if (!bytes || bytes.length < PIECE) return false;
    const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': bytes.length - start, 'content-range': range });
    const next = (at: number): void => {
      if (response.destroyed) return;
      if (at >= bytes.length) return void response.end();
      response.write(bytes.subarray(at, at + PIECE));
      setTimeout(next, pause, at + PIECE);
    };
    next(start);
    return true;
  };
  return registry;
}
