// A box of debian:bookworm beside a chroot of the same tree on the real kernel: same script, same bytes, same status.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { runBox } from '../../src/runtime/node/run.ts';
import type { Runnable } from '../../src/runtime/node/runnable.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';
import { SCRIPTS } from './debian-scripts.ts';

const BOOKWORM = 'build/bookworm';
/** Longer scripts, a file each; the first line says what one covers. */
const SCRIPT_FILES = 'test/e2e/debian';
const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LC_ALL=C.UTF-8',
];
const TIMEOUT_MS = 60_000;

/** Makes the chroot as a box sees it, with writes that do not last, and runs a script given as $1 in it. */
const CHROOT = `
  mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/root
  mount -t overlay overlay -o "lowerdir=$PWD/${BOOKWORM},upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
  mount -t proc proc /mnt/root/proc; mount --bind /dev /mnt/root/dev
  exec env -i ${ENVIRONMENT.join(' ')} HOSTNAME=box chroot /mnt/root bash -c "cd /tmp; $1" < /dev/null 2>&1`;

let box: Runnable;

before(() => {
  box = runnableDirectory(BOOKWORM);
});

interface Outcome {
  output: string;
  status: number | null;
}

function onLinux(script: string): Outcome {
  const unshare = ['--mount', '--pid', '--fork', '--uts', 'sh', '-c', CHROOT, 'sh', script];
  const { stdout, stderr, status } = spawnSync('unshare', unshare, { encoding: 'utf8', timeout: TIMEOUT_MS });
  return { output: normal(stdout + stderr), status };
}

/** Shells name processes that die or stop by a signal; which number these have is chance. */
function normal(output: string): string {
  return output.replace(/(line \d+:|job \d+\[) *\d+/g, '$1 PID');
}

async function inBox(script: string): Promise<Outcome> {
  const chunks: Buffer[] = [];
  const sink = { write: (bytes: Uint8Array) => chunks.push(Buffer.from(bytes)) && bytes.length };
  const command = ['bash', '-c', `exec 2>&1; cd /tmp; ${script}`];
  const boot = await box.bootOptions({ command, env: ENVIRONMENT });
  const { status } = await runBox({ ...box, boot, stdin: null, stdout: sink, stderr: sink });
  return { output: normal(Buffer.concat(chunks).toString()), status };
}

const files = readdirSync(SCRIPT_FILES).map((name) => [name, readFileSync(`${SCRIPT_FILES}/${name}`, 'utf8')] as const);

for (const [name, script] of [...Object.entries(SCRIPTS), ...files]) {
  test(name, { timeout: 2 * TIMEOUT_MS }, async () => assert.deepEqual(await inBox(script), onLinux(script)));
}
