// Where a registry is reached, in the words of Docker's daemon.json:
//   { "registry-mirrors": { "docker.io": ["https://mirror.example"] }, "insecure-registries": ["host:5000", "10.0.0.0/8"] }
// A plain list of mirrors is for docker.io. Registries of this machine are insecure by nature: TLS with any certificate,
// else plain HTTP, as Docker has it.
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemCode, WbxError } from '../../errors.ts';

/** One place that may answer for a registry. */
export interface Address {
  /** Host and, where it is not the usual one, port. */
  host: string;
  /** Which to try, in this order. */
  schemes: ('https' | 'http')[];
  /** Whether certificates count. */
  verify: boolean;
}

export interface RegistryConfig {
  mirrors: Record<string, string[]>;
  insecure: string[];
}

const HUB_HOST = 'registry-1.docker.io';

/** $XDG_CONFIG_HOME/wbx/registries.json, by default ~/.config/wbx/registries.json. */
export function registryConfigPath(environment: NodeJS.ProcessEnv = process.env): string {
  const config = environment.XDG_CONFIG_HOME;
  return join(config?.startsWith('/') ? config : join(homedir(), '.config'), 'wbx', 'registries.json');
}

export function readRegistryConfig(path = registryConfigPath()): RegistryConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { mirrors: {}, insecure: [] };
    throw error;
  }
  try {
    return parseConfig(JSON.parse(text));
  } catch (error) {
    throw new WbxError('BAD_ARGUMENT', `${path}: ${(error as Error).message}`, error);
  }
}

function parseConfig(value: unknown): RegistryConfig {
  const config = value as { 'registry-mirrors'?: unknown; 'insecure-registries'?: unknown };
  const mirrors = config['registry-mirrors'] ?? {};
  const lists = Array.isArray(mirrors) ? { 'docker.io': mirrors } : (mirrors as Record<string, unknown>);
  for (const [registry, list] of Object.entries(lists)) {
    if (!isStrings(list)) throw new TypeError(`"registry-mirrors" of ${registry} is not a list of addresses`);
    for (const mirror of list) addressOfMirror(mirror);
  }
  const insecure = config['insecure-registries'] ?? [];
  if (!isStrings(insecure)) throw new TypeError('"insecure-registries" is not a list of hosts and networks');
  return { mirrors: lists as Record<string, string[]>, insecure };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** The registry itself. */
export function addressOf(registry: string, config: RegistryConfig): Address {
  const host = registry === 'docker.io' ? HUB_HOST : registry;
  const insecure = isInsecure(registry, config.insecure);
  return { host, schemes: insecure ? ['https', 'http'] : ['https'], verify: !insecure };
}

/** Who is asked before the registry when something is pulled. */
export function mirrorsOf(registry: string, config: RegistryConfig): Address[] {
  return (config.mirrors[registry] ?? []).map((mirror) => {
    const { host, scheme } = addressOfMirror(mirror);
    return { host, schemes: [scheme], verify: !isInsecure(host, config.insecure) };
  });
}

function addressOfMirror(mirror: string): { host: string; scheme: 'http' | 'https' } {
  const match = /^(https?):\/\/([^/?#@]+)\/?$/.exec(mirror);
  if (!match) throw new TypeError(`the mirror "${mirror}" is not of the form https://HOST[:PORT]`);
  return { scheme: match[1] as 'http' | 'https', host: match[2] };
}

function isInsecure(registry: string, insecure: string[]): boolean {
  const name = registry.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  const networks = new BlockList();
  networks.addSubnet('127.0.0.0', 8);
  networks.addAddress('::1', 'ipv6');
  for (const entry of insecure) {
    const [network, bits] = entry.split('/');
    const family = isIP(network);
    if (bits !== undefined && family) networks.addSubnet(network, Number(bits), family === 6 ? 'ipv6' : 'ipv4');
    else if (entry === registry || entry === name) return true;
  }
  const family = isIP(name);
  return name === 'localhost' || (family !== 0 && networks.check(name, family === 6 ? 'ipv6' : 'ipv4'));
}
