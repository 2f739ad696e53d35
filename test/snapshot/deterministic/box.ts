// The boxes and the programs of deterministic runs: each has threads and asks for random numbers, addresses and times.
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeBox } from '../../../src/box/box-file.ts';
import { imageOf } from '../../../src/box/image-writer.ts';
import { kernelBytes } from '../../../src/runtime/node/engine.ts';
import { threadsRootfs } from '../programs.ts';
import { makePythonBox } from '../python-box.ts';

export const BOX = 'build/test/deterministic.wasm';
export const THREADS_BOX = 'build/test/threads.wasm';
const SCRIPT_FILES = 'test/snapshot/programs/software';
const LEFT_OUT =
  /^\/(usr\/share\/(?!perl|rubygems)[^/]+|usr\/include|var|boot|usr\/lib\/(gcc|git-core|php|valgrind)|usr\/libexec)$/;

export function makeBox(): void {
  mkdirSync(dirname(BOX), { recursive: true });
  makePythonBox(BOX, { leftOut: LEFT_OUT });
}

export function makeThreadsBox(): void {
  mkdirSync(dirname(THREADS_BOX), { recursive: true });
  const image = imageOf(threadsRootfs());
  writeBox(THREADS_BOX, { kernel: kernelBytes(), image, boot: { argv: ['/threads'] }, config: Buffer.from('{}') });
}

export const THREADS: Record<string, string[]> = { 'threads.c': ['/threads', 'random'] };

export const SCRIPTS: Record<string, string[]> = Object.fromEntries(
  ['perl.sh', 'random.sh', 'redis-random.sh', 'ruby.sh'].map((name) => [
    name,
    ['/bin/bash', '-c', readFileSync(`${SCRIPT_FILES}/${name}`, 'utf8')],
  ]),
);
