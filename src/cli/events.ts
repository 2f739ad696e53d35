// wbx events: what happens to boxes.
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import type { BoxEvent } from '../runtime/node/boxes/events.ts';
import { followLines, linesOf } from '../runtime/node/boxes/line-follower.ts';
import { WbxError } from '../errors.ts';
import { newCommand, runCommand } from './command.ts';
import { parseTime } from './duration.ts';
import { formatLines } from './format.ts';

interface EventFlags {
  filter?: string[];
  format?: string;
  json?: boolean;
  since?: string;
  until?: string;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('events', 'Show what happens to boxes, until --until or interrupted.', [
    'wbx events',
    'wbx events --since 1h --until 0s',
    "wbx events -f event=die --format '{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}'",
  ])
    .option('-f, --filter <what=value>', 'container, event, image, label', collect)
    .option('--format <template>', 'json, or a Go template')
    .option('--json', 'the same as --format json')
    .option('--since <time>', 'also what happened since then')
    .option('--until <time>', 'end there')
    .action(show);
  return runCommand(command, args);
}

async function show({ filter = [], format, json, since, until }: EventFlags): Promise<void> {
  const path = new Boxes().eventsPath;
  const first = since === undefined ? Date.now() : parseTime(since, '--since');
  const last = until === undefined ? Number.POSITIVE_INFINITY : parseTime(until, '--until');
  const filters = filter.map(parseFilter);
  const wanted = (event: BoxEvent) =>
    event.time >= first && event.time <= last && filters.every((matches) => matches(event));
  const print = (line: string) => {
    const event = JSON.parse(line) as BoxEvent;
    if (wanted(event)) process.stdout.write(`${text(event, json ? 'json' : format)}\n`);
  };
  for (const line of linesOf(`${path}.1`)) print(line);
  for await (const line of followLines(path, () => Date.now() > last)) print(line);
}

/** Docker's line, or its fields. */
function text({ action, id, attributes, time }: BoxEvent, format: string | undefined): string {
  const Actor = { ID: id, Attributes: attributes };
  const fields = { Type: 'container', Action: action, Actor, status: action, id, time: Math.floor(time / 1000) };
  if (format !== undefined) return formatLines(format, [{ ...fields, timeNano: time * 1e6 }])[0];
  const pairs = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
  return `${new Date(time).toISOString()} container ${action} ${id} (${pairs.join(', ')})`;
}

function parseFilter(filter: string): (event: BoxEvent) => boolean {
  const [key, value = ''] = filter.split(/=(.*)/s);
  if (key === 'event') return ({ action }) => action === value;
  if (key === 'container') return ({ id, attributes }) => attributes.name === value || id.startsWith(value);
  if (key === 'image') return ({ attributes }) => attributes.image === value;
  if (key !== 'label') throw new WbxError('BAD_ARGUMENT', `invalid filter "${filter}": container, event, image, label`);
  const [name, wanted] = value.split(/=(.*)/s);
  return ({ attributes }) => name in attributes && (wanted === undefined || attributes[name] === wanted);
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
