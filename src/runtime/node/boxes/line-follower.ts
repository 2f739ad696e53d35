// Reads the lines of a file that grows and is rotated, from its beginning. Invariant: no line is given twice, or in halves.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const PIECE = 1 << 16;
/** How soon what was written is seen. */
const LOOK_EVERY_MS = 50;

/** Lines that are there; more as they come until `isOver` says that no more will. */
export async function* followLines(path: string, isOver: () => boolean): AsyncGenerator<string> {
  let fd = open(path);
  let left = '';
  for (;;) {
    // Asked before we read: what was written before the end is not missed.
    const over = isOver();
    for (const text of fd === undefined ? [] : piecesOf(fd)) {
      const lines = (left + text).split('\n');
      left = lines.pop() as string;
      yield* lines;
    }
    const next = rotated(path, fd) ? open(path) : undefined;
    if (next !== undefined) {
      if (fd !== undefined) {
        yield* completeLines(fd);
        closeSync(fd);
      }
      fd = next;
      continue;
    }
    if (over) break;
    await setTimeout(LOOK_EVERY_MS);
  }
  if (fd !== undefined) closeSync(fd);
}

/** Written between our last read and the rotation. */
function completeLines(fd: number): string[] {
  return [...piecesOf(fd)].join('').split('\n').slice(0, -1);
}

/** All lines of a file that is as long as it will be. */
export function* linesOf(path: string): Generator<string> {
  const fd = open(path);
  if (fd === undefined) return;
  let left = '';
  for (const text of piecesOf(fd)) {
    const lines = (left + text).split('\n');
    left = lines.pop() as string;
    yield* lines;
  }
  closeSync(fd);
}

/** From where the descriptor is to the end, cut between lines or not. */
function* piecesOf(fd: number): Generator<string> {
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(PIECE);
  for (let n = readSync(fd, buffer); n > 0; n = readSync(fd, buffer)) {
    yield decoder.decode(buffer.subarray(0, n), { stream: true });
  }
}

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

function rotated(path: string, fd: number | undefined): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (fd === undefined || fstatSync(fd).ino !== stat.ino);
}
