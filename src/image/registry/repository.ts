// A repository of one registry: manifests, blobs and tags in the requests of the distribution specification. What comes
// back is not yet believed: digests and sizes are checked here for manifests, in download.ts for blobs.
import { WbxError } from '../../errors.ts';
import { type Digest, digestOf, hexOf, parseDigest } from '../digest.ts';
import { MEDIA_DOCKER_INDEX, MEDIA_DOCKER_MANIFEST, MEDIA_INDEX, MEDIA_MANIFEST } from '../oci.ts';
import { isTag } from '../reference.ts';
import type { Endpoint, EndpointRequest } from './endpoint.ts';
import { discard, type HttpResponse, readBody } from './http.ts';

/** Manifests and indexes alike: what registries accept. */
export const MAX_DOCUMENT = 4 << 20;
const MAX_TAG_PAGES = 1000;
const ACCEPT = [MEDIA_INDEX, MEDIA_DOCKER_INDEX, MEDIA_MANIFEST, MEDIA_DOCKER_MANIFEST].join(', ');

/** A manifest or an index as the registry has it. */
export interface RemoteDocument {
  bytes: Buffer;
  digest: Digest;
  mediaType: string;
}

export class Repository {
  readonly endpoint: Endpoint;
  readonly path: string;

  constructor(endpoint: Endpoint, path: string) {
    this.endpoint = endpoint;
    this.path = path;
  }

  /** `reference` is a tag or a digest; the bytes have the digest that is given. */
  async document(reference: string): Promise<RemoteDocument> {
    const response = await this.#pull('GET', `manifests/${reference}`, { accept: ACCEPT });
    const name = `the manifest ${reference} of ${this.endpoint.registry}/${this.path}`;
    const bytes = await readBody(response, MAX_DOCUMENT, name);
    const digest = digestOf(bytes);
    const wanted = [reference, response.headers['docker-content-digest']].find((each) => /^sha256:/.test(String(each)));
    if (wanted !== undefined && wanted !== digest) {
      throw new WbxError('BAD_IMAGE', `${name} is corrupt: its digest is ${digest}, not ${wanted}`);
    }
    const mediaType = String(response.headers['content-type'] ?? '')
      .replace(/;.*$/s, '')
      .trim();
    return { bytes, digest, mediaType };
  }

  /** The digest of a tag, or undefined when there is no such tag or the registry keeps it to itself. */
  async digestOf(reference: string): Promise<Digest | undefined> {
    const response = await this.#pull('HEAD', `manifests/${reference}`, { accept: ACCEPT }, [200, 404]);
    await discard(response);
    const digest = response.headers['docker-content-digest'];
    return response.status === 200 && /^sha256:[0-9a-f]{64}$/.test(String(digest)) ? (digest as Digest) : undefined;
  }

  async putDocument(reference: string, bytes: Uint8Array, mediaType: string): Promise<void> {
    const response = await this.push({
      method: 'PUT',
      path: this.at(`manifests/${reference}`),
      headers: { 'content-type': mediaType },
      body: () => bytes,
      length: bytes.length,
      expect: [201],
    });
    await discard(response);
  }

  /** The bytes of a blob from `offset` on. One try: the caller goes on where it broke. */
  blob(digest: Digest, offset: number): Promise<HttpResponse> {
    const range: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    return this.#pull('GET', `blobs/${digest}`, range, [200, 206, 416], false);
  }

  /** The size of a blob, or undefined when it is not there. */
  async blobSize(digest: Digest): Promise<number | undefined> {
    const response = await this.#pull('HEAD', `blobs/${digest}`, {}, [200, 404]);
    await discard(response);
    return response.status === 200 ? Number(response.headers['content-length']) : undefined;
  }

  async tags(): Promise<string[]> {
    const tags: string[] = [];
    const seen = new Set<string>();
    const scopes = [this.#scope('pull')];
    for (let page: string | URL | undefined = this.at('tags/list'); page !== undefined; ) {
      if (seen.has(String(page)) || seen.size > MAX_TAG_PAGES) {
        throw new WbxError('REGISTRY', `the list of tags of ${this.path} goes in circles`);
      }
      seen.add(String(page));
      const response: HttpResponse = await this.endpoint.request({ method: 'GET', path: page, scopes, expect: [200] });
      tags.push(...parseTags(await readBody(response, MAX_DOCUMENT, `the list of tags of ${this.path}`), this.path));
      const next = /<([^>]*)>\s*;\s*rel="?next"?/.exec(String(response.headers.link ?? ''))?.[1];
      page = next === undefined ? undefined : this.endpoint.resolve(next, response.url);
    }
    return tags;
  }

  /** A request that changes the repository; `from` is another one that it reads. */
  push(request: Omit<EndpointRequest, 'scopes'>, from?: string): Promise<HttpResponse> {
    const scopes = [this.#scope('pull,push'), ...(from === undefined ? [] : [`repository:${from}:pull`])];
    return this.endpoint.request({ ...request, scopes });
  }

  /** The path of one of the repository's resources. */
  at(resource: string): string {
    return `/v2/${this.path}/${resource}`;
  }

  #pull(method: 'GET' | 'HEAD', resource: string, headers: Record<string, string>, expect = [200], retry = true) {
    const scopes = [this.#scope('pull')];
    return this.endpoint.request({ method, path: this.at(resource), headers, scopes, expect, retry });
  }

  #scope(actions: string): string {
    return `repository:${this.path}:${actions}`;
  }
}

function parseTags(body: Buffer, path: string): string[] {
  try {
    const { tags } = JSON.parse(body.toString()) as { tags?: unknown };
    if (tags === null || tags === undefined) return [];
    if (Array.isArray(tags) && tags.every(isTag)) return tags;
  } catch {
    // Told below.
  }
  throw new WbxError('REGISTRY', `the list of tags of ${path} is none`);
}

/** What errors and progress call a blob. */
export function blobName(digest: Digest): string {
  return `blob ${hexOf(parseDigest(digest, 'a descriptor')).slice(0, 12)}`;
}
