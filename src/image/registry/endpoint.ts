// One server that speaks the distribution protocol (distribution-spec v1.1): sends requests to it with authorization, follows
// redirects, tries again, and turns its error documents into sentences.
import { WbxError } from '../../errors.ts';
import { Authorizer } from './auth.ts';
import type { Credentials } from './credentials.ts';
import type { Address } from './hosts.ts';
import { discard, type HttpRequest, type HttpResponse, readBody, send } from './http.ts';
import { type RetryPolicy, retryAfter, TemporaryFailure, withRetries } from './retry.ts';

export interface EndpointOptions {
  /** The registry as its user calls it. */
  registry: string;
  credentials: () => Promise<Credentials | undefined>;
  retries: RetryPolicy;
}

/** A request in the terms of the protocol. `path` counts from /v2/; an absolute address is one the server gave. */
export interface EndpointRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string | URL;
  headers?: Record<string, string>;
  body?: HttpRequest['body'];
  length?: number;
  /** What a token must allow: `repository:library/debian:pull`. */
  scopes: string[];
  /** Statuses that are answers; anything else is an error. */
  expect: number[];
  /** False: a failure is the caller's to handle, by a try that goes on where the last one broke. */
  retry?: boolean;
}

const MAX_REDIRECTS = 10;
const MAX_ERROR_BODY = 1 << 16;
const TEMPORARY = new Set([408, 429, 500, 502, 503, 504]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const USER_AGENT = 'wbx';

export class Endpoint {
  readonly host: string;
  readonly registry: string;
  readonly retries: RetryPolicy;
  readonly #address: Address;
  readonly #authorizer: Authorizer;
  #base: Promise<URL> | undefined;

  constructor(address: Address, { registry, credentials, retries }: EndpointOptions) {
    this.host = address.host;
    this.registry = registry;
    this.retries = retries;
    this.#address = address;
    const fetch = (request: HttpRequest): Promise<HttpResponse> =>
      withRetries(retries, async () => this.#passing(await this.#follow(request)));
    this.#authorizer = new Authorizer({ registry, credentials, fetch, verify: address.verify });
  }

  async request(request: EndpointRequest): Promise<HttpResponse> {
    const once = () => this.#attempt(request);
    if (request.retry === false) return once();
    return withRetries(this.retries, once);
  }

  /** An address the server gave (Location), which may count from the one it was given at. */
  resolve(location: string | undefined, from: URL): URL {
    if (location !== undefined && URL.canParse(location, from.href)) {
      const url = new URL(location, from.href);
      const secure = url.protocol === 'https:' || (url.protocol === 'http:' && from.protocol === 'http:');
      if (secure) return url;
    }
    throw new WbxError(
      'REGISTRY',
      `${from.host} sends to "${String(location).slice(0, 200)}", which is no address to go to`,
    );
  }

  async #attempt(request: EndpointRequest): Promise<HttpResponse> {
    const first = await this.#send(request);
    const { host } = await this.#findBase();
    // Only the registry itself may ask: not the place a redirect led to.
    if (first.status !== 401 || first.url.host !== host) return this.#check(first, request);
    if (!this.#authorizer.learn(first.headers['www-authenticate'])) return this.#check(first, request);
    await discard(first);
    return this.#check(await this.#send(request), request);
  }

  async #send({ method, path, headers, body, length, scopes }: EndpointRequest): Promise<HttpResponse> {
    const base = await this.#findBase();
    const url = typeof path === 'string' ? new URL(path, base) : path;
    // Credentials are for the registry: a place it sends uploads to has its own in the address.
    const authorization = url.host === base.host ? await this.#authorizer.header(scopes) : undefined;
    const all = { ...headers, ...(authorization === undefined ? {} : { authorization }) };
    return this.#follow({ method, url, headers: all, body, length, verify: this.#address.verify });
  }

  /** Follows redirects; what authorizes at one host is not told to another. */
  async #follow(request: HttpRequest): Promise<HttpResponse> {
    let { url } = request;
    const { authorization, ...others } = { 'user-agent': USER_AGENT, ...request.headers } as Record<string, string>;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const headers = authorization && url.host === request.url.host ? { ...others, authorization } : others;
      const response = await send({ ...request, url, headers });
      if (!REDIRECTS.has(response.status)) return response;
      await discard(response);
      url = this.resolve(response.headers.location, url);
    }
    throw new WbxError('REGISTRY', `${request.url.host} redirects more than ${MAX_REDIRECTS} times`);
  }

  #passing(response: HttpResponse): HttpResponse {
    if (!TEMPORARY.has(response.status)) return response;
    response.body.destroy();
    throw new TemporaryFailure(
      new WbxError('REGISTRY', `${response.url.host} answers with status ${response.status}`),
      retryAfter(response.headers['retry-after']),
    );
  }

  async #check(response: HttpResponse, request: EndpointRequest): Promise<HttpResponse> {
    if (request.expect.includes(response.status)) return response;
    this.#passing(response);
    const detail = errorDetail(await readBody(response, MAX_ERROR_BODY, 'the error').catch(() => Buffer.alloc(0)));
    throw this.#refusal(response.status, detail, request);
  }

  #refusal(status: number, detail: string, { method, path }: EndpointRequest): WbxError {
    const what = typeof path === 'string' ? `${method} ${path}` : method;
    const said = detail === '' ? '' : `: ${detail}`;
    if (status === 401) {
      return new WbxError(
        'REGISTRY',
        `${this.registry} wants credentials${said}; log in with "wbx login ${this.registry}"`,
      );
    }
    if (status === 403) return new WbxError('REGISTRY', `${this.registry} denies access (${what})${said}`);
    const code = status === 404 ? 'NOT_FOUND' : 'REGISTRY';
    return new WbxError(code, `${this.registry} answers ${what} with status ${status}${said}`);
  }

  /** Which scheme a server speaks is asked once, and only where there is a choice. */
  #findBase(): Promise<URL> {
    this.#base ??= this.#probe();
    return this.#base;
  }

  async #probe(): Promise<URL> {
    const { host, schemes, verify } = this.#address;
    const bases = schemes.map((scheme) => new URL(`${scheme}://${host}/v2/`));
    for (const base of bases.slice(0, -1)) {
      try {
        const request = { method: 'GET', url: base, headers: { 'user-agent': USER_AGENT }, verify };
        await discard(await send(request));
        return base;
      } catch {
        // The next scheme; the last one's failure is told by the request itself.
      }
    }
    return bases[bases.length - 1];
  }
}

/** The messages of an error document of the specification; "" when it is none. */
function errorDetail(body: Buffer): string {
  try {
    const { errors } = JSON.parse(body.toString()) as { errors?: { code?: unknown; message?: unknown }[] };
    const texts = (errors ?? []).map(({ code, message }) => String(message || code).slice(0, 200));
    return printable(texts.join(', '));
  } catch {
    return '';
  }
}

/** A server's words on one line of a terminal, with nothing in them that a terminal would obey. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').trim();
}
