// What the boxes of a project print, each line with the name of its box in front.
import { existsSync } from 'node:fs';
import type { Boxes, KnownBox } from '../../runtime/node/boxes/boxes.ts';
import { followLines, linesOf } from '../../runtime/node/boxes/line-follower.ts';
import type { LogEntry } from '../../runtime/node/boxes/log-file.ts';
import { isAlive } from '../../runtime/node/boxes/record.ts';
import { composeLabel } from './boxes-of.ts';

export interface ComposeLogFlags {
  follow?: boolean;
  /** False: --no-log-prefix. */
  logPrefix?: boolean;
  tail: string;
  timestamps?: boolean;
}

/** Those of several boxes that are there come in the order in which they were written. */
export async function showLogs(boxes: Boxes, all: KnownBox[], flags: ComposeLogFlags): Promise<void> {
  const width = Math.max(...all.map((box) => prefixOf(box).length), 0);
  const past = all.flatMap((box) => pastOf(boxes, box, flags.tail).map((entry) => ({ box, entry })));
  past.sort((a, b) => (a.entry.time < b.entry.time ? -1 : a.entry.time > b.entry.time ? 1 : 0));
  for (const { box, entry } of past) print(prefixOf(box).padEnd(width), entry, flags);
  if (!flags.follow) return;
  await Promise.all(all.map((box) => follow(boxes, box, prefixOf(box).padEnd(width), flags)));
}

function prefixOf({ record }: KnownBox): string {
  return `${composeLabel(record, 'service')}-${composeLabel(record, 'container-number')}`;
}

function pastOf(boxes: Boxes, { record }: KnownBox, tail: string): LogEntry[] {
  const path = boxes.path(record.id, 'log');
  const lines = existsSync(path) ? [...linesOf(path)] : [];
  const count = /^\d+$/.test(tail) ? Number(tail) : undefined;
  const wanted = count === undefined ? lines : count === 0 ? [] : lines.slice(-count);
  return wanted.map((line) => JSON.parse(line) as LogEntry);
}

async function follow(boxes: Boxes, { record }: KnownBox, prefix: string, flags: ComposeLogFlags): Promise<void> {
  const path = boxes.path(record.id, 'log');
  let skip = existsSync(path) ? [...linesOf(path)].length : 0;
  const isOver = () => !boxes.list().some(({ record: { id }, state }) => id === record.id && isAlive(state));
  for await (const line of followLines(path, isOver)) {
    if (skip-- <= 0) print(prefix, JSON.parse(line) as LogEntry, flags);
  }
}

function print(
  prefix: string,
  { log, stream, time }: LogEntry,
  { logPrefix = true, timestamps }: ComposeLogFlags,
): void {
  const text = log.endsWith('\n') ? log : `${log}\n`;
  process[stream].write(`${logPrefix ? `${prefix}  | ` : ''}${timestamps ? `${time} ` : ''}${text}`);
}
