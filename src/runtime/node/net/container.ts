// The network of one container, from what its user wants to the two halves that make it: what the box boots with, and the
// host's end, which listens already.
import { networkInterfaces } from 'node:os';
import type { BootOptions } from '../../../box/boot-block.ts';
import type { NetworkPolicy } from '../../policy.ts';
import { etcFiles, HOST_GATEWAY, type NamesOptions } from '../../net/etc-files.ts';
import type { Network } from '../../net/network.ts';
import type { PublishedPort } from '../../net/port-spec.ts';
import type { Subnet } from '../../net/subnet.ts';
import { DEFAULT_SUBNET, subnetBytes } from '../../net/subnet.ts';
import { LazyNetwork } from './lazy.ts';

export interface ContainerNetwork extends Omit<NamesOptions, 'hostname' | 'subnet'> {
  policy: NetworkPolicy;
  publish?: PublishedPort[];
  /** As in NatOptions. */
  sockets?: string[];
  /** User-made networks; the first gives the box its address. */
  networks?: { name: string; address?: string }[];
  /** What the box is called there besides. */
  aliases?: string[];
}

/** Who the box is, for the others on its networks. */
export interface Identity {
  name: string;
  id: string;
}

export interface OpenNetwork {
  boot: Pick<BootOptions, 'network' | 'files'>;
  network?: Network;
}

/** `wanted` absent = lo alone. */
export async function openNetwork(
  wanted: ContainerNetwork | undefined,
  hostname: string,
  identity?: Identity,
): Promise<OpenNetwork> {
  if (!wanted) return { boot: { files: etcFiles({ hostname }) } };
  if (wanted.networks?.length) return openNetworks(wanted, hostname, identity);
  const subnet = DEFAULT_SUBNET;
  const options = { policy: withGateway(wanted), publish: wanted.publish, sockets: wanted.sockets };
  const open = async () => (await import('./nat.ts')).Nat.open(options);
  const network = wanted.publish?.length ? await open() : new LazyNetwork(open);
  const six = {
    address6: subnetBytes(subnet.address6),
    gateway6: subnetBytes(subnet.gateway6),
    prefix6: subnet.prefix6,
  };
  const boot = {
    files: etcFiles({ ...wanted, hostname, subnet }),
    network: {
      address: subnetBytes(subnet.address),
      gateway: subnetBytes(subnet.gateway),
      prefix: subnet.prefix,
      ...(hasIPv6() ? six : {}),
    },
  };
  return { boot, network };
}

/** On networks that the user has made. */
async function openNetworks(wanted: ContainerNetwork, hostname: string, identity?: Identity): Promise<OpenNetwork> {
  const { Nat } = await import('./nat.ts');
  const { Networks } = await import('./networks.ts');
  const { subnetOf } = await import('./members.ts');
  const known = new Networks();
  const all = wanted.networks!.map(({ name, address }) => ({ network: known.get(name), address }));
  const gateway = subnetOf(all[0].network, '').gateway;
  const outside = all.every(({ network }) => network.internal) ? { ...wanted.policy, allow: [] } : withGateway(wanted);
  const nat = await Nat.open({
    policy: outside,
    publish: wanted.publish,
    nameServers: wanted.dns,
    gateway,
    sockets: wanted.sockets,
  });
  try {
    const names = [...(identity ? [identity.name, identity.id.slice(0, 12)] : []), ...(wanted.aliases ?? [])];
    let own: Pick<Subnet, 'address' | 'gateway' | 'prefix'> | undefined;
    for (const { network, address } of all) {
      const member = await nat.join(network, { names: [...new Set(names)], box: identity?.id, address });
      own ??= subnetOf(network, member.address);
    }
    const { address, prefix } = own!;
    // The gateway answers for the names of the others; the servers of --dns are asked by it.
    const files = etcFiles({ ...wanted, dns: [], hostname, subnet: own });
    return {
      boot: { files, network: { address: subnetBytes(address), gateway: subnetBytes(gateway), prefix } },
      network: nat,
    };
  } catch (error) {
    nat.close();
    throw error;
  }
}

/** A name for the host is leave to reach it. */
function withGateway({ policy, hosts = [] }: ContainerNetwork): NetworkPolicy {
  if (!hosts.some(({ address }) => address === HOST_GATEWAY)) return policy;
  return { ...policy, allow: [...(policy.allow ?? ['*']), HOST] };
}

/** What the gateway leads to. */
const HOST = '127.0.0.1';

/** Without a global address of the host, IPv6 leads nowhere, and programs had better not try it. */
function hasIPv6(): boolean {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.some(({ family, internal, address }) => family === 'IPv6' && !internal && !address.startsWith('fe80'));
}
