// What has happened to boxes, one line of JSON each, in a file that all processes append to. Invariant: a line is one write, so
// that lines of several processes do not mix; the file is rotated at a size.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Boxes } from './boxes.ts';
import type { BoxRecord } from './record.ts';

const SIZE_MAX = 1 << 20;

export interface BoxEvent {
  /** create, start, die, stop, kill, ... */
  action: string;
  id: string;
  attributes: Record<string, string>;
  /** Milliseconds since 1970. */
  time: number;
}

export function emitEvent(boxes: Boxes, record: BoxRecord, action: string, more: Record<string, string> = {}): void {
  const attributes = { image: record.image, name: record.name, ...record.labels, ...more };
  const event: BoxEvent = { action, id: record.id, attributes, time: Date.now() };
  const path = boxes.eventsPath;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > SIZE_MAX) renameSync(path, `${path}.1`);
  appendFileSync(path, `${JSON.stringify(event)}\n`, { mode: 0o600 });
}
