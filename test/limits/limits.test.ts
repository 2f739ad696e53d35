// Guests that take all they can get: the host stays responsive, and they end as Linux would end them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { type BootOptions, bootBlock } from '../../src/box/boot-block.ts';
import { rawLayout, rawSource } from '../../src/box/chunk-places.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { contentOfFile } from '../../src/image/files.ts';
import { insert, newInode, newRootfs, S_IFREG } from '../../src/image/rootfs.ts';
import { Box } from '../../src/runtime/box.ts';
import { hostFlags } from '../../src/runtime/host-flags.ts';
import { kernelModule } from '../../src/runtime/node/engine.ts';
import { scheduler } from '../../src/runtime/node/scheduler.ts';

const PROGRAMS = 'build/test/limits';
const SIGKILL = 9;
/** How late a timer of the host may fire beside a guest that never rests; a slice is 8 ms, the machine is shared. */
const RESPONSIVE_MS = 500;
const TIMEOUT_MS = 120_000;

interface Run {
  box: Box;
  output(): string;
}

/** A box whose /program is test/limits/NAME.c, statically linked. */
async function boxOf(name: string, options: Partial<BootOptions> = {}): Promise<Run> {
  mkdirSync(PROGRAMS, { recursive: true });
  const program = `${PROGRAMS}/${name}`;
  const { status, stderr } = spawnSync('gcc', ['-O1', '-static', '-o', program, `test/limits/${name}.c`]);
  assert.equal(status, 0, String(stderr));
  const rootfs = newRootfs();
  const content = contentOfFile(program, statSync(program).size);
  insert(rootfs, 'program', newInode(S_IFREG | 0o755, { content }));
  const image = imageOf(rootfs);
  const output: Buffer[] = [];
  const sink = { write: (bytes: Uint8Array) => output.push(Buffer.from(bytes)) && bytes.length };
  const boot = bootBlock({ argv: ['/program'], ...options }, rawLayout(image), hostFlags({ stdin: false }));
  const engine = await kernelModule();
  const box = new Box({ engine, scheduler, boot, image: rawSource(image), stdout: sink, stderr: sink });
  return { box, output: () => Buffer.concat(output).toString() };
}

/** Runs the box to its end beside a timer; answers how late that timer fired at worst. */
async function runBeside(box: Box): Promise<{ status: number; latest: number }> {
  let latest = 0;
  let expected = performance.now() + 10;
  const timer = setInterval(() => {
    latest = Math.max(latest, performance.now() - expected);
    expected = performance.now() + 10;
  }, 10);
  const { status } = await box.run();
  clearInterval(timer);
  return { status, latest };
}

test('a write to address 0 ends with 139', { timeout: TIMEOUT_MS }, async () => {
  const { box } = await boxOf('null_write');
  assert.equal((await box.run()).status, 139);
});

test('an endless loop leaves the host responsive and can be killed', { timeout: TIMEOUT_MS }, async () => {
  const { box } = await boxOf('endless');
  setTimeout(() => box.kick(SIGKILL), 1000);
  const { status, latest } = await runBeside(box);
  assert.equal(status, 128 + SIGKILL);
  assert.ok(latest < RESPONSIVE_MS, `a timer was ${latest} ms late`);
});

test('a fork bomb is refused at the task limit, and its group can be killed', { timeout: TIMEOUT_MS }, async () => {
  const { box, output } = await boxOf('fork_bomb', { taskLimit: 500 });
  const { status, latest } = await runBeside(box);
  assert.match(output(), /^(fork: Resource temporarily unavailable\n)+signal 9\nexit 5\n$/);
  assert.equal(status, 0);
  assert.ok(latest < RESPONSIVE_MS, `a timer was ${latest} ms late`);
});

test('10 GB are refused, a task that eats the memory is killed, its parent goes on', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { box, output } = await boxOf('memory_bomb', { memoryLimit: 256 << 20 });
  const { status, latest } = await runBeside(box);
  assert.match(output(), /^10 GB refused\nsignal 9\n$/);
  assert.equal(status, 0);
  assert.ok(latest < RESPONSIVE_MS, `a timer was ${latest} ms late`);
});
