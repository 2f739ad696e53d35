// The network of one container, from what its user wants to the two halves that make it: what the box boots with, and the
// host's end, which listens already.
import { networkInterfaces } from 'node:os';
import type { BootOptions } from '../../../box/boot-block.ts';
import type { NetworkPolicy } from '../../policy.ts';
import { etcFiles, HOST_GATEWAY, type NamesOptions } from '../../net/etc-files.ts';
import type { Network } from '../../net/network.ts';
import type { PublishedPort } from '../../net/port-spec.ts';
import { DEFAULT_SUBNET, subnetBytes } from '../../net/subnet.ts';
import { LazyNetwork } from './lazy.ts';

export interface ContainerNetwork extends Omit<NamesOptions, 'hostname' | 'subnet'> {
  policy: NetworkPolicy;
  publish?: PublishedPort[];
  /** As in NatOptions. */
  sockets?: string[];
}

export interface OpenNetwork {
  boot: Pick<BootOptions, 'network' | 'files'>;
  network?: Network;
}

/** `wanted` absent = lo alone. */
export async function openNetwork(wanted: ContainerNetwork | undefined, hostname: string): Promise<OpenNetwork> {
  if (!wanted) return { boot: { files: etcFiles({ hostname }) } };
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
