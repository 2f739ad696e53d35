// wbx relay: carries TCP connections of boxes in pages, to what is allowed.
import { WbxError } from '../errors.ts';
import { parseAddress } from '../runtime/net/address.ts';
import { parseRule } from '../runtime/net/rule.ts';
import { Relay } from '../runtime/node/relay/relay.ts';
import { newCommand, runCommand } from './command.ts';

interface RelayFlags {
  listen: string;
  allowNet: string[];
  denyNet: string[];
  origin: string[];
  addHost: string[];
  connections: string;
}

const collect = (word: string, before: string[]) => [...before, word];

export function main(args: string[]): Promise<number> {
  const command = newCommand('relay', 'Carry TCP connections of boxes in pages to servers that are allowed.', [
    "wbx relay --allow-net '*.debian.org:443' --origin https://boxes.example.org",
    'wbx relay --allow-net 127.0.0.1:5432 --add-host db.local:127.0.0.1 --origin http://localhost:8000',
    'wbx web app.wasm -o site/ --relay wss://relay.example.org/ --allow-net "*.debian.org"',
  ])
    .option('--listen <[ip:]port>', 'where pages reach it; put a web server with TLS before it', '127.0.0.1:8765')
    .option(
      '--allow-net <rule>',
      'carry to HOST[:PORT[-PORT]]: an address, block, name, *.name or *; nothing else is reached',
      collect,
      [],
    )
    .option('--deny-net <rule>', 'do not carry to that, whatever is allowed', collect, [])
    .option('--origin <origin>', 'serve pages of that origin (scheme://host[:port]), or * for all', collect, [])
    .option(
      '--add-host <name:address>',
      'what a name stands for, before the resolver of this machine is asked',
      collect,
      [],
    )
    .option('--connections <n>', 'carry that many at once', '256')
    .action(serve);
  return runCommand(command, args);
}

async function serve({ listen, allowNet, denyNet, origin, addHost, connections }: RelayFlags): Promise<void> {
  if (allowNet.length === 0) throw new WbxError('BAD_ARGUMENT', 'say what the relay may reach: --allow-net RULE');
  if (origin.length === 0) throw new WbxError('BAD_ARGUMENT', 'say whose pages it serves: --origin ORIGIN');
  for (const rule of [...allowNet, ...denyNet]) parseRule(rule);
  const [, host, port] = /^(?:\[?([^\]]*)\]?:)?(\d{1,5})$/.exec(listen) ?? [];
  if (port === undefined || Number(port) > 65535)
    throw new WbxError('BAD_ARGUMENT', `--listen ${listen}: write [IP:]PORT`);
  const most = /^[1-9]\d{0,5}$/.test(connections) ? Number(connections) : Number.NaN;
  if (Number.isNaN(most))
    throw new WbxError('BAD_ARGUMENT', `--connections ${connections}: give a whole number from 1`);
  const policy = { allow: allowNet, deny: denyNet };
  const hosts = new Map(addHost.map(parseHost));
  const options = { host: host || '127.0.0.1', port: Number(port), policy, origins: origin, hosts, connections: most };
  const relay = await Relay.listen(options);
  process.stderr.write(`relay at ${relay.address}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  relay.close();
}

function parseHost(text: string): [name: string, address: string] {
  const [, name, address] = /^([^:]+):(.+)$/.exec(text) ?? [];
  if (!name || !parseAddress(address)) throw new WbxError('BAD_ARGUMENT', `--add-host ${text}: write NAME:ADDRESS`);
  return [name.toLowerCase(), address];
}
