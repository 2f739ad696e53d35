// The box of the first promise: a dynamically linked C program in debian:bookworm, and what it prints natively.
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { bootOptionsOf } from '../../src/box/boot-config.ts';
import { writeBox } from '../../src/box/box-file.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { contentOfFile } from '../../src/image/files.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import { insert, newInode, S_IFREG } from '../../src/image/rootfs.ts';
import { kernelBytes } from '../../src/runtime/node/engine.ts';

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

export const HELLO_BOX = 'build/test/hello.wasm';
const PROGRAM = 'build/test/a.out';
const CONFIG = { Cmd: ['/app/a.out'], WorkingDir: '/app' };

/** Compiles the program and links it, with Debian around it, into HELLO_BOX. */
export function makeHelloBox(): void {
  mkdirSync('build/test', { recursive: true });
  const { status, stderr } = spawnSync('gcc', ['-O2', '-o', PROGRAM, 'test/guests/c/hello.c', '-pthread', '-lm']);
  if (status !== 0) throw new Error(`gcc: ${stderr}`);
  const rootfs = rootfsFromDirectory('build/bookworm');
  const content = contentOfFile(PROGRAM, statSync(PROGRAM).size);
  insert(rootfs, 'app/a.out', newInode(S_IFREG | 0o755, { content }));
  const config = new TextEncoder().encode(JSON.stringify({ config: CONFIG }));
  writeBox(HELLO_BOX, { kernel: kernelBytes(), image: imageOf(rootfs), boot: bootOptionsOf(CONFIG, rootfs), config });
}

/** What the real CPU and the real Linux say. */
export function runNatively(args: string[]): Outcome {
  return outcome(PROGRAM, args);
}

/** Runs a command to its end; a minute is far more than any engine takes. */
export function outcome(program: string, args: string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
  if (error) throw error;
  return { status, stdout, stderr };
}
