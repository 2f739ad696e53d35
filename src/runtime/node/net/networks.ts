// Networks that a user has made, which join boxes by name: docker network. Invariant: a network is one file DIR/NAME.json, made
// exclusively; who is on it is told by the processes of the boxes (members.ts).
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemCode, WbxError } from '../../../errors.ts';
import { parseAddress } from '../../net/address.ts';
import { inBlock, parseRule } from '../../net/rule.ts';

export interface UserNetwork {
  name: string;
  /** 64 hexadecimal digits. */
  id: string;
  createdAt: string;
  /** Of IPv4, such as 10.89.0.0/24. */
  subnet: string;
  /** Leads nowhere but to its members. */
  internal: boolean;
  labels: Record<string, string>;
}

/** Those that every host has. */
export const BUILT_IN_NETWORKS = ['bridge', 'default', 'host', 'none'];
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** Subnets are chosen from 10.89.0.0/16. */
const POOL = Array.from({ length: 256 }, (_, n) => `10.89.${n}.0/24`);

export class Networks {
  readonly #dir: string;

  constructor(dir = join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'wbx', 'networks')) {
    this.#dir = dir;
  }

  /** All, by name. */
  list(): UserNetwork[] {
    const files = fs.existsSync(this.#dir) ? fs.readdirSync(this.#dir).filter((name) => name.endsWith('.json')) : [];
    return files.sort().flatMap((file) => this.#read(file) ?? []);
  }

  /** By name, id or the beginning of it. */
  find(wanted: string): UserNetwork | undefined {
    const named = NAME.test(wanted) ? this.#read(`${wanted}.json`) : undefined;
    if (named || !/^[0-9a-f]{4,64}$/.test(wanted)) return named;
    return this.list().find(({ id }) => id.startsWith(wanted));
  }

  get(wanted: string): UserNetwork {
    const network = this.find(wanted);
    if (!network)
      throw new WbxError('NOT_FOUND', `network ${wanted} not found: make it with "wbx network create ${wanted}"`);
    return network;
  }

  create(
    name: string,
    { subnet, internal = false, labels = {} }: Partial<Pick<UserNetwork, 'subnet' | 'internal' | 'labels'>> = {},
  ): UserNetwork {
    if (!NAME.test(name) || BUILT_IN_NETWORKS.includes(name))
      throw new WbxError('BAD_ARGUMENT', `"${name}" is no name for a network: letters, digits, "_", "." and "-"`);
    const network: UserNetwork = {
      name,
      id: randomBytes(32).toString('hex'),
      createdAt: new Date().toISOString(),
      subnet: subnet === undefined ? this.#freeSubnet() : this.#checkedSubnet(subnet),
      internal,
      labels,
    };
    fs.mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    try {
      fs.writeFileSync(join(this.#dir, `${name}.json`), `${JSON.stringify(network)}\n`, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      throw new WbxError('BAD_ARGUMENT', `network with name ${name} already exists`, error);
    }
    return network;
  }

  remove({ name }: UserNetwork): void {
    fs.rmSync(join(this.#dir, `${name}.json`), { force: true });
  }

  #freeSubnet(): string {
    const taken = this.list();
    const free = POOL.find((block) => !taken.some(({ subnet }) => overlap(block, subnet)));
    if (free === undefined) throw new WbxError('UNSUPPORTED', 'no subnet is left: remove networks, or give --subnet');
    return free;
  }

  #checkedSubnet(text: string): string {
    const [address, bits] = text.split('/');
    if (
      !/^\d+$/.test(bits ?? '') ||
      Number(bits) < 8 ||
      Number(bits) > 29 ||
      !/^[\d.]+$/.test(address) ||
      !parseAddress(address)
    )
      throw new WbxError('BAD_ARGUMENT', `--subnet ${text}: write a block of IPv4 such as 10.1.2.0/24, from /8 to /29`);
    const other = this.list().find(({ subnet }) => overlap(text, subnet));
    if (other) throw new WbxError('BAD_ARGUMENT', `--subnet ${text} overlaps with that of the network ${other.name}`);
    return text;
  }

  #read(file: string): UserNetwork | undefined {
    try {
      return JSON.parse(fs.readFileSync(join(this.#dir, file), 'utf8')) as UserNetwork;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw new WbxError('IO', `the network ${file} cannot be read: ${(error as Error).message}`, error);
    }
  }
}

function overlap(a: string, b: string): boolean {
  const [first, second] = [parseRule(a).block!, parseRule(b).block!];
  return inBlock(first.address, second.address, Math.min(first.bits, second.bits));
}
