// Debian's docker-registry on a free port of the loopback, with a directory of its own; open, or with passwords, or with
// the token server of token-server.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** `auth` of the registry's configuration, as JSON, which is YAML. */
export type RegistryAuth = Record<string, Record<string, string>>;

export class Registry {
  readonly host: string;
  readonly #child: ChildProcess;

  private constructor(host: string, child: ChildProcess) {
    this.host = host;
    this.#child = child;
  }

  static async start(directory: string, auth?: RegistryAuth): Promise<Registry> {
    const host = `127.0.0.1:${await freePort()}`;
    mkdirSync(directory, { recursive: true });
    const config = join(directory, 'config.yml');
    const storage = { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } };
    const log = { level: 'error', accesslog: { disabled: true } };
    writeFileSync(
      config,
      JSON.stringify({ version: '0.1', log, storage, http: { addr: host }, ...(auth && { auth }) }),
    );
    const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
    for (let tries = 0; tries < 200; tries++) {
      if (await fetch(`http://${host}/v2/`).catch(() => undefined)) return new Registry(host, child);
      await sleep(50);
    }
    child.kill('SIGKILL');
    throw new Error('docker-registry does not start');
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
