// wbx compose: several boxes that belong together, as a compose file says. Compose specification.
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { loadProject } from '../compose/load.ts';
import { Project } from '../compose/project.ts';
import { profilesOf } from '../compose/service.ts';
import { WbxError } from '../errors.ts';
import { Boxes, type KnownBox } from '../runtime/node/boxes/boxes.ts';
import { newCommand, runCommand } from './command.ts';
import { boxesOf } from './compose/boxes-of.ts';
import { down, type DownFlags } from './compose/down.ts';
import { buildService, pullService } from './compose/images.ts';
import { type ComposeLogFlags, showLogs } from './compose/logs.ts';
import { composePs, type ComposePsFlags } from './compose/ps.ts';
import { say } from './compose/report.ts';
import { up, type UpFlags } from './compose/up.ts';
import { main as exec } from './exec.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

interface ProjectFlags {
  envFile?: string[];
  file?: string[];
  profile?: string[];
  projectDirectory?: string;
  projectName?: string;
}

interface ConfigFlags {
  format: string;
  images?: boolean;
  networks?: boolean;
  profiles?: boolean;
  quiet?: boolean;
  services?: boolean;
  volumes?: boolean;
}

interface ExecFlags {
  detach?: boolean;
  env?: string[];
  index: string;
  tty: boolean;
  user?: string;
  workdir?: string;
}

const EXAMPLES = [
  'wbx compose up -d --wait',
  'wbx compose -f compose.yaml -f compose.test.yaml up --build',
  'wbx compose logs -f web',
  'wbx compose exec db psql -U postgres',
  'wbx compose down -v',
];

export async function main(args: string[]): Promise<number> {
  let status = 0;
  const command = newCommand('compose', 'Runs boxes that belong together, as a compose file says.', EXAMPLES)
    .enablePositionalOptions()
    .option('-f, --file <path>', 'a compose file; several are laid over each other', collect)
    .option('-p, --project-name <name>', 'instead of the name of the directory')
    .option('--profile <name>', 'services of this profile, too', collect)
    .option('--env-file <path>', 'variables for the file, instead of .env', collect)
    .option('--project-directory <path>', 'where relative paths begin');
  const project = () => openProject(command.opts<ProjectFlags>());
  const found = (services: string[]) => boxesFor(project(), services);
  addUp(command, project, (value) => (status = value));
  command
    .command('down')
    .description('end and remove boxes and networks')
    .argument('[service...]')
    .option('-v, --volumes', 'the volumes of the file, too')
    .option('-t, --timeout <seconds>', 'before SIGKILL')
    .option('--remove-orphans', 'boxes of services that the file does not know')
    .action((services: string[], flags: DownFlags) => down(project(), services, flags));
  command
    .command('ps')
    .description('list the boxes')
    .argument('[service...]')
    .option('-a, --all', 'also those that do not run')
    .option('-q, --quiet', 'ids only')
    .option('--services', 'names of services only')
    .option('--format <template>', 'json, table, or a Go template')
    .action((services: string[], flags: ComposePsFlags) => printAll(composePs(found(services), flags)));
  command
    .command('logs')
    .description('show what they have printed')
    .argument('[service...]')
    .option('-f, --follow', 'go on until they end')
    .option('-n, --tail <lines>', 'only that many lines from the end of each', 'all')
    .option('-t, --timestamps', 'with times')
    .option('--no-log-prefix', 'without the names')
    .option('--no-color', 'accepted: there is none anyway')
    .action((services: string[], flags: ComposeLogFlags) => showLogs(new Boxes(), found(services), flags));
  addExec(command, found, (value) => (status = value));
  addImages(command, project);
  addStates(command, found);
  command
    .command('config')
    .description('print the file with overrides and variables put in')
    .option('--format <format>', 'yaml or json', 'yaml')
    .option('--services', 'names of services only')
    .option('--volumes', 'names of volumes only')
    .option('--networks', 'names of networks only')
    .option('--profiles', 'names of profiles only')
    .option('--images', 'names of images only')
    .option('-q, --quiet', 'only check it')
    .action((flags: ConfigFlags) => printAll(configLines(project(), flags)));
  return (await runCommand(command, args)) || status;
}

function addUp(command: Command, project: () => Project, done: (status: number) => void): void {
  command
    .command('up')
    .description('make what is missing and start it')
    .argument('[service...]')
    .option('-d, --detach', 'in the background')
    .option('--wait', 'until all are healthy; in the background')
    .option('--build', 'build images first')
    .option('--no-build', 'accepted: images are built only when they are missing')
    .option('--force-recreate', 'replace boxes that have not changed, too')
    .option('--no-recreate', 'leave boxes alone that have changed')
    .option('--no-deps', 'without what the services depend on')
    .option('--no-start', 'only make them')
    .option('--remove-orphans', 'remove boxes of services that the file does not know')
    .option('--scale <service=n>', 'so many boxes of it', collect)
    .option('-t, --timeout <seconds>', 'before SIGKILL')
    .option('--abort-on-container-exit', 'end all when one ends')
    .option('--exit-code-from <service>', 'the same, with its status')
    .action(async (services: string[], flags: UpFlags) => done(await up(project(), services, flags)));
}

function addExec(command: Command, found: (services: string[]) => KnownBox[], done: (status: number) => void): void {
  command
    .command('exec')
    .description('run one more program in a box of a service')
    .argument('<service>')
    .argument('<command...>')
    .passThroughOptions()
    .option('-d, --detach', 'do not wait for it')
    .option('-e, --env <name=value>', 'set a variable', collect)
    .option('-T, --no-tty', 'not on a terminal')
    .option('-u, --user <user>')
    .option('-w, --workdir <dir>')
    .option('--index <n>', 'of several boxes that one', '1')
    .action(async (service: string, argv: string[], flags: ExecFlags) => {
      const box = found([service])[Number(flags.index) - 1];
      if (!box) throw new WbxError('NOT_FOUND', `service "${service}" is not running`);
      const terminal = flags.tty && process.stdin.isTTY ? ['-t'] : [];
      const words = [
        ...(flags.detach ? ['-d'] : ['-i', ...terminal]),
        ...(flags.env ?? []).map((each) => `--env=${each}`),
        ...(flags.user === undefined ? [] : [`--user=${flags.user}`]),
        ...(flags.workdir === undefined ? [] : [`--workdir=${flags.workdir}`]),
      ];
      done(await exec([...words, box.record.id, ...argv]));
    });
}

function addImages(command: Command, project: () => Project): void {
  command
    .command('build')
    .description('build the images of services that have a build')
    .argument('[service...]')
    .option('--no-cache', 'run all steps again')
    .option('--pull', 'ask for newer base images')
    .option('--build-arg <name=value>', 'for all of them', collect)
    .action(async (names: string[], flags: { cache: boolean; pull?: boolean; buildArg?: string[] }) => {
      const from = project();
      const more = [
        ...(flags.cache ? [] : ['--no-cache']),
        ...(flags.pull ? ['--pull'] : []),
        ...(flags.buildArg ?? []).flatMap((each) => ['--build-arg', each]),
      ];
      const chosen = from.chosen(names, names.length === 0).filter((name) => from.service(name).build !== undefined);
      for (const name of chosen) await buildService(from, name, more);
    });
  command
    .command('pull')
    .description('download the images of services without a build')
    .argument('[service...]')
    .option('-q, --quiet', 'print names only')
    .action(async (names: string[], { quiet = false }: { quiet?: boolean }) => {
      const from = project();
      const chosen = from.chosen(names, names.length === 0).filter((name) => from.service(name).build === undefined);
      for (const name of chosen) await pullService(from, name, quiet);
    });
}

function addStates(command: Command, found: (services: string[]) => KnownBox[]): void {
  const each = async (services: string[], action: (box: KnownBox) => Promise<void>, done: string) => {
    await Promise.all(
      found(services).map(async (box) => {
        await action(box);
        say('Container', box.record.name, done);
      }),
    );
  };
  command
    .command('start')
    .description('start boxes that have ended')
    .argument('[service...]')
    .action((services: string[]) => each(services, start, 'Started'));
  command
    .command('stop')
    .description('end boxes, without removing them')
    .argument('[service...]')
    .option('-t, --timeout <seconds>', 'before SIGKILL')
    .action((services: string[], flags: { timeout?: string }) => each(services, (box) => stop(box, flags), 'Stopped'));
  command
    .command('restart')
    .description('end boxes and start them again')
    .argument('[service...]')
    .option('-t, --timeout <seconds>', 'before SIGKILL')
    .action((services: string[], flags: { timeout?: string }) => {
      const again = async (box: KnownBox) => {
        await stop(box, flags, true);
        await start(new Boxes().find(box.record.id));
      };
      return each(services, again, 'Started');
    });
}

function openProject({ envFile = [], file = [], profile = [], projectDirectory, projectName }: ProjectFlags): Project {
  const fromEnvironment = process.env.COMPOSE_FILE?.split(process.env.COMPOSE_PATH_SEPARATOR ?? ':') ?? [];
  const loaded = loadProject({
    files: file.length > 0 ? file : fromEnvironment,
    directory: projectDirectory,
    envFiles: envFile,
    name: projectName,
    warn: (sentence) => process.stderr.write(`wbx: ${sentence}\n`),
  });
  const profiles = profile.length > 0 ? profile : (loaded.variables.get('COMPOSE_PROFILES')?.split(',') ?? []);
  return new Project(loaded, profiles);
}

function boxesFor(project: Project, services: string[]): KnownBox[] {
  for (const name of services) project.service(name);
  return boxesOf(new Boxes(), project.name, services.length > 0 ? services : undefined);
}

function configLines(project: Project, flags: ConfigFlags): string[] {
  const services = project.chosen();
  // What a service says is read as `up` would read it, so that this is also a check.
  for (const name of services) project.networksOf(name);
  if (flags.quiet) return [];
  if (flags.services) return services;
  if (flags.volumes) return [...project.section('volumes').keys()];
  if (flags.networks) return [...project.section('networks').keys()];
  if (flags.images) return [...new Set(services.map((name) => project.image(name)))];
  const all = [...project.section('services')];
  if (flags.profiles) return [...new Set(all.flatMap(([name, service]) => profilesOf(service, name)))].sort();
  const shown = Object.fromEntries(all.filter(([name]) => services.includes(name)));
  const content = { name: project.name, ...project.content, services: shown };
  const escaped = withDollars(content);
  if (flags.format === 'json') return [JSON.stringify(escaped, null, 2)];
  if (flags.format !== 'yaml') throw new WbxError('BAD_ARGUMENT', `--format ${flags.format}: yaml or json`);
  return [stringify(escaped).trimEnd()];
}

/** What is printed can be read again: a dollar in it is one. */
function withDollars(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(withDollars);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withDollars(each)]));
}

function printAll(lines: string[]): void {
  for (const line of lines) console.log(line);
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
