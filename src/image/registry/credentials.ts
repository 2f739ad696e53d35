// Docker's config.json, where `docker login` and `wbx login` keep passwords: `auths`, or a credential helper, a program
// docker-credential-NAME that is asked over its stdin (docker/docker-credential-helpers). Other fields are left as they are.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemCode, WbxError } from '../../errors.ts';
import { replaceFile } from '../files.ts';

/** A password, or the refresh token that a registry gave in its place. */
export type Credentials = { username: string; password: string } | { identityToken: string };

interface AuthEntry {
  auth?: string;
  username?: string;
  password?: string;
  identitytoken?: string;
}

interface ConfigFile {
  auths?: Record<string, AuthEntry>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

/** Docker Hub is known by the address of its first version. */
const HUB = 'https://index.docker.io/v1/';
/** A helper says by this user name that the secret is an identity token. */
const TOKEN_USER = '<token>';
const MAX_ANSWER = 1 << 20;

/** $DOCKER_CONFIG/config.json, by default ~/.docker/config.json. */
export function dockerConfigPath(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
}

export class CredentialStore {
  readonly path: string;

  constructor(path = dockerConfigPath()) {
    this.path = path;
  }

  /** What is known for a registry; undefined when nobody has logged in. */
  async get(registry: string): Promise<Credentials | undefined> {
    const config = this.#read();
    const helper = helperOf(config, registry);
    if (helper !== undefined) return fromHelper(helper, keyOf(registry));
    const key = Object.keys(config.auths ?? {}).find((each) => hostOf(each) === hostOf(keyOf(registry)));
    return key === undefined ? undefined : decode(config.auths?.[key] ?? {}, this.path);
  }

  /** Keeps credentials; gives the name of the helper that took them, or undefined when they lie in the file. */
  async set(registry: string, credentials: Credentials): Promise<string | undefined> {
    const config = this.#read();
    const helper = helperOf(config, registry);
    const key = keyOf(registry);
    if (helper !== undefined) {
      const [Username, Secret] =
        'password' in credentials
          ? [credentials.username, credentials.password]
          : [TOKEN_USER, credentials.identityToken];
      await callHelper(helper, 'store', JSON.stringify({ ServerURL: key, Username, Secret }));
    }
    const entry = helper === undefined ? encode(credentials) : {};
    this.#write({ ...config, auths: { ...config.auths, [key]: entry } });
    return helper;
  }

  /** False when there was nothing to forget. */
  async delete(registry: string): Promise<boolean> {
    const config = this.#read();
    const helper = helperOf(config, registry);
    const key = keyOf(registry);
    if (helper !== undefined) await callHelper(helper, 'erase', key).catch(notFoundIsFine);
    const kept = Object.entries(config.auths ?? {}).filter(([each]) => hostOf(each) !== hostOf(key));
    const known = kept.length < Object.keys(config.auths ?? {}).length;
    if (known) this.#write({ ...config, auths: Object.fromEntries(kept) });
    return known;
  }

  #read(): ConfigFile {
    try {
      const config: unknown = JSON.parse(readFileSync(this.path, 'utf8'));
      if (typeof config === 'object' && config !== null) return config;
      throw new SyntaxError('it is not an object');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return {};
      throw new WbxError('BAD_ARGUMENT', `cannot read ${this.path}: ${(error as Error).message}`, error);
    }
  }

  #write(config: ConfigFile): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const temporary = `${this.path}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(config, null, '\t')}\n`, { mode: 0o600 });
    replaceFile(temporary, this.path);
  }
}

function keyOf(registry: string): string {
  return registry === 'docker.io' ? HUB : registry;
}

/** Keys are hosts, or addresses from times when they had a path. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function helperOf(config: ConfigFile, registry: string): string | undefined {
  return config.credHelpers?.[keyOf(registry)] ?? config.credHelpers?.[registry] ?? (config.credsStore || undefined);
}

function decode(entry: AuthEntry, path: string): Credentials | undefined {
  if (entry.identitytoken) return { identityToken: entry.identitytoken };
  const text = Buffer.from(entry.auth ?? '', 'base64').toString();
  const colon = text.indexOf(':');
  const [username, password] = colon > 0 ? [text.slice(0, colon), text.slice(colon + 1)] : [];
  if (entry.auth && username === undefined)
    throw new WbxError('BAD_ARGUMENT', `${path}: an "auth" is not base64 of USER:PASSWORD`);
  if (username !== undefined && password !== undefined) return { username, password: password.replace(/\0+$/, '') };
  return entry.username ? { username: entry.username, password: entry.password ?? '' } : undefined;
}

function encode(credentials: Credentials): AuthEntry {
  if ('identityToken' in credentials) return { identitytoken: credentials.identityToken };
  return { auth: Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64') };
}

async function fromHelper(helper: string, key: string): Promise<Credentials | undefined> {
  const answer = await callHelper(helper, 'get', key).catch(notFoundIsFine);
  if (answer === undefined) return undefined;
  try {
    const { Username, Secret } = JSON.parse(answer) as { Username?: unknown; Secret?: unknown };
    if (typeof Username !== 'string' || typeof Secret !== 'string') throw new TypeError('fields are missing');
    return Username === TOKEN_USER ? { identityToken: Secret } : { username: Username, password: Secret };
  } catch (error) {
    throw new WbxError('REGISTRY', `docker-credential-${helper} answers something that is not credentials`, error);
  }
}

/** The one failure of helpers that is none. */
function notFoundIsFine(error: WbxError): undefined {
  if (/credentials not found/.test(error.message)) return undefined;
  throw error;
}

async function callHelper(helper: string, action: string, input: string): Promise<string> {
  if (!/^[\w.-]+$/.test(helper)) throw new WbxError('BAD_ARGUMENT', `"${helper}" is no name of a credential helper`);
  const program = `docker-credential-${helper}`;
  const child = spawn(program, [action], { stdio: ['pipe', 'pipe', 'inherit'] });
  const status = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  // A helper that does not read its stdin is no failure by itself.
  child.stdin.on('error', () => {}).end(input);
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (answer.length < MAX_ANSWER) answer += text;
  });
  try {
    if ((await status) === 0) return answer;
  } catch (error) {
    throw new WbxError('REGISTRY', `cannot run ${program}, which the Docker config names: is it installed?`, error);
  }
  throw new WbxError('REGISTRY', `${program} ${action}: ${answer.trim().slice(0, 200) || 'failed'}`);
}
