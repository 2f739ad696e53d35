// Answers a registry's 401: basic credentials, or a bearer token from the server that the challenge names, for the scopes
// of the request (distribution, docs/spec/auth/token.md and oauth.md). Tokens are kept until shortly before they expire.
import { WbxError } from '../../errors.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { type HttpRequest, type HttpResponse, readBody } from './http.ts';

/** Sends a request and follows redirects; failures that may pass have been tried again. */
export type Fetch = (request: HttpRequest) => Promise<HttpResponse>;

interface Token {
  text: string;
  /** performance.now() when it is to be replaced. */
  until: number;
}

const MAX_TOKEN = 1 << 20;
/** The specification's, for servers that do not say. */
const DEFAULT_SECONDS = 60;
const CLIENT_ID = 'wbx';

export interface AuthOptions {
  /** The registry as its user calls it. */
  registry: string;
  credentials: () => Promise<Credentials | undefined>;
  fetch: Fetch;
  /** False: tokens may come over plain HTTP and from any certificate. */
  verify: boolean;
}

export class Authorizer {
  readonly #options: AuthOptions;
  readonly #tokens = new Map<string, Promise<Token>>();
  #challenge: Challenge | undefined;

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** The Authorization header for a request of these scopes; undefined until the registry has asked for one. */
  async header(scopes: string[]): Promise<string | undefined> {
    if (this.#challenge?.scheme === 'basic') return this.#basic();
    if (this.#challenge?.scheme !== 'bearer') return undefined;
    const key = [...new Set(scopes)].sort().join(' ');
    const known = await this.#tokens.get(key)?.catch(() => undefined);
    if (known && known.until > performance.now()) return `Bearer ${known.text}`;
    const token = this.#token(this.#challenge, key === '' ? [] : key.split(' '));
    this.#tokens.set(key, token);
    return `Bearer ${(await token).text}`;
  }

  /** Takes a challenge in; false when there is none that can be answered. */
  learn(header: string | undefined): boolean {
    const challenges = parseChallenges(header);
    this.#challenge =
      challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges.find(({ scheme }) => scheme === 'basic');
    this.#tokens.clear();
    return this.#challenge !== undefined;
  }

  async #basic(): Promise<string | undefined> {
    const credentials = await this.#options.credentials();
    return credentials && 'password' in credentials ? basicHeader(credentials) : undefined;
  }

  async #token({ parameters }: Challenge, scopes: string[]): Promise<Token> {
    const realm = this.#realm(parameters.get('realm'));
    const service = parameters.get('service');
    const credentials = await this.#options.credentials();
    const request =
      credentials && 'identityToken' in credentials
        ? refresh(realm, service, scopes, credentials.identityToken)
        : ask(realm, service, scopes, credentials);
    const response = await this.#options.fetch({ ...request, verify: this.#options.verify });
    const body = await readBody(response, MAX_TOKEN, `the token of ${realm.host}`);
    if (response.status !== 200) throw this.#refused(realm, response.status, credentials !== undefined);
    return parseToken(body, realm);
  }

  /** A realm in clear text would see the password: it is for registries in clear text only. */
  #realm(text: string | undefined): URL {
    const realm = URL.canParse(text ?? '') ? new URL(text as string) : undefined;
    const allowed = this.#options.verify ? ['https:'] : ['https:', 'http:'];
    if (realm && allowed.includes(realm.protocol)) return realm;
    throw new WbxError(
      'REGISTRY',
      `${this.#options.registry} sends for its token to "${text}", which is no https address`,
    );
  }

  #refused(realm: URL, status: number, hadCredentials: boolean): WbxError {
    const { registry } = this.#options;
    const advice = hadCredentials ? 'check the user name and the password' : `log in with "wbx login ${registry}"`;
    return new WbxError('REGISTRY', `${realm.host} gives no token for ${registry} (status ${status}): ${advice}`);
  }
}

export function basicHeader({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

type TokenRequest = Omit<HttpRequest, 'verify'>;

function ask(realm: URL, service: string | undefined, scopes: string[], credentials?: Credentials): TokenRequest {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (!credentials || !('password' in credentials)) return { method: 'GET', url, headers: {} };
  url.searchParams.set('account', credentials.username);
  return { method: 'GET', url, headers: { authorization: basicHeader(credentials) } };
}

function refresh(url: URL, service: string | undefined, scopes: string[], token: string): TokenRequest {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, client_id: CLIENT_ID });
  if (service !== undefined) form.set('service', service);
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  const body = Buffer.from(form.toString());
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', url, headers, body: () => body, length: body.length };
}

function parseToken(body: Buffer, realm: URL): Token {
  let answer: { token?: unknown; access_token?: unknown; expires_in?: unknown } | null = null;
  try {
    answer = JSON.parse(body.toString());
  } catch {
    // Told below, like an answer without a token.
  }
  const text = answer?.token || answer?.access_token;
  if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) {
    throw new WbxError('REGISTRY', `${realm.host} answers with something that is no token`);
  }
  const seconds = typeof answer?.expires_in === 'number' ? answer.expires_in : DEFAULT_SECONDS;
  return { text, until: performance.now() + Math.max(0, seconds * 0.9) * 1000 };
}
