// HTTP proxies as the environment names them, in the way of curl and Go: HTTPS_PROXY for https, HTTP_PROXY for http, each also
// in lower case, NO_PROXY for hosts that are reached directly. https goes through a tunnel (CONNECT, RFC 9110 9.3.6).
// This machine is never behind a proxy.
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { WbxError } from '../../errors.ts';

/** The proxy for an address, or undefined. */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv = process.env): URL | undefined {
  const scheme = url.protocol.slice(0, -1);
  const text = environment[`${scheme}_proxy`] || environment[`${scheme.toUpperCase()}_PROXY`];
  const direct = environment.no_proxy || environment.NO_PROXY || '';
  if (!text || isDirect(url, direct)) return undefined;
  const full = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(full) && new URL(full).protocol === 'http:') return new URL(full);
  throw new WbxError('BAD_ARGUMENT', `${scheme.toUpperCase()}_PROXY is "${text}": only http:// proxies are supported`);
}

/** `example.org` and `.example.org` stand for the domain and all below it, `*` for everything, a port for itself. */
function isDirect({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)) return true;
  const actual = port || (protocol === 'https:' ? '443' : '80');
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name, only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (only !== undefined && only !== actual) return false;
      return entry === '*' || host === name || (name !== '' && host.endsWith(`.${name}`));
    });
}

/** What a proxy wants to know about its user. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

/** Makes the connections of https requests tunnels through a proxy. */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;

  constructor(proxy: URL) {
    super({ keepAlive: true });
    this.#proxy = proxy;
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const target = `${options.host}:${options.port ?? 443}`;
    const fail = (error: Error): void => callback?.(error, undefined as never);
    const { hostname: host, port } = this.#proxy;
    const headers = { host: target, ...proxyHeaders(this.#proxy) };
    const request = http.request({ host, port: port || 80, method: 'CONNECT', path: target, headers });
    request.on('error', fail);
    request.on('connect', ({ statusCode }, socket: Socket) => {
      if (statusCode === 200) return callback?.(null, tls.connect({ ...(options as tls.ConnectionOptions), socket }));
      socket.destroy();
      fail(new Error(`the proxy ${this.#proxy.host} answers CONNECT with status ${statusCode}`));
    });
    request.end();
    return undefined;
  }
}
