// /etc/hosts, /etc/hostname and /etc/resolv.conf as Docker makes them for a container.
import type { BootFile } from '../../box/boot-block.ts';
import type { Subnet } from './subnet.ts';

export interface NamesOptions {
  hostname: string;
  /** Absent = there is lo alone. */
  subnet?: Pick<Subnet, 'address' | 'gateway'>;
  /** Further lines of /etc/hosts; the address `host-gateway` is the gateway's. */
  hosts?: { name: string; address: string }[];
  /** Name servers; the gateway when there are none. */
  dns?: string[];
  dnsSearch?: string[];
  dnsOptions?: string[];
}

const LOCAL = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** Docker's word for the machine that the container runs on. */
export const HOST_GATEWAY = 'host-gateway';

export function etcFiles(options: NamesOptions): BootFile[] {
  return [
    { path: '/etc/hosts', content: hosts(options) },
    { path: '/etc/hostname', content: `${options.hostname}\n` },
    { path: '/etc/resolv.conf', content: resolvConf(options) },
  ];
}

function hosts({ hostname, subnet, hosts = [] }: NamesOptions): string {
  const gateway = subnet?.gateway ?? '127.0.0.1';
  const added = hosts.map(({ name, address }) => `${address === HOST_GATEWAY ? gateway : address}\t${name}\n`);
  const own = subnet ? `${subnet.address}\t${hostname}\n` : '';
  return `${LOCAL}${added.join('')}${own}`;
}

function resolvConf({ subnet, dns = [], dnsSearch = [], dnsOptions = [] }: NamesOptions): string {
  const servers = dns.length > 0 || !subnet ? dns : [subnet.gateway];
  const lines = servers.map((server) => `nameserver ${server}\n`);
  if (dnsSearch.length > 0 && dnsSearch[0] !== '.') lines.push(`search ${dnsSearch.join(' ')}\n`);
  if (dnsOptions.length > 0) lines.push(`options ${dnsOptions.join(' ')}\n`);
  return lines.join('');
}
