// wbx ps: the boxes of this user.
import { Boxes, type KnownBox, SHORT_ID } from '../runtime/node/boxes/boxes.ts';
import { type BoxState, isAlive } from '../runtime/node/boxes/record.ts';
import { WbxError } from '../errors.ts';
import { ago } from './ago.ts';
import { newCommand, runCommand } from './command.ts';
import { formatLines } from './format.ts';
import { hostPlace, portName } from './published-ports.ts';
import { formatTable } from './table.ts';

interface PsFlags {
  all?: boolean;
  filter?: string[];
  format?: string;
  json?: boolean;
  last?: string;
  latest?: boolean;
  quiet?: boolean;
  trunc: boolean;
}

const TITLES: Record<string, string> = { ID: 'CONTAINER ID', RunningFor: 'CREATED', CreatedAt: 'CREATED AT' };
const COLUMNS = ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'] as const;
const COMMAND_MAX = 20;

export function main(args: string[]): Promise<number> {
  const command = newCommand('ps', 'List boxes.', [
    'wbx ps -a',
    'wbx ps -aq -f status=exited',
    "wbx ps --format '{{.Names}}\\t{{.Status}}'",
    'wbx ps --json',
  ])
    .option('-a, --all', 'also those that do not run')
    .option('-f, --filter <what=value>', 'name, id, status, label, exited, ancestor, health', collect)
    .option('--format <template>', 'json, table, or a Go template')
    .option('--json', 'the same as --format json')
    .option('-n, --last <n>', 'the n that were made last')
    .option('-l, --latest', 'the one that was made last')
    .option('--no-trunc', 'whole ids and commands')
    .option('-q, --quiet', 'ids only')
    .action((flags: PsFlags) => {
      for (const line of lines(chosen(flags), flags)) console.log(line);
    });
  return runCommand(command, args);
}

function chosen({ all, filter = [], last, latest }: PsFlags): KnownBox[] {
  const filters = filter.map(parseFilter);
  const byState = filter.some((text) => /^(status|exited)=/.test(text));
  const most = latest ? 1 : last === undefined ? undefined : Number(last);
  const every = all || byState || most !== undefined;
  return new Boxes()
    .list()
    .filter(({ state }) => every || isAlive(state))
    .filter((box) => groupsMatch(filters, box))
    .slice(0, most);
}

interface Filter {
  key: string;
  matches(box: KnownBox): boolean;
}

/** Docker's: filters of one kind are alternatives, kinds must all hold. */
function groupsMatch(filters: Filter[], box: KnownBox): boolean {
  const keys = [...new Set(filters.map(({ key }) => key))];
  return keys.every((key) => filters.some((filter) => filter.key === key && filter.matches(box)));
}

const FILTERS: Record<string, (value: string) => (box: KnownBox) => boolean> = {
  ancestor:
    (value) =>
    ({ record }) =>
      record.image === value || record.image.split(':')[0] === value,
  exited:
    (value) =>
    ({ state }) =>
      state.status === 'exited' && state.exitCode === Number(value),
  health:
    (value) =>
    ({ state }) =>
      (state.health?.status ?? 'none') === value,
  id:
    (value) =>
    ({ record }) =>
      record.id.startsWith(value),
  label: (value) => {
    const [name, wanted] = value.split(/=(.*)/s);
    return ({ record }) => name in record.labels && (wanted === undefined || record.labels[name] === wanted);
  },
  name:
    (value) =>
    ({ record }) =>
      record.name.includes(value.replace(/^\^?\/?|\$$/g, '')),
  status:
    (value) =>
    ({ state }) =>
      state.status === value,
};

function parseFilter(text: string): Filter {
  const [key, value] = text.split(/=(.*)/s);
  if (!Object.hasOwn(FILTERS, key) || value === undefined) {
    throw new WbxError('BAD_ARGUMENT', `invalid filter "${text}": there are ${Object.keys(FILTERS).join(', ')}`);
  }
  return { key, matches: FILTERS[key](value) };
}

function lines(boxes: KnownBox[], { format, json, quiet, trunc }: PsFlags): string[] {
  const rows = boxes.map((box) => describe(box, trunc));
  if (quiet) return rows.map(({ ID }) => ID);
  const template = json ? 'json' : format;
  if (template !== undefined && template !== 'table') return formatLines(template, rows, TITLES);
  const titles = COLUMNS.map((name) => TITLES[name] ?? name.toUpperCase());
  return formatTable(
    titles,
    rows.map((row) => COLUMNS.map((name) => row[name])),
  );
}

export function describe({ record, state }: KnownBox, trunc: boolean) {
  const words = record.command.join(' ');
  const command = trunc && words.length > COMMAND_MAX ? `${words.slice(0, COMMAND_MAX - 1)}…` : words;
  return {
    ID: trunc ? record.id.slice(0, SHORT_ID) : record.id,
    Image: record.image,
    Command: `"${command}"`,
    CreatedAt: record.createdAt,
    RunningFor: ago(record.createdAt),
    Ports: state.ports.map((port) => `${hostPlace(port)}->${portName(port)}`).join(', '),
    State: state.status,
    Status: statusText(state),
    Names: record.name,
    Labels: Object.entries(record.labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
  };
}

/** "Up 5 minutes (healthy)", "Exited (137) 2 hours ago". */
export function statusText({ status, startedAt, finishedAt, exitCode, health }: BoxState): string {
  const since = (date: string) => ago(date);
  if (status === 'created') return 'Created';
  if (status === 'exited') return `Exited (${exitCode}) ${since(finishedAt)}`;
  if (status === 'restarting') return `Restarting (${exitCode}) ${since(finishedAt)}`;
  const note = status === 'paused' ? ' (Paused)' : health ? ` (${healthText(health.status)})` : '';
  return `Up ${since(startedAt).replace(/ ago$/, '')}${note}`;
}

function healthText(status: string): string {
  return status === 'starting' ? 'health: starting' : status;
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
