// Snapshots made to deceive: whatever their memory holds, the box ends or is refused with a sentence, and nothing of the host notices.
// WBX_HOSTILE says how many.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { start } from '../../src/index.ts';
import { makeBusyboxBox } from '../library/busybox-box.ts';

const TRIALS = Number(process.env.WBX_HOSTILE ?? 40);
/** A kernel whose lists were made to go round in circles uses up time; so may any box. */
const PATIENCE_MS = 15_000;
const TIMEOUT_MS = 3_600_000;
/** Pipes, files, sockets, a sleep: something of everything is under way. */
const SCRIPT = `cd /tmp; echo text > file; (while true; do cat file; done) | (while read line; do echo $line >> copy; done) &
nc -l -p 7000 < file & (sleep 0.2; echo question | nc 127.0.0.1 7000) & echo ready; read answer; echo got $answer; sleep 0.3; ls -l`;

const directory = mkdtempSync(join(tmpdir(), 'wbx-hostile-'));
const path = join(directory, 'warm.wasm');

before(async () => {
  let ready = () => {};
  const warmed = new Promise<void>((resolve) => (ready = resolve));
  await using box = await start(makeBusyboxBox(directory), {
    command: ['sh', '-c', SCRIPT],
    stdin: new ReadableStream(),
    stdout: () => ready(),
  });
  await warmed;
  writeFileSync(path, new Uint8Array(await new Response(box.snapshot().toBox()).arrayBuffer()));
});
after(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the seeds from `first` on: what became of each, up to the end or one that does not end. */
function outcomes(first: number): Promise<{ lines: string[]; status: number | null; stderr: string }> {
  const args = ['--no-warnings', 'dist/test/snapshot/hostile-run.js', path, String(first), String(TRIALS + 1)];
  const child = spawn(process.execPath, args);
  let [stdout, stderr] = ['', ''];
  let timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  });
  return new Promise((resolve) => {
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ lines: stdout.trim().split('\n'), status, stderr });
    });
  });
}

test('memories with wrong words in them', { timeout: TIMEOUT_MS }, async (context) => {
  const counts: Record<string, number> = {};
  const count = (what: string) => (counts[what] = (counts[what] ?? 0) + 1);
  for (let seed = 0; seed <= TRIALS; ) {
    const { lines, status, stderr } = await outcomes(seed);
    for (const line of lines.filter((each) => !each.startsWith('seed '))) {
      assert.match(line, /^(ended \d+|refused [A-Z_]+: .{10})/);
      assert.doesNotMatch(line, /bug of wbx|undefined|\[object/);
      count(line.split(':')[0]);
    }
    if (seed === 0) assert.match(lines[1], /^ended 0/, 'the honest one goes on');
    seed = Number(/seed (\d+)$/.exec(lines.findLast((each) => each.startsWith('seed '))!)![1]) + 1;
    assert.ok(status === 0 || status === null, `seed ${seed - 1}: ${stderr}`);
    if (status === null) count('does not end');
  }
  context.diagnostic(JSON.stringify(counts));
});
