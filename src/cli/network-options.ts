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
  ['ip', 'value'],
  ['net', 'list'],
  ['network', 'list'],
  ['network-alias', 'list'],
  ['publish', 'list', 'p'],
  ['publish-all', 'flag', 'P'],
];

export const NETWORK_HELP = `      --network NAME     bridge (default: outward through the host), none, or a network of "wbx network create"
      --network-alias NAME, --ip ADDRESS
                         what the box is called there besides its name; its address there
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
  const names = [...options.list('network'), ...options.list('net')].map((text) => parseNetwork(text, options));
  const own = names.filter(({ name }) => !BUILT_IN.includes(name));
  const publish = [...options.list('publish'), ...everyExposed(options, exposed)].flatMap(parsePublish);
  if (names.some(({ name }) => name === 'none')) {
    if (names.length > 1) throw new WbxError('BAD_ARGUMENT', '--network none: there cannot be others beside it');
    return undefined;
  }
  const foreign = names.find(({ name }) => name === 'host' || name.startsWith('container:'));
  if (foreign) {
    const instead = 'publish ports with -p, or join boxes by "wbx network create"';
    throw new WbxError('UNSUPPORTED', `--network ${foreign.name}: a box has a network of its own; ${instead}`);
  }
  const allow = options.has('allow-net') ? options.list('allow-net') : undefined;
  const deny = options.list('deny-net');
  // A rule that makes no sense is told before anything starts.
  for (const rule of [...(allow ?? []), ...deny]) parseRule(rule);
  return {
    policy: { allow, deny },
    publish,
    networks: own,
    aliases: [...options.list('network-alias'), ...own.flatMap(({ aliases }) => aliases)],
    dns: options.list('dns'),
    dnsSearch: options.list('dns-search'),
    dnsOptions: options.list('dns-option'),
    hosts: options.list('add-host').map(parseHost),
  };
}

/** Not a network that a user has made. */
const BUILT_IN = ['bridge', 'default', 'none', 'host'];

interface WantedNetwork {
  name: string;
  address?: string;
  aliases: string[];
}

/** NAME, or name=NAME,alias=OTHER,ip=ADDRESS. */
function parseNetwork(text: string, options: ParsedOptions): WantedNetwork {
  if (!text.includes('=')) return { name: text, address: options.value('ip'), aliases: [] };
  const wanted: WantedNetwork = { name: '', address: options.value('ip'), aliases: [] };
  for (const field of text.split(',')) {
    const [key, value = ''] = field.split(/=(.*)/s);
    if (key === 'name') wanted.name = value;
    else if (key === 'alias') wanted.aliases.push(value);
    else if (key === 'ip') wanted.address = value;
    else throw new WbxError('BAD_ARGUMENT', `--network ${text}: name, alias and ip are known`);
  }
  return wanted;
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
