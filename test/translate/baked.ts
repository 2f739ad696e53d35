// Boxes with code that is translated ahead of time, for the tests: the program of programs/mixed.c.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBox } from '../../src/box/box-file.ts';
import { openBox } from '../../src/box/inspect.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { linkBox } from '../../src/box/link.ts';
import { MemorySink } from '../../src/box/memory-sink.ts';
import { rangeOf } from '../../src/box/source.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import { newRootfs } from '../../src/image/rootfs.ts';
import { kernelBytes } from '../../src/runtime/node/engine.ts';
import type { Runnable } from '../../src/runtime/node/runnable.ts';
import { runnableTree } from '../../src/runtime/node/runnable-tree.ts';
import { train } from '../../src/runtime/node/train.ts';

const NOWHERE = { write: (bytes: Uint8Array) => bytes.length };

/** A directory with /bin/mixed, to be removed. */
export function mixedRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'wbx-translate-'));
  mkdirSync(join(root, 'rootfs/bin'), { recursive: true });
  const args = ['-O2', '-static', '-o', join(root, 'rootfs/bin/mixed'), 'test/translate/programs/mixed.c'];
  execFileSync('gcc', args);
  return root;
}

/** What the program prints and how it ends on this machine. */
export function nativeOutput(root: string, rounds: string): { status: number; stdout: string; stderr: string } {
  const program = join(root, 'rootfs/bin/mixed');
  const stdout = execFileSync('sh', ['-c', `${program} ${rounds}; test $? = 3`], { encoding: 'utf8' });
  return { status: 3, stdout, stderr: '' };
}

/** Links a box of the directory that runs `argv`; with `trained` commands it has their translations. Gives their number. */
export async function linkMixed(root: string, path: string, argv: string[], trained?: string[]): Promise<number> {
  const rootfs = rootfsFromDirectory(join(root, 'rootfs'));
  const ahead = trained && (await train(runnableTree(rootfs), { commands: trained, output: NOWHERE }));
  const config = Buffer.from(JSON.stringify({ config: { Cmd: argv } }));
  writeBox(path, { kernel: kernelBytes(), image: imageOf(rootfs), boot: { argv }, config, bake: ahead?.bake });
  return ahead?.regions ?? 0;
}

/** The engine of a box with translations of what a command makes hot in a tree, without the tree. */
export async function bakedEngine(tree: Runnable, command: string[]): Promise<WebAssembly.Module> {
  const { bake } = await train(tree, { commands: [JSON.stringify(command)], output: NOWHERE });
  const sink = new MemorySink();
  const nothing = {
    kernel: kernelBytes(),
    image: imageOf(newRootfs()),
    boot: { argv: ['/'] },
    config: Buffer.from('{}'),
  };
  linkBox({ ...nothing, bake }, sink);
  return WebAssembly.compile((await openBox(rangeOf(sink.bytes()), 'baked')).engine);
}
