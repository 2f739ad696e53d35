// The network options of `run`, in Docker's words: what is published, what may be reached, and the names the box is given.
import { parsePublish } from '../runtime/net/port-spec.ts';
import { parseRule } from '../runtime/net/rule.ts';
import type { ContainerNetwork } from '../runtime/node/net/container.ts';
import { WbxError } from '../errors.ts';
import type { OptionTable, ParsedOptions } from './options.ts';

export const NETWORK_OPTIONS: OptionTable = [
  ['add-host', 'list'],
  ['allow-net', 'list'],
  ['deny-net', 'list'],
  ['dns', 'list'],
  ['dns-option', 'list'],
  ['dns-search', 'list'],
  ['expose', 'list'],
  ['network', 'value'],
  ['publish', 'list', 'p'],
  ['publish-all', 'flag', 'P'],
];

export const NETWORK_HELP = `      --network MODE     bridge (default: outward through the host) or none
  -p, --publish [[IP:]HOSTPORT:]PORT[/udp]
                         let clients of a port of the host in; ranges such as 8000-8009:80-89
  -P, --publish-all      publish the ports that the image and --expose name, at any free ones
      --expose PORT[/udp]
      --allow-net RULE   reach only HOST[:PORT[-PORT]][/tcp|/udp]: an address, block, name, *.name or *
      --deny-net RULE    do not reach that, whatever is allowed
      --dns ADDRESS      name server; default: the host's resolver
      --dns-search DOMAIN, --dns-option OPTION
      --add-host NAME:ADDRESS
                         a line of /etc/hosts; the address "host-gateway" is this machine
`;

/** What the options say; `exposed` are the ports that the image names. */
export function networkOf(options: ParsedOptions, exposed: string[]): ContainerNetwork | undefined {
  const mode = options.value('network') ?? 'bridge';
  const publish = [...options.list('publish'), ...everyExposed(options, exposed)].flatMap(parsePublish);
  if (mode === 'none') return undefined;
  if (mode !== 'bridge' && mode !== 'default') {
    throw new WbxError('BAD_ARGUMENT', `--network ${mode}: bridge and none are known`);
  }
  const allow = options.has('allow-net') ? options.list('allow-net') : undefined;
  const deny = options.list('deny-net');
  // A rule that makes no sense is told before anything starts.
  for (const rule of [...(allow ?? []), ...deny]) parseRule(rule);
  return {
    policy: { allow, deny },
    publish,
    dns: options.list('dns'),
    dnsSearch: options.list('dns-search'),
    dnsOptions: options.list('dns-option'),
    hosts: options.list('add-host').map(parseHost),
  };
}

function everyExposed(options: ParsedOptions, exposed: string[]): string[] {
  const expose = options.list('expose');
  return options.has('publish-all') ? [...new Set([...exposed, ...expose])] : [];
}

/** NAME:ADDRESS or NAME=ADDRESS. */
function parseHost(text: string): { name: string; address: string } {
  const at = text.search(/[:=]/);
  if (at <= 0 || at === text.length - 1) throw new WbxError('BAD_ARGUMENT', `--add-host ${text}: write NAME:ADDRESS`);
  return { name: text.slice(0, at), address: text.slice(at + 1).replace(/^\[(.*)\]$/, '$1') };
}
