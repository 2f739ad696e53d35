// Downloads one blob into the store: streamed, hashed on the way, taken up where a broken try ended (Range, RFC 9110 14.2).
// Invariant: never more bytes than the manifest says are taken, and nothing but the right digest becomes a blob.
import { WbxError } from '../../errors.ts';
import type { Descriptor } from '../oci.ts';
import type { Blobs } from '../store/blobs.ts';
import type { PartialBlob } from '../store/partial-blob.ts';
import { discard, type HttpResponse, pieces, send } from './http.ts';
import { blobName, type Repository } from './repository.ts';
import { type RetryPolicy, TemporaryFailure, withRetries } from './retry.ts';

/** A try that moved so much may be followed by as many more as if it had been the first. */
const MOVED = 1 << 20;

/** Gives the answer that has a blob's bytes from `offset` on. */
type Source = (offset: number) => Promise<HttpResponse>;

/** False when the blob was there already. `onBytes` hears how much there is. */
export async function downloadBlob(
  sources: Repository[],
  descriptor: Descriptor,
  blobs: Blobs,
  onBytes: (done: number) => void = () => {},
): Promise<boolean> {
  const { digest, size } = descriptor;
  const partial = await blobs.partial(digest);
  if (!partial) {
    const known = blobs.size(digest);
    if (known === size) return false;
    throw new WbxError('BAD_IMAGE', `the manifest gives ${blobName(digest)} ${size} bytes; it has ${known}`);
  }
  try {
    if (partial.size > size) partial.restart();
    await fromFirst(sourcesOf(sources, descriptor), async (source) => {
      const resumed = partial.size > 0;
      await fetchAll(source, partial, size, sources[0].endpoint.retries, onBytes);
      if (partial.commit()) return;
      // What an earlier process left may have been damaged; only a download of our own accuses the registry.
      if (resumed) await fetchAll(source, partial, size, sources[0].endpoint.retries, onBytes);
      if (!resumed || !partial.commit()) throw corrupt(descriptor);
    });
    return true;
  } finally {
    partial.close();
  }
}

/** Mirrors, the registry, and for foreign layers the addresses of the descriptor. */
function sourcesOf(repositories: Repository[], { digest, urls }: Descriptor): Source[] {
  const own = repositories.map((each) => (offset: number) => each.blob(digest, offset));
  const foreign = (Array.isArray(urls) ? urls : []).filter((url) => URL.canParse(url) && /^https?:/.test(url));
  return [...own, ...foreign.map((url) => foreignSource(new URL(url)))];
}

function foreignSource(url: URL): Source {
  return async (offset) => {
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const response = await send({ method: 'GET', url, headers, verify: true });
    if ([200, 206, 416].includes(response.status)) return response;
    await discard(response);
    throw new WbxError('REGISTRY', `${url.host} answers with status ${response.status} for a foreign layer`);
  };
}

/** Tries one source after the other; when all fail, the last one's failure is told: mirrors come first, and may lack things. */
export async function fromFirst<S, T>(sources: S[], work: (source: S) => Promise<T>): Promise<T> {
  const errors: unknown[] = [];
  for (const source of sources) {
    try {
      return await work(source);
    } catch (error) {
      if (!(error instanceof WbxError)) throw error;
      errors.push(error);
    }
  }
  throw errors.at(-1);
}

async function fetchAll(
  source: Source,
  partial: PartialBlob,
  size: number,
  retries: RetryPolicy,
  onBytes: (done: number) => void,
): Promise<void> {
  let before = partial.size;
  const moved = (): boolean => {
    const got = partial.size - before;
    before = partial.size;
    return got >= MOVED;
  };
  await withRetries(retries, async () => fetchRest(await source(partial.size), partial, size, onBytes), moved);
}

/** Adds what one answer brings; comes back only when all is there. */
async function fetchRest(
  response: HttpResponse,
  partial: PartialBlob,
  size: number,
  onBytes: (done: number) => void,
): Promise<void> {
  if (partial.size > 0 && !continues(response, partial.size)) partial.restart();
  if (response.status === 416) {
    await discard(response);
    if (partial.size === size) return;
    throw tooFew(response, partial, size);
  }
  for await (const piece of pieces(response)) {
    if (partial.size + piece.length > size) {
      partial.restart();
      throw new WbxError(
        'BAD_IMAGE',
        `${response.url.host} sends more than the ${size} bytes that the manifest gives ${blobName(partial.digest)}`,
      );
    }
    partial.write(piece);
    onBytes(partial.size);
  }
  if (partial.size < size) throw tooFew(response, partial, size);
}

/** Whether an answer goes on at this offset; a server without ranges begins anew. */
function continues({ status, headers }: HttpResponse, offset: number): boolean {
  return status === 206 && new RegExp(`^bytes ${offset}-`).test(String(headers['content-range']));
}

function tooFew({ url }: HttpResponse, { size, digest }: PartialBlob, wanted: number): TemporaryFailure {
  return new TemporaryFailure(
    new WbxError('BAD_IMAGE', `${url.host} ends ${blobName(digest)} after ${size} of ${wanted} bytes`),
  );
}

function corrupt({ digest }: Descriptor): WbxError {
  return new WbxError('BAD_IMAGE', `${blobName(digest)} is corrupt: its content has another digest`);
}
