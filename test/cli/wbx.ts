// The command as a user starts it: a process of its own, with a store of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { digestOf } from '../../src/image/digest.ts';

const MAIN = resolve('dist/src/cli/main.js');

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

export class Wbx {
  readonly directory = mkdtempSync(join(tmpdir(), 'wbx-cli-'));

  run(...args: string[]): Outcome {
    return this.runWith('', ...args);
  }

  /** With something on stdin. */
  runWith(input: string | Buffer, ...args: string[]): Outcome {
    const options = { cwd: this.directory, env: this.env, encoding: 'utf8', timeout: 120_000, input } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], options);
    return { status, stdout, stderr };
  }

  /** Store, passwords and configuration are the test's own. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      DOCKER_CONFIG: join(this.directory, 'docker'),
      XDG_CONFIG_HOME: join(this.directory, 'config'),
      XDG_DATA_HOME: join(this.directory, 'data'),
      XDG_RUNTIME_DIR: join(this.directory, 'run'),
    };
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  digest(name: string): string {
    return digestOf(readFileSync(this.path(name)));
  }

  /** Every file below the directory with its size: two lists are equal when nothing was touched. */
  files(): string[] {
    return readdirSync(this.directory, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(this.path(path), { throwIfNoEntry: false })?.isFile())
      .map((path) => `${path} ${statSync(this.path(path)).size}`)
      .sort();
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
