// busybox sh from one static binary, on this machine and in a box that holds nothing else: same bytes, same status.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runBox } from '../../src/runtime/node/run.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';
import { BUSYBOX_ROOTFS, makeBusyboxRootfs } from './busybox.ts';

const TIMEOUT_MS = 60_000;
const ENVIRONMENT = ['PATH=/bin', 'HOME=/root'];

/** Every applet is called through the binary: the machine has other programs of these names. */
const SCRIPTS: Record<string, string> = {
  'pipelines and applets': `
    b() { /bin/busybox "$@"; }
    b seq 1 200 | b grep 7 | b sort -rn | b head -n 4; b printf '%s\\n' b a b | b sort | b uniq -c
    b echo hello | b tr a-z A-Z | b sed 's/L/1/g' | b awk '{print $1, length($1)}'; b seq 5 | b tac | b xargs
    b yes | b head -c 100000 | b md5sum; b echo box | b sha256sum; b echo text | b gzip -n | b gunzip; b expr 6 '*' 7`,
  'shell language': `
    f() { local x=$1; [ "$x" -le 1 ] && echo 1 || echo $((x * $(f $((x - 1))))); }; f 10
    for i in 1 2 3; do echo -n "$i "; done; echo; case abc in a*) echo a;; esac; x=path/file.txt; echo "\${x##*/} \${x%.*} \${#x}"
    cat() { /bin/busybox cat "$@"; }; cat <<EOF
here $((1 << 40)) $(echo sub)
EOF
    (exit 4); echo $?; trap 'echo bye' EXIT; sh -c 'kill -9 $$' 2>/dev/null; { echo a; echo b; } | while read -r l; do echo "<$l>"; done`,
  files: `
    b() { /bin/busybox "$@"; }
    b mkdir -p d/e; echo one > d/f; b ln d/f d/hard; b ln -s f d/soft; b chmod 640 d/f; b stat -c '%n %a %h %F' d/f d/hard d/soft
    b cat d/soft; b mv d/f d/g; b cat d/soft 2>&1; b find d | b sort; b tar -cf t.tar d; b tar -tf t.tar | b sort; b rm -r d; b tar -xf t.tar
    b ls -a d; b cp -a d copy; b find copy -type l; b du -b t.tar | b cut -f1; b dd if=/dev/zero bs=1k count=3 2>/dev/null | b wc -c
    b rmdir copy 2>&1; b touch -d '2001-02-03 04:05:06' x; b stat -c %Y x; b vi -h 2>&1 | b head -n 1; b nothing 2>&1; echo $?`,
  'background jobs': `
    /bin/busybox sleep 0.1 & wait $!; echo "waited $?"; /bin/busybox sleep 30 & kill $!; wait $!; echo "killed $?"
    /bin/busybox timeout 1 /bin/busybox sh -c 'while :; do :; done'; echo "endless $?"; /bin/busybox sh -c 'exit 9' & wait $!; echo $?`,
};

interface Outcome {
  output: string;
  status: number | null;
}

const command = (script: string) => ['/bin/busybox', 'sh', '-c', `exec 2>&1; ${script}`];

/** Messages about killed jobs name process ids. */
const normal = (output: string) => output.replace(/(line \d+:) +\d+/g, '$1 PID');

function natively(script: string): Outcome {
  const cwd = mkdtempSync(join(tmpdir(), 'wbx-busybox-'));
  try {
    const [program, ...args] = ['env', '-i', ...ENVIRONMENT, ...command(script)];
    const { stdout, status } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: TIMEOUT_MS });
    return { output: normal(stdout), status };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function inBox(script: string): Promise<Outcome> {
  makeBusyboxRootfs();
  const box = runnableDirectory(BUSYBOX_ROOTFS);
  const chunks: Buffer[] = [];
  const sink = { write: (bytes: Uint8Array) => chunks.push(Buffer.from(bytes)) && bytes.length };
  const boot = await box.bootOptions({ command: command(script), env: ENVIRONMENT, workingDirectory: '/tmp' });
  const { status } = await runBox({ ...box, boot, stdin: null, stdout: sink, stderr: sink });
  return { output: normal(Buffer.concat(chunks).toString()), status };
}

for (const [name, script] of Object.entries(SCRIPTS)) {
  test(`busybox: ${name}`, { timeout: 2 * TIMEOUT_MS }, async () =>
    assert.deepEqual(await inBox(script), natively(script)),
  );
}
