// Boxes of a test: a store and a runtime directory of their own, a root file system of busybox, and an end for all of them.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, Wbx } from '../cli/wbx.ts';

const APPLETS =
  'cat dd echo false grep seq kill ln ls mkdir nc printf ps readlink rm sh sleep stat stty tar test touch true tty vi wc wget yes'.split(
    ' ',
  );

export interface StateOnDisk {
  status: string;
  pid: number;
  exitCode: number;
  restartCount: number;
}

export class KeptBoxes extends Wbx {
  readonly rootfs = this.path('rootfs');

  constructor() {
    super();
    for (const name of ['bin', 'tmp', 'root', 'etc']) mkdirSync(join(this.rootfs, name), { recursive: true });
    copyFileSync('/bin/busybox', join(this.rootfs, 'bin/busybox'));
    chmodSync(join(this.rootfs, 'bin/busybox'), 0o755);
    for (const name of APPLETS) symlinkSync('busybox', join(this.rootfs, 'bin', name));
  }

  /** `wbx run OPTION... sh -c SCRIPT`. */
  script(options: string[], text: string): Outcome {
    return this.run('run', ...options, '--rootfs', this.rootfs, '/bin/sh', '-c', text);
  }

  /** Prints must be what is expected, and the status 0. */
  must(...args: string[]): string {
    const { status, stdout, stderr } = this.run(...args);
    if (status !== 0) throw new Error(`wbx ${args.join(' ')}: status ${status}: ${stderr}`);
    return stdout;
  }

  id(name: string): string {
    return this.must('ps', '-a', '--no-trunc', '-q', '-f', `name=${name}`).trim();
  }

  state(name: string): StateOnDisk {
    return JSON.parse(readFileSync(this.path(`data/wbx/boxes/${this.id(name)}/state.json`), 'utf8')) as StateOnDisk;
  }

  socket(name: string): string {
    return this.path(`run/wbx/${this.id(name).slice(0, 12)}.sock`);
  }

  end(): void {
    const all = this.run('ps', '-aq').stdout.split('\n').filter(Boolean);
    if (all.length > 0) this.run('rm', '-f', ...all);
    this.remove();
  }
}

/** Until `check` gives something; fails after a time that only a bug takes. */
export async function until<T>(what: string, check: () => T | undefined | false): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const value = check();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}
