// A token server as docker-registry trusts one: JWTs signed with a key whose certificate the registry has been given.
// distribution, docs/spec/auth/jwt.md. It knows one user, who may do everything; others may pull from `public/`.
import { execFileSync } from 'node:child_process';
import { createSign } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { RegistryAuth } from './registry.ts';

const ISSUER = 'tests';
const SERVICE = 'registry-of-the-tests';
export const USER = { username: 'mia', password: 'pass:word' };
export const REFRESH_TOKEN = 'a-refresh-token';

export class TokenServer {
  /** Every request's scopes, in the order they came. */
  readonly asked: string[][] = [];
  /** Lifetime of tokens in seconds. */
  lifetime = 60;
  readonly #server: Server;
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    const key = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=tests', ...key];
    execFileSync('openssl', words, { stdio: 'ignore' });
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(directory: string): Promise<TokenServer> {
    const server = new TokenServer(directory);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** The `auth` of a registry that trusts this server. */
  get auth(): RegistryAuth {
    const { port } = this.#server.address() as AddressInfo;
    const rootcertbundle = join(this.#directory, 'cert.pem');
    return { token: { realm: `http://127.0.0.1:${port}/token`, service: SERVICE, issuer: ISSUER, rootcertbundle } };
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const url = new URL(request.url ?? '', 'http://tests');
    const form = request.method === 'POST' ? new URLSearchParams(Buffer.concat(parts).toString()) : url.searchParams;
    const scopes = form.getAll('scope').flatMap((scope) => scope.split(' '));
    this.asked.push(scopes);
    const expected = `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString('base64')}`;
    const { authorization } = request.headers;
    const known = authorization === expected || form.get('refresh_token') === REFRESH_TOKEN;
    if (authorization !== undefined && !known) return void response.writeHead(401).end('{}');
    const token = this.#token(scopes.flatMap((scope) => allowed(scope, known)));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ token, expires_in: this.lifetime }));
  }

  #token(access: object[]): string {
    const pem = readFileSync(join(this.#directory, 'cert.pem'), 'utf8');
    const x5c = [pem.replace(/-----[^-]+-----|\s/g, '')];
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, nbf: now - 10, exp: now + this.lifetime };
    const claims = { iss: ISSUER, sub: 'tests', aud: SERVICE, ...times, jti: String(now), access };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ typ: 'JWT', alg: 'RS256', x5c })}.${part(claims)}`;
    const key = readFileSync(join(this.#directory, 'key.pem'));
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
  }
}

function allowed(scope: string, known: boolean): object[] {
  const match = /^repository:([^:]+):(.*)$/.exec(scope);
  if (!match) return [];
  const [, name, actions] = match;
  const granted = actions.split(',').filter((action) => known || (action === 'pull' && name.startsWith('public/')));
  return granted.length > 0 ? [{ type: 'repository', name, actions: granted }] : [];
}
