// Real programs for the law of snapshots. What they print must not depend on the machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { runnableDirectory, runnableTree } from '../../src/runtime/node/runnable-tree.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import type { Rootfs } from '../../src/image/rootfs.ts';
import type { LawProgram } from './law.ts';

const THREADS = 'build/test/law';

/** A directory for each root file system below build/, a script for each program, named after it. */
const SCRIPTS = 'test/snapshot/programs';

/** What these print is random or the time, and what comes of it. */
export const RANDOM = ['node-workers.sh', 'perl.sh', 'random.sh', 'redis-random.sh', 'ruby.sh'];

/** The programs of a root file system. */
export function lawPrograms(rootfs: 'software' | 'servers'): Record<string, LawProgram> {
  const box = runnableDirectory(`build/${rootfs}`);
  const scripts = readdirSync(`${SCRIPTS}/${rootfs}`).map((name): [string, LawProgram] => {
    return [name, { box, command: ['/bin/bash', '-c', readFileSync(`${SCRIPTS}/${rootfs}/${name}`, 'utf8')] }];
  });
  return Object.fromEntries(scripts);
}

export function threadsProgram(): LawProgram {
  return { box: runnableTree(threadsRootfs()), command: ['/threads'] };
}

/** A static program whose threads hand a token around: /threads. */
export function threadsRootfs(): Rootfs {
  mkdirSync(THREADS, { recursive: true });
  const args = ['-O2', '-static', '-pthread', '-o', `${THREADS}/threads`, 'test/snapshot/threads.c'];
  const { status, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  // Times of files are part of the memory.
  for (const path of [`${THREADS}/threads`, THREADS]) utimesSync(path, 1e9, 1e9);
  return rootfsFromDirectory(THREADS);
}
