// wbx network: networks that join boxes by name, like `docker network`.
import { Boxes, type KnownBox, SHORT_ID } from '../runtime/node/boxes/boxes.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { membersOf, subnetOf } from '../runtime/node/net/members.ts';
import { Networks, type UserNetwork } from '../runtime/node/net/networks.ts';
import { WbxError } from '../errors.ts';
import { newCommand, runCommand } from './command.ts';
import { ask } from './each-box.ts';
import { formatLines } from './format.ts';
import { formatTable } from './table.ts';

const EXAMPLES = [
  'wbx network create app',
  'wbx run -d --name db --network app postgres',
  'wbx run --network app --rm postgres psql -h db -U postgres',
  'wbx network connect --alias cache app redis',
];

interface CreateFlags {
  driver?: string;
  internal?: boolean;
  label?: string[];
  subnet?: string;
}

interface ListFlags {
  format?: string;
  quiet?: boolean;
}

interface ConnectFlags {
  alias?: string[];
  ip?: string;
}

export function main(args: string[]): Promise<number> {
  const networks = new Networks();
  const command = newCommand('network', 'Makes, lists and removes networks that join boxes by name.', EXAMPLES);
  command
    .command('create')
    .description('make a network')
    .argument('<name>')
    .option('-d, --driver <name>', 'bridge is the only one')
    .option('--internal', 'leads nowhere but to its boxes')
    .option('--label <name=value>', 'describe it', collect)
    .option('--subnet <block>', 'such as 10.1.2.0/24')
    .action((name: string, flags: CreateFlags) => console.log(create(networks, name, flags).id));
  command
    .command('ls')
    .description('list networks')
    .option('--format <template>', 'a Go template, or json')
    .option('-q, --quiet', 'ids only')
    .action((flags: ListFlags) => list(networks, flags));
  command
    .command('inspect')
    .description('print what is known of networks, as JSON')
    .argument('<network...>')
    .option('-f, --format <template>', 'a Go template, or json')
    .action((names: string[], { format }: ListFlags) =>
      inspect(
        names.map((name) => networks.get(name)),
        format,
      ),
    );
  command
    .command('rm')
    .description('remove networks')
    .argument('<network...>')
    .option('-f, --force', 'absent ones are no error')
    .action((names: string[], { force }: { force?: boolean }) => {
      for (const name of names) if (!force || networks.find(name)) remove(networks, networks.get(name));
    });
  command
    .command('prune')
    .description('remove networks that no box is on')
    .option('-f, --force', 'accepted for scripts: nothing is asked')
    .action(() => {
      for (const network of networks.list()) if (membersOf(network).length === 0) remove(networks, network);
    });
  command
    .command('connect')
    .description('let a box be on one more network')
    .argument('<network>')
    .argument('<box>')
    .option('--alias <name>', 'one more name of it there', collect)
    .option('--ip <address>', 'its address there')
    .action((name: string, box: string, flags: ConnectFlags) => connect(networks.get(name), box, flags));
  command
    .command('disconnect')
    .description('take a box from a network')
    .argument('<network>')
    .argument('<box>')
    .option('-f, --force', 'accepted for scripts')
    .action((name: string, box: string) => disconnect(networks.get(name), box));
  return runCommand(command, args);
}

function create(networks: Networks, name: string, { driver = 'bridge', internal, label = [], subnet }: CreateFlags) {
  if (driver !== 'bridge') throw new WbxError('BAD_ARGUMENT', `--driver ${driver}: bridge is the only one`);
  const labels = Object.fromEntries(label.map((text) => [text.split('=')[0], text.split('=').slice(1).join('=')]));
  return networks.create(name, { subnet, internal, labels });
}

function list(networks: Networks, { quiet, format }: ListFlags): void {
  const rows = [
    { id: '', name: 'bridge' },
    { id: '', name: 'none' },
    ...networks.list().map(({ id, name }) => ({ id: id.slice(0, SHORT_ID), name })),
  ];
  if (quiet) for (const { id } of rows.filter(({ id }) => id !== '')) console.log(id);
  else if (format) {
    const values = rows.map(({ id, name }) => ({ ID: id, Name: name, Driver: 'bridge', Scope: 'local' }));
    for (const line of formatLines(format, values)) console.log(line);
  } else {
    const cells = rows.map(({ id, name }) => [id, name, name === 'none' ? 'null' : 'bridge', 'local']);
    for (const line of formatTable(['NETWORK ID', 'NAME', 'DRIVER', 'SCOPE'], cells)) console.log(line);
  }
}

function inspect(all: UserNetwork[], format: string | undefined): void {
  const values = all.map(describe);
  if (format) for (const line of formatLines(format, values)) console.log(line);
  else console.log(JSON.stringify(values, null, 2));
}

function describe(network: UserNetwork): object {
  const { name, id, createdAt, subnet, internal, labels } = network;
  const { gateway, prefix } = subnetOf(network, '');
  const containers = membersOf(network).map(({ box = '', names, address }) => {
    return [box, { Name: names[0] ?? '', IPv4Address: `${address}/${prefix}` }];
  });
  return {
    Name: name,
    Id: id,
    Created: createdAt,
    Scope: 'local',
    Driver: 'bridge',
    IPAM: { Config: [{ Subnet: subnet, Gateway: gateway }] },
    Internal: internal,
    Containers: Object.fromEntries(containers),
    Labels: labels,
  };
}

function remove(networks: Networks, network: UserNetwork): void {
  const members = membersOf(network).map(({ names }) => names[0]);
  if (members.length > 0)
    throw new WbxError(
      'UNSUPPORTED',
      `the network ${network.name} has boxes on it (${members.join(', ')}): end these first`,
    );
  networks.remove(network);
  console.log(network.name);
}

/** Also for its later starts. */
async function connect(network: UserNetwork, name: string, { alias = [], ip }: ConnectFlags): Promise<void> {
  const boxes = new Boxes();
  const box = boxes.find(name);
  const word = [`name=${network.name}`, ...alias.map((each) => `alias=${each}`), ...(ip ? [`ip=${ip}`] : [])].join(',');
  if (wordsOf(box, network).length > 0)
    throw new WbxError('BAD_ARGUMENT', `the box ${box.record.name} is on the network ${network.name} already`);
  if (isAlive(box.state)) await ask(box, { op: 'network', join: network.name, aliases: alias, address: ip });
  const end = box.record.args.indexOf('--');
  const args = [...box.record.args.slice(0, end), `--network=${word}`, ...box.record.args.slice(end)];
  boxes.write({ ...box.record, args });
}

async function disconnect(network: UserNetwork, name: string): Promise<void> {
  const boxes = new Boxes();
  const box = boxes.find(name);
  const words = wordsOf(box, network);
  if (words.length === 0)
    throw new WbxError('BAD_ARGUMENT', `the box ${box.record.name} is not on the network ${network.name}`);
  if (isAlive(box.state)) await ask(box, { op: 'network', leave: network.name });
  boxes.write({ ...box.record, args: box.record.args.filter((word) => !words.includes(word)) });
}

/** Options of the record that name the network. */
function wordsOf({ record }: KnownBox, { name }: UserNetwork): string[] {
  const options = record.args.slice(0, record.args.indexOf('--'));
  return options.filter((word) => {
    const [, value] = /^--net(?:work)?=(.*)$/.exec(word) ?? [];
    return value === name || value?.split(',').includes(`name=${name}`);
  });
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
