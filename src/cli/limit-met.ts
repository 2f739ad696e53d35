// A limit that a box has met, in a sentence: a program that fails with ENOMEM, EAGAIN or ENOSPC seldom says whose limit that was.
import { LIMIT_FILES, LIMIT_MEMORY, LIMIT_TASKS } from '../../abi/host.ts';

const NAMES = new Map([
  [LIMIT_FILES, 'of what may be written (--storage-opt size)'],
  [LIMIT_MEMORY, 'of memory (--memory)'],
  [LIMIT_TASKS, 'of processes and threads (--pids-limit)'],
]);

export function limitSentence(limit: number): string {
  return `the box has met its limit ${NAMES.get(limit) ?? limit}`;
}
