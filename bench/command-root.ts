// The root file system of bench/command-table.ts: the Debian tree of the tests as hard links, and /data with what the
// commands read. Made once below build/bench, and a box of it. Needs root, as chroot does.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeBox } from '../src/box/box-file.ts';
import { imageOf } from '../src/box/image-writer.ts';
import { rootfsFromDirectory } from '../src/image/from-directory.ts';
import { kernelBytes } from '../src/runtime/node/engine.ts';
import { runnableTree } from '../src/runtime/node/runnable-tree.ts';
import { train } from '../src/runtime/node/train.ts';
import type { Command } from './command-table.ts';

export const SOURCE = 'build/software';
export const ROOT = 'build/bench/root';
const BOX = 'build/bench/commands.wasm';
/** Of all commands together. */
const TRAINED = 24 << 20;
const PART = `${ROOT}.part`;

/** Makes the tree if it is missing. */
export function makeRoot(): void {
  if (existsSync(`${ROOT}/data/files.tar`)) return;
  rmSync(ROOT, { recursive: true, force: true });
  rmSync(PART, { recursive: true, force: true });
  mkdirSync('build/bench', { recursive: true });
  execFileSync('cp', ['-a', '--reflink=auto', `${SOURCE}/.`, PART]);
  const data = `${PART}/data`;
  cpSync('bench/commands', data, { recursive: true });
  writeFileSync(`${data}/text`, text(20_000_000));
  writeFileSync(`${data}/lines.c`, source(2000));
  compileGo(data);
  repository(`${data}/repository`);
  manyFiles(data);
  renameSync(PART, ROOT);
}

/** Links the tree into a box that is trained with the commands: the kernel may have changed since the last time. */
export async function linkRoot(commands: Command[]): Promise<string> {
  const boot = { argv: ['/bin/bash'] };
  const rootfs = rootfsFromDirectory(ROOT);
  const words = commands.map(({ argv }) => JSON.stringify(['/usr/bin/env', '-C', '/data', ...argv]));
  const output = { write: ({ length }: Uint8Array) => length };
  const { bake, regions } = await train(runnableTree(rootfs), { commands: words, output, maxBytes: TRAINED });
  console.log(`${regions} regions are translated ahead of time`);
  writeBox(BOX, {
    kernel: kernelBytes(),
    image: imageOf(rootfs),
    bake,
    boot,
    config: Buffer.from('{"config":{"Cmd":["/bin/bash"]}}'),
  });
  return BOX;
}

/** Words that follow each other as a fixed generator says, so that it compresses about as prose does. */
function text(size: number): Buffer {
  const words = readFileSync('/usr/share/common-licenses/GPL-3', 'utf8').split(/\s+/);
  const parts: string[] = [];
  let seed = 1;
  for (let length = 0; length < size; ) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const run = words.slice((seed >>> 8) % words.length).slice(0, 2 + (seed >>> 28));
    const line = `${run.join(' ')} ${seed % 1000}${seed & 64 ? '\n' : ' '}`;
    parts.push(line);
    length += line.length;
  }
  return Buffer.from(parts.join('')).subarray(0, size);
}

/** A C file of as many lines: functions with loops, structures, switches. */
function source(lines: number): string {
  const parts = ['#include <stddef.h>', 'struct item { int key; double value; struct item *next; };'];
  for (let i = 0; parts.length < lines - 12; i++) {
    parts.push(
      `static int step${i}(struct item *list, int bound) {`,
      '  int sum = 0;',
      '  for (struct item *p = list; p != NULL; p = p->next) {',
      `    switch ((p->key + ${i}) % 7) {`,
      `      case 0: sum += p->key * ${i + 3}; break;`,
      '      case 3: sum ^= bound << 2; p->value *= 1.5; break;',
      `      default: if (p->value > ${i}.25) sum -= bound; else sum += (int)p->value;`,
      '    }',
      '  }',
      `  return sum > bound ? sum % (bound + ${i + 1}) : sum;`,
      '}',
    );
  }
  const calls = Array.from({ length: Math.floor((lines - 14) / 11) }, (_, i) => `step${i}(list, ${i})`);
  return `${parts.join('\n')}\nint all(struct item *list) {\n  return ${calls.join(' + ')};\n}\n`;
}

function compileGo(data: string): void {
  const env = { ...process.env, CGO_ENABLED: '0', GOCACHE: `${process.cwd()}/build/bench/go`, GO111MODULE: 'off' };
  if (existsSync('/usr/bin/go')) execFileSync('go', ['build', '-o', `${data}/work`, `${data}/work.go`], { env });
}

/** files.tar: 10,000 files of 100 to 1,000 bytes in 100 directories. */
function manyFiles(data: string): void {
  const path = `${data}/files`;
  for (let i = 0; i < 10_000; i++) {
    if (i < 100) mkdirSync(`${path}/d${i}`, { recursive: true });
    writeFileSync(`${path}/d${i % 100}/f${i}`, 'x'.repeat(100 + (i % 900)));
  }
  execFileSync('tar', ['-cf', `${data}/files.tar`, '-C', path, '.']);
  rmSync(path, { recursive: true });
}

function repository(path: string): void {
  mkdirSync(path, { recursive: true });
  for (let i = 0; i < 500; i++) {
    mkdirSync(`${path}/d${i % 20}`, { recursive: true });
    writeFileSync(`${path}/d${i % 20}/f${i}.txt`, `file ${i}\n`.repeat(20));
  }
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', path, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...words]);
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'files');
  writeFileSync(`${path}/d1/f1.txt`, 'changed\n');
}
