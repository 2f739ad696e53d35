// A registry that does what it is told: it holds one image, and a test replaces any answer with one that no registry should
// give. Requests are kept with their headers.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Digest, digestOf } from '../../src/image/digest.ts';
import type { Change } from '../../src/image/layer/change.ts';
import { writeLayer } from '../../src/image/layer/tar.ts';
import type { Descriptor, ImageConfig, Manifest } from '../../src/image/oci.ts';
import { contentOf, newInode, S_IFREG } from '../../src/image/rootfs.ts';

export const MEDIA_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const MEDIA_INDEX = 'application/vnd.oci.image.index.v1+json';

/** True when it has answered, false to let the registry answer as a sound one. */
export type Trick = (request: IncomingMessage, response: ServerResponse) => boolean | undefined;

export class HostileRegistry {
  readonly requests: IncomingMessage[] = [];
  readonly blobs = new Map<string, Buffer>();
  /** Tags and digests -> bytes and media type. */
  readonly documents = new Map<string, [Buffer, string]>();
  trick: Trick = () => false;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(): Promise<HostileRegistry> {
    const registry = new HostileRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Forgets everything. */
  reset(): void {
    this.trick = () => false;
    this.requests.length = 0;
    this.blobs.clear();
    this.documents.clear();
  }

  /** Adds a blob; `claim` changes what its descriptor says. */
  blob(bytes: Buffer, mediaType: string, claim: Partial<Descriptor> = {}): Descriptor {
    this.blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length, ...claim };
  }

  document(value: unknown, mediaType: string, tag?: string): Descriptor {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
    for (const name of [digestOf(bytes), ...(tag === undefined ? [] : [tag])])
      this.documents.set(name, [bytes, mediaType]);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  }

  /** Serves an image of these layers under a tag; `edit` changes its manifest. */
  image(tag: string, layers: Buffer[], edit: (manifest: Manifest) => unknown = (manifest) => manifest): Descriptor {
    const config = configOf(layers);
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: MEDIA_MANIFEST,
      config: this.blob(Buffer.from(JSON.stringify(config)), 'application/vnd.oci.image.config.v1+json'),
      layers: layers.map((tar) => this.blob(gzipSync(tar), 'application/vnd.oci.image.layer.v1.tar+gzip')),
    };
    return this.document(edit(manifest), MEDIA_MANIFEST, tag);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request);
    request.resume();
    if (this.trick(request, response)) return;
    const [, kind, name] = /\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? [];
    const [bytes, type] =
      kind === 'blobs' ? [this.blobs.get(name), 'application/octet-stream'] : (this.documents.get(name) ?? []);
    if (request.url === '/v2/') return void response.end('{}');
    if (!bytes) return void response.writeHead(404).end();
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { 'content-type': type, ...range });
    response.end(request.method === 'HEAD' ? undefined : bytes.subarray(start));
  }
}

export function configOf(layers: Buffer[]): ImageConfig {
  const diffIds: Digest[] = layers.map((tar) => digestOf(tar));
  return { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: diffIds }, history: [] };
}

export function layerOf(...changes: Change[]): Buffer {
  const parts: Uint8Array[] = [];
  writeLayer(changes, (bytes) => parts.push(Uint8Array.from(bytes)));
  return Buffer.concat(parts);
}

export function file(path: string, text: string): Change {
  return { kind: 'inode', path, inode: newInode(S_IFREG | 0o644, { content: contentOf(Buffer.from(text)) }) };
}
