// One HTTP request, streamed both ways. On node:http and not on fetch: fetch cannot send a stream with a Content-Length,
// which registries in front of object stores insist on, cannot trust a certificate for one host only, and follows
// redirects with no look at where they lead. undici itself can, and would be a dependency for what Node has.
import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { WbxError } from '../../errors.ts';
import { proxyFor, proxyHeaders, TunnelAgent } from './proxy.ts';
import { TemporaryFailure } from './retry.ts';

export interface HttpRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  /** Makes the body anew for every try. */
  body?: () => Readable | Uint8Array;
  /** Bytes of the body. */
  length?: number;
  /** False: any certificate will do (an "insecure registry"). */
  verify: boolean;
}

export interface HttpResponse {
  /** Where the answer came from, behind all redirects. */
  url: URL;
  status: number;
  headers: IncomingHttpHeaders;
  body: IncomingMessage;
}

/** A connection on which nothing moves for so long is cut. */
const IDLE_MS = 60_000;
/** Signed addresses of object stores are long; more than this no server has reason to send. */
const MAX_HEADERS = 64 * 1024;

const PLAIN = new http.Agent({ keepAlive: true });
const SECURE = new https.Agent({ keepAlive: true });
const tunnels = new Map<string, TunnelAgent>();

/** Sends a request; resolves when the head of the answer is there. */
export function send(request: HttpRequest): Promise<HttpResponse> {
  const { url, method, verify } = request;
  const body = request.body?.();
  const headers = { ...request.headers, ...(body ? { 'content-length': String(request.length ?? 0) } : {}) };
  const options = { method, headers, maxHeaderSize: MAX_HEADERS, rejectUnauthorized: verify };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(networkError(url, error));
    const outgoing = connect(url, options);
    outgoing.on('response', (incoming) => {
      resolve({ url, status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming });
    });
    outgoing.setTimeout(IDLE_MS, () => outgoing.destroy(new Error(`nothing came for ${IDLE_MS / 1000} s`)));
    outgoing.on('error', fail);
    if (body === undefined) outgoing.end();
    else if (body instanceof Uint8Array) outgoing.end(body);
    // Whichever ends first takes the other with it: a server may answer, and hang up, before it has read everything.
    else pipeline(body, outgoing, () => {});
  });
}

/** Begins a request, through a proxy where the environment has one. */
function connect(url: URL, options: https.RequestOptions): ClientRequest {
  const proxy = proxyFor(url);
  if (url.protocol === 'https:') return https.request(url, { ...options, agent: proxy ? tunnelTo(proxy) : SECURE });
  if (!proxy) return http.request(url, { ...options, agent: PLAIN });
  const headers = { ...options.headers, host: url.host, ...proxyHeaders(proxy) } as OutgoingHttpHeaders;
  return http.request({
    ...options,
    agent: PLAIN,
    host: proxy.hostname,
    port: proxy.port || 80,
    path: url.href,
    headers,
  });
}

function tunnelTo(proxy: URL): TunnelAgent {
  const agent = tunnels.get(proxy.href) ?? new TunnelAgent(proxy);
  tunnels.set(proxy.href, agent);
  return agent;
}

/** The pieces of an answer's body; a connection that breaks is a failure that may pass. */
export async function* pieces({ url, body }: HttpResponse): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body) yield piece as Uint8Array;
  } catch (error) {
    throw networkError(url, error as Error);
  } finally {
    body.destroy();
  }
}

/** A body that belongs into memory: `limit` bytes at most; `what` is what errors call it. */
export async function readBody(response: HttpResponse, limit: number, what: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces(response)) {
    size += piece.length;
    if (size > limit) throw new WbxError('REGISTRY', `${what} is larger than ${limit} bytes`);
    parts.push(piece);
  }
  return Buffer.concat(parts);
}

/** For answers of which only the head counts: a short body is read so that the connection can be used again. */
export async function discard(response: HttpResponse): Promise<void> {
  await readBody(response, 1 << 16, 'the answer').catch(() => response.body.destroy());
}

/** Failures after which the same request cannot succeed. */
const LASTING: [code: RegExp, what: string][] = [
  [/^ENOTFOUND$/, 'there is no such host'],
  [/^ECONNREFUSED$/, 'nothing listens there'],
  [/^HPE_HEADER_OVERFLOW$/, `its answer has more than ${MAX_HEADERS} bytes of headers`],
  [/^HPE_/, 'its answer is not HTTP'],
  [/^ERR_INVALID_CHAR$/, 'a header would hold characters that no header may hold'],
  [/CERT|^UNABLE_TO|^ERR_TLS/, 'its certificate is not trusted; add its authority with NODE_EXTRA_CA_CERTS'],
  [/^EPROTO$|^ERR_SSL/, 'it does not speak TLS as expected'],
];

function networkError(url: URL, error: Error): Error {
  if (error instanceof WbxError || error instanceof TemporaryFailure) return error;
  const code = String((error as { code?: unknown }).code ?? '');
  const lasting = LASTING.find(([pattern]) => pattern.test(code));
  const why = lasting ? `${lasting[1]} (${code})` : error.message || code;
  const failure = new WbxError('REGISTRY', `cannot talk to ${url.host}: ${why}`, error);
  return lasting ? failure : new TemporaryFailure(failure);
}
