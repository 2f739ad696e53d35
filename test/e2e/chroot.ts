// Runs a script in a box of a root file system and in a chroot of the same tree on the real kernel.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { runBox } from '../../src/runtime/node/run.ts';
import type { Runnable } from '../../src/runtime/node/runnable.ts';

const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LC_ALL=C.UTF-8',
];

export interface Outcome {
  output: string;
  status: number | null;
}

/** Makes the chroot of $1 as a box sees it, with writes that do not last, and runs script $2 in it. */
const CHROOT = `
  mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/root
  mount -t overlay overlay -o "lowerdir=$PWD/$1,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
  mount -t proc proc /mnt/root/proc; mount --bind /dev /mnt/root/dev
  mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts /mnt/root/dev/pts
  mount -t tmpfs -o mode=1777 tmpfs /mnt/root/dev/shm
  ip link set lo up 2>/dev/null
  exec env -i ${ENVIRONMENT.join(' ')} HOSTNAME=box chroot /mnt/root bash -c "cd /tmp; $2" < /dev/null 2>&1`;

/** The script in a chroot of directory `rootfs`, in name spaces of its own. */
export async function inChroot(rootfs: string, script: string, timeout: number): Promise<Outcome> {
  const unshare = ['--mount', '--pid', '--fork', '--uts', '--net', 'sh', '-c', CHROOT, 'sh', rootfs, script];
  const child = spawn('unshare', unshare, { timeout });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { output: normal(stdout + stderr), status };
}

export async function inBox(box: Runnable, script: string): Promise<Outcome> {
  const chunks: Buffer[] = [];
  const sink = { write: (bytes: Uint8Array) => chunks.push(Buffer.from(bytes)) && bytes.length };
  const command = ['bash', '-c', `exec 2>&1; cd /tmp; ${script}`];
  const boot = await box.bootOptions({ command, env: ENVIRONMENT });
  const { status } = await runBox({ ...box, boot, stdin: null, stdout: sink, stderr: sink });
  return { output: normal(Buffer.concat(chunks).toString()), status };
}

/** Shells name processes that die or stop by a signal; which number these have is chance. */
function normal(output: string): string {
  return output.replace(/(line \d+:|job \d+\[) *\d+/g, '$1 PID');
}
