// Runs a guest program on this machine's Linux: in an empty directory, with limits, and as pid 1 of a name space of its own
// like in a box, so that nothing of it outlives it.
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Outcome } from './outcome.ts';
import type { Binary } from './programs.ts';

/** What both runs get. */
export const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
const TIMEOUT_MS = 120_000;
const NAMESPACES = ['--fork', '--pid', '--ipc', '--mount-proc', '--kill-child'];
/** Nothing a test does on purpose needs more. */
const LIMITS = ['--nofile=1024:16384', '--fsize=4294967296', '--core=0'];

/** The program's outcome; `cases` selects some of its cases. */
export function runNatively(binary: Binary, cases: string[] = []): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), 'guest-'));
  chmodSync(cwd, 0o755);
  for (const each of binary.libraries) copyFileSync(each, `${cwd}/${basename(each)}`);
  const words = [...NAMESPACES, 'prlimit', ...LIMITS, resolve(binary.path), ...cases];
  const child = spawn('unshare', words, { cwd, env: ENVIRONMENT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    return chunks;
  });
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), TIMEOUT_MS);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      rmSync(cwd, { recursive: true, force: true });
      const [stdout, stderr] = output.map((chunks) => Buffer.concat(chunks).toString('latin1'));
      done({ stdout, stderr, status: code ?? `killed by ${signal}` });
    });
  });
}
