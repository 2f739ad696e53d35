// Runs a command in a box of busybox and WebAssembly modules.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tier } from '../../src/runtime/node/tier.ts';
import { runBox } from '../../src/runtime/node/run.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';

export interface InBox {
  status: number;
  output: string;
}

export class WasmRoot {
  readonly directory = mkdtempSync(join(tmpdir(), 'wbx-wasm-root-'));

  /** Modules by their names in /bin. */
  constructor(modules: Record<string, string>) {
    for (const name of ['bin', 'dev', 'etc', 'proc', 'tmp', 'work']) mkdirSync(join(this.directory, name));
    copyFileSync('/bin/busybox', join(this.directory, 'bin/busybox'));
    for (const name of NAMES) symlinkSync('busybox', join(this.directory, 'bin', name));
    for (const [name, path] of Object.entries(modules)) copyFileSync(path, join(this.directory, 'bin', name));
    // By the name of this one it is known that the box needs the loader.
    copyFileSync(Object.values(modules)[0], join(this.directory, 'bin/any.wasm'));
  }

  /** Both outputs in one. */
  async sh(script: string, { cwd = '/work', tier }: { cwd?: string; tier?: Tier } = {}): Promise<InBox> {
    const chunks: Uint8Array[] = [];
    const output = { write: (bytes: Uint8Array) => chunks.push(bytes.slice()) && bytes.length };
    const { layout, image, bootOptions } = runnableDirectory(this.directory);
    const boot = await bootOptions({
      command: ['/bin/sh', '-c', script],
      env: ['PATH=/bin', 'HOME=/'],
      workingDirectory: cwd,
    });
    const { status } = await runBox({ layout, image, boot, stdin: null, stdout: output, stderr: output, tier });
    return { status, output: Buffer.concat(chunks).toString() };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

const NAMES = 'cat cut echo env head kill ls mkdir rm seq sh sleep sort tail test tr true wc yes'.split(' ');
