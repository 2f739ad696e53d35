// wbx volume: named volumes, like `docker volume`.
import { WbxError } from '../errors.ts';
import { type Volume, Volumes } from '../runtime/node/volumes.ts';
import { newCommand, runCommand } from './command.ts';
import { formatTable } from './table.ts';

const EXAMPLES = [
  'wbx volume create data',
  'wbx run -v data:/var/lib/app app.wasm',
  'wbx volume ls',
  'wbx volume rm data',
];

export async function main(args: string[]): Promise<number> {
  const volumes = new Volumes();
  const command = newCommand('volume', 'Lists, makes and removes named volumes.', EXAMPLES);
  command
    .command('ls')
    .description('list volumes')
    .option('-q, --quiet', 'names only')
    .action(({ quiet }: { quiet?: boolean }) => list(volumes.list(), quiet));
  command
    .command('create')
    .description('make a volume; one without a name gets a random one')
    .argument('[name]')
    .option('--label <name=value...>', 'describe it')
    .action((name: string | undefined, { label = [] }: { label?: string[] }) => create(volumes, name ?? '', label));
  command
    .command('inspect')
    .description('print what is known of volumes, as JSON')
    .argument('<name...>')
    .action((names: string[]) =>
      console.log(
        JSON.stringify(
          names.map((name) => describe(get(volumes, name))),
          null,
          2,
        ),
      ),
    );
  command
    .command('rm')
    .description('remove volumes and their files')
    .argument('<name...>')
    .option('-f, --force', 'absent ones are no error')
    .action((names: string[], { force }: { force?: boolean }) => remove(volumes, names, force));
  command
    .command('prune')
    .description('remove volumes that were made without a name')
    .option('-a, --all', 'those with names too')
    .option('-f, --force', 'accepted for scripts: nothing is asked')
    .action(({ all }: { all?: boolean }) => prune(volumes, all));
  return runCommand(command, args);
}

function list(all: Volume[], quiet: boolean | undefined): void {
  if (quiet) for (const { name } of all) console.log(name);
  else {
    const rows = all.map(({ name }) => ['local', name]);
    for (const line of formatTable(['DRIVER', 'VOLUME NAME'], rows)) console.log(line);
  }
}

function create(volumes: Volumes, name: string, labels: string[]): void {
  const pairs = labels.map((label): [string, string] => {
    const equals = label.indexOf('=');
    return equals < 0 ? [label, ''] : [label.slice(0, equals), label.slice(equals + 1)];
  });
  const volume = volumes.find(name) ?? (name ? volumes.create(name, Object.fromEntries(pairs)) : volumes.use(''));
  console.log(volume.name);
}

function get(volumes: Volumes, name: string): Volume {
  const volume = volumes.find(name);
  if (!volume) throw new WbxError('NOT_FOUND', `no volume "${name}"`);
  return volume;
}

function describe({ name, path, createdAt, labels }: Volume): Record<string, unknown> {
  return { CreatedAt: createdAt, Driver: 'local', Labels: labels, Mountpoint: path, Name: name, Scope: 'local' };
}

function remove(volumes: Volumes, names: string[], force: boolean | undefined): void {
  for (const name of names) {
    if (force && !volumes.find(name)) continue;
    volumes.remove(name);
    console.log(name);
  }
}

function prune(volumes: Volumes, all: boolean | undefined): void {
  for (const { name, anonymous } of volumes.list()) {
    if (!anonymous && !all) continue;
    volumes.remove(name);
    console.log(name);
  }
}
