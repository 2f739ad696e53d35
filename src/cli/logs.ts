// wbx logs: what a box has printed, and what it prints. Both streams in the order in which they were written.
import { existsSync } from 'node:fs';
import { Boxes, type KnownBox } from '../runtime/node/boxes/boxes.ts';
import { followLines, linesOf } from '../runtime/node/boxes/line-follower.ts';
import type { LogEntry } from '../runtime/node/boxes/log-file.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { WbxError } from '../errors.ts';
import { newCommand, runCommand } from './command.ts';
import { parseTime } from './duration.ts';

interface LogFlags {
  follow?: boolean;
  since?: string;
  until?: string;
  tail: string;
  timestamps?: boolean;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('logs', 'Show what a box has printed.', [
    'wbx logs web',
    'wbx logs -f --tail 10 -t web',
    'wbx logs --since 5m web 2>errors',
  ])
    .argument('<box>', 'name or id')
    .option('-f, --follow', 'go on until the box ends')
    .option('--since <time>', 'a time such as 2024-05-01T12:00:00Z, or a duration before now')
    .option('--until <time>', 'likewise')
    .option('-n, --tail <lines>', 'only that many lines from the end', 'all')
    .option('-t, --timestamps', 'with times')
    .action((name: string, flags: LogFlags) => show(new Boxes(), name, flags));
  return runCommand(command, args);
}

async function show(boxes: Boxes, name: string, flags: LogFlags): Promise<void> {
  const box = boxes.find(name);
  if (box.record.log.driver === 'none') throw new WbxError('UNSUPPORTED', `the box ${name} keeps no log`);
  const wanted = filter(flags);
  const path = boxes.path(box.record.id, 'log');
  const old = olderFiles(path).flatMap((each) => [...linesOf(each)]);
  const now = flags.follow && existsSync(path) ? [] : [...linesOf(path)];
  const tail = /^\d+$/.test(flags.tail) ? Number(flags.tail) : undefined;
  if (!flags.follow) return printAll([...old, ...now].filter(wanted), tail, flags);
  // What is there is counted for --tail; the rest comes as it comes.
  const past = [...old, ...linesOf(path)].filter(wanted);
  printAll(past, tail, flags);
  let skip = [...linesOf(path)].length;
  for await (const line of followLines(path, () => hasEnded(boxes, box))) {
    if (skip-- > 0) continue;
    if (wanted(line)) print(line, flags);
  }
}

function olderFiles(path: string): string[] {
  const files: string[] = [];
  for (let n = 1; existsSync(`${path}.${n}`); n++) files.unshift(`${path}.${n}`);
  return files;
}

function hasEnded(boxes: Boxes, { record }: KnownBox): boolean {
  try {
    return !isAlive(boxes.find(record.id).state);
  } catch {
    return true;
  }
}

function printAll(lines: string[], tail: number | undefined, flags: LogFlags): void {
  for (const line of tail === undefined ? lines : tail === 0 ? [] : lines.slice(-tail)) print(line, flags);
}

function filter({ since, until }: LogFlags): (line: string) => boolean {
  const first = since === undefined ? -Infinity : parseTime(since, '--since');
  const last = until === undefined ? Infinity : parseTime(until, '--until');
  return (line) => {
    const time = Date.parse(parse(line).time);
    return time >= first && time <= last;
  };
}

function print(line: string, { timestamps }: LogFlags): void {
  const { log, stream, time } = parse(line);
  process[stream].write(timestamps ? `${time} ${log}` : log);
}

function parse(line: string): LogEntry {
  return JSON.parse(line) as LogEntry;
}
