// Uploads one blob: not at all when the registry has it, by a mount from another repository when it has it there, in one
// request when it is small, else in chunks, of which a broken one is taken up where the registry says it stands.
// Distribution spec, "Pushing blobs".
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { WbxError } from '../../errors.ts';
import type { Descriptor } from '../oci.ts';
import { discard, type HttpResponse } from './http.ts';
import { blobName, type Repository } from './repository.ts';
import { TemporaryFailure, withRetries } from './retry.ts';

/** How a blob got there. */
export type Uploaded = 'exists' | 'mounted' | 'pushed';

/** The most that one request carries: what breaks costs no more than this. */
export const CHUNK = 16 << 20;
const MAX_CHUNK = 1 << 30;

export interface UploadOptions {
  /** A repository of the same registry that may have the blob. */
  mountFrom?: string;
  onBytes?: (done: number) => void;
  chunk?: number;
}

/** `path` is the file that holds the blob. */
export async function uploadBlob(
  repository: Repository,
  descriptor: Descriptor,
  path: string,
  options: UploadOptions = {},
): Promise<Uploaded> {
  const { digest } = descriptor;
  if ((await repository.blobSize(digest)) !== undefined) return 'exists';
  const from = options.mountFrom;
  const query = from === undefined ? '' : `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
  const started = await begin(repository, query, [201, 202], from);
  if (started.status === 201 && from !== undefined) return 'mounted';
  await new Upload(repository, descriptor, path, started, options).run();
  return 'pushed';
}

async function begin(repository: Repository, query: string, expect: number[], from?: string): Promise<HttpResponse> {
  const path = repository.at(`blobs/uploads/${query}`);
  const started = await repository.push({ method: 'POST', path, body: () => new Uint8Array(0), expect }, from);
  await discard(started);
  return started;
}

class Upload {
  readonly #repository: Repository;
  readonly #descriptor: Descriptor;
  readonly #path: string;
  readonly #chunk: number;
  readonly #onBytes: (done: number) => void;
  #location: URL;
  #done = 0;

  constructor(
    repository: Repository,
    descriptor: Descriptor,
    path: string,
    started: HttpResponse,
    options: UploadOptions,
  ) {
    this.#repository = repository;
    this.#descriptor = descriptor;
    this.#path = path;
    this.#onBytes = options.onBytes ?? (() => {});
    // A registry may want chunks to be larger; the specification has no word for smaller.
    const least = Number(started.headers['oci-chunk-min-length'] ?? 0);
    this.#chunk = Math.min(MAX_CHUNK, Math.max(options.chunk ?? CHUNK, Number.isFinite(least) ? least : 0));
    this.#location = repository.endpoint.resolve(started.headers.location, started.url);
  }

  async run(): Promise<void> {
    const { size } = this.#descriptor;
    const whole = size <= this.#chunk;
    let before = 0;
    const moved = (): boolean => {
      const got = this.#done > before;
      before = this.#done;
      return got;
    };
    let broken = false;
    await withRetries(
      this.#repository.endpoint.retries,
      async () => {
        if (broken) await this.#whereItStands();
        broken = true;
        while (!whole && this.#done < size) await this.#patch();
        await this.#finish();
      },
      moved,
    );
  }

  async #patch(): Promise<void> {
    const start = this.#done;
    const length = Math.min(this.#chunk, this.#descriptor.size - start);
    const response = await this.#send('PATCH', this.#location, start, length, [202, 416]);
    if (response.status === 416) throw outOfStep(this.#descriptor);
    this.#location = this.#repository.endpoint.resolve(response.headers.location, response.url);
    this.#done = start + length;
  }

  /** The request that ends the upload carries what has not been sent: everything, for a small blob. */
  async #finish(): Promise<void> {
    const url = new URL(this.#location);
    url.searchParams.set('digest', this.#descriptor.digest);
    await this.#send('PUT', url, this.#done, this.#descriptor.size - this.#done, [201, 204]);
    this.#done = this.#descriptor.size;
  }

  async #send(method: 'PATCH' | 'PUT', url: URL, start: number, length: number, expect: number[]) {
    const end = start + length - 1;
    const headers: Record<string, string> = { 'content-type': 'application/octet-stream' };
    if (method === 'PATCH') headers['content-range'] = `${start}-${end}`;
    const body = () => (length > 0 ? this.#bytes(start, end) : new Uint8Array(0));
    const response = await this.#repository.push({ method, path: url, headers, body, length, expect, retry: false });
    await discard(response);
    return response;
  }

  #bytes(start: number, end: number): Readable {
    let sent = start;
    const stream = createReadStream(this.#path, { start, end });
    return stream.on('data', (piece) => {
      sent += piece.length;
      this.#onBytes(sent);
    });
  }

  /** Asks how much of a broken upload has arrived; one that is forgotten begins anew. */
  async #whereItStands(): Promise<void> {
    const { endpoint } = this.#repository;
    const expect = [204, 404];
    const response = await this.#repository.push({ method: 'GET', path: this.#location, expect, retry: false });
    await discard(response);
    if (response.status === 204) {
      this.#location = endpoint.resolve(response.headers.location, response.url);
      this.#done = this.#arrived(response.headers.range);
      return;
    }
    const started = await begin(this.#repository, '', [202]);
    this.#location = endpoint.resolve(started.headers.location, started.url);
    this.#done = 0;
  }

  /** `Range: 0-N`, the last byte included; registries write 0-0 also for nothing. */
  #arrived(range: string | string[] | undefined): number {
    const last = Number(/^(?:bytes=)?0-(\d+)$/.exec(String(range ?? ''))?.[1] ?? 0);
    if (last === 0) return 0;
    if (last < this.#descriptor.size) return last + 1;
    throw new WbxError(
      'REGISTRY',
      `the registry says it has ${last + 1} bytes of ${blobName(this.#descriptor.digest)}`,
    );
  }
}

function outOfStep({ digest }: Descriptor): TemporaryFailure {
  return new TemporaryFailure(
    new WbxError('REGISTRY', `the registry has lost its place in the upload of ${blobName(digest)}`),
  );
}
