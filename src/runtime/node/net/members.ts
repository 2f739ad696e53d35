// Who is on a user-made network: a file ADDRESS.json for each box and a socket ADDRESS.sock where its process listens for the others,
// in a directory that only this user can enter. Invariant: an address belongs to one living process; what a killed one has left
// behind is taken over under the lock of the network.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { WbxError } from '../../../errors.ts';
import { acquire } from '../../../image/store/lock.ts';
import { formatAddress, parseAddress } from '../../net/address.ts';
import { inBlock, parseRule } from '../../net/rule.ts';
import type { Subnet } from '../../net/subnet.ts';
import { isProcess, startOf } from '../boxes/host-process.ts';
import { controlDirectory } from '../control/socket.ts';
import type { UserNetwork } from './networks.ts';

export interface Member {
  address: string;
  /** Names that the others know it by. */
  names: string[];
  /** Absent: of a box without a record. */
  box?: string;
  pid: number;
  pidStart: string;
}

/** How a box wants to be known on a network. */
export interface JoinOptions {
  names: string[];
  box?: string;
  /** Any free one when absent. */
  address?: string;
}

/** Those whose process is there. */
export function membersOf(network: UserNetwork): Member[] {
  const directory = memberDirectory(network);
  const files = fs.readdirSync(directory).filter((name) => name.endsWith('.json'));
  return files.flatMap((file) => readMember(join(directory, file)) ?? []);
}

/** Where the member of that address listens. */
export function memberSocket(network: UserNetwork, address: string): string {
  return join(memberDirectory(network), `${address}.sock`);
}

/** Takes an address of the network for this process. */
export async function claimAddress(network: UserNetwork, { names, box, address }: JoinOptions): Promise<Member> {
  const directory = memberDirectory(network);
  const lock = await acquire(join(directory, 'lock'));
  try {
    const taken = new Set(membersOf(network).map((member) => member.address));
    const member: Member = {
      address: address === undefined ? freeAddress(network, taken) : wantedAddress(network, taken, address),
      names,
      box,
      pid: process.pid,
      pidStart: startOf(process.pid),
    };
    fs.rmSync(memberSocket(network, member.address), { force: true });
    fs.writeFileSync(join(directory, `${member.address}.json`), JSON.stringify(member), { mode: 0o600 });
    return member;
  } finally {
    lock?.release();
  }
}

export function releaseAddress(network: UserNetwork, { address }: Member): void {
  fs.rmSync(join(memberDirectory(network), `${address}.json`), { force: true });
  fs.rmSync(memberSocket(network, address), { force: true });
}

/** The network as a box on it sees it. */
export function subnetOf({ subnet }: UserNetwork, address: string): Pick<Subnet, 'address' | 'gateway' | 'prefix'> {
  return { address, gateway: addressAt(subnet, 1), prefix: Number(subnet.split('/')[1]) };
}

/** Is the address one of the network's? 16 bytes. */
export function isOn({ subnet }: UserNetwork, address: Uint8Array): boolean {
  const { block } = parseRule(subnet);
  return inBlock(address, block!.address, block!.bits);
}

function memberDirectory({ id }: UserNetwork): string {
  const directory = join(controlDirectory(), 'net', id.slice(0, 12));
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

function readMember(path: string): Member | undefined {
  try {
    const member = JSON.parse(fs.readFileSync(path, 'utf8')) as Member;
    return isProcess(member.pid, member.pidStart) ? member : undefined;
  } catch {
    // Being written, or gone.
    return undefined;
  }
}

/** The first is the gateway. */
function freeAddress({ name, subnet }: UserNetwork, taken: Set<string>): string {
  const count = 2 ** (32 - Number(subnet.split('/')[1]));
  for (let n = 2; n < count - 1; n++) {
    const address = addressAt(subnet, n);
    if (!taken.has(address)) return address;
  }
  throw new WbxError('UNSUPPORTED', `the network ${name} has no address left`);
}

function wantedAddress(network: UserNetwork, taken: Set<string>, address: string): string {
  const bytes = parseAddress(address);
  if (!bytes || !isOn(network, bytes))
    throw new WbxError('BAD_ARGUMENT', `${address} is no address of the network ${network.name} (${network.subnet})`);
  if (taken.has(address) || address === addressAt(network.subnet, 1))
    throw new WbxError('BAD_ARGUMENT', `the address ${address} of the network ${network.name} is in use`);
  return address;
}

/** The n-th address of a block. */
function addressAt(subnet: string, n: number): string {
  const [base, bits] = subnet.split('/');
  const bytes = parseAddress(base)!;
  const view = new DataView(bytes.buffer);
  const first = (view.getUint32(12) & (-1 << (32 - Number(bits)))) >>> 0;
  view.setUint32(12, first + n);
  return formatAddress(bytes);
}
