// Boxes that go on from the same moment have pages in common, until one of them changes or drops them: no other may notice,
// whichever comes first, and however it was reached.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type RunningBox, start } from '../../src/index.ts';
import { makeBusyboxBox } from '../library/busybox-box.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-twins-'));
let path: string;

before(() => {
  path = makeBusyboxBox(directory);
  execFileSync('gcc', ['-static', '-O1', '-o', join(directory, 'pages'), 'test/snapshot/pages.c']);
});
after(() => rmSync(directory, { recursive: true, force: true }));

async function startPages(): Promise<RunningBox> {
  const box = await start(path, { command: ['sleep', 'infinity'], messages: 'text' });
  await box.writeFile('/tmp/program', readFileSync(join(directory, 'pages')));
  box.exec(['sh', '-c', 'chmod 755 /tmp/program && exec /tmp/program']);
  assert.equal(await ask(box, 's1'), '1');
  return box;
}

/** `sN` sets all pages to a number, `fN` makes new ones, `?` asks: the number that all pages hold, or -1. */
async function ask(box: RunningBox, question: string): Promise<unknown> {
  await box.send(question);
  return (await box.messages.next()).value;
}

const options = { messages: 'text' } as const;

test('who changes its pages changes them for nobody else', async () => {
  await using box = await startPages();
  const first = box.snapshot();
  assert.equal(await ask(box, 's2'), '2');
  await using twin = await box.fork(options);
  assert.equal(await ask(box, 's3'), '3');
  await using early = await first.start(options);
  assert.deepEqual([await ask(twin, '?'), await ask(early, '?'), await ask(box, '?')], ['2', '1', '3']);
  assert.equal(await ask(twin, 's4'), '4');
  assert.equal(await ask(early, 's5'), '5');
  await using again = await first.start(options);
  assert.deepEqual([await ask(box, '?'), await ask(again, '?'), await ask(twin, '?')], ['3', '1', '4']);
});

test('pages that were dropped and used again are still those of who has not dropped them', async () => {
  await using box = await startPages();
  const snapshot = box.snapshot();
  await using twin = await box.fork(options);
  assert.equal(await ask(box, 'f9'), '9');
  assert.equal(await ask(twin, 'f8'), '8');
  await using early = await snapshot.start(options);
  assert.deepEqual([await ask(early, '?'), await ask(box, '?'), await ask(twin, '?')], ['1', '9', '8']);
});

test('twins of twins go on when those they come from have changed or ended', async () => {
  const box = await startPages();
  const twin = await box.fork(options);
  await box.stop();
  const grandchild = await twin.fork(options);
  assert.equal(await ask(twin, 's6'), '6');
  const untouched = grandchild.snapshot();
  await twin.stop();
  assert.equal(await ask(grandchild, '?'), '1');
  assert.equal(await ask(grandchild, 's7'), '7');
  await using late = await untouched.start(options);
  await using other = await late.fork(options);
  assert.deepEqual([await ask(late, '?'), await ask(other, '?'), await ask(grandchild, '?')], ['1', '1', '7']);
  await grandchild.stop();
});

test('as bytes a snapshot has all pages, whoever has them', async () => {
  await using box = await startPages();
  await using twin = await box.fork(options);
  assert.equal(await ask(box, 's2'), '2');
  const bytes = new Uint8Array(await new Response(twin.snapshot().toBox()).arrayBuffer());
  await using fromBytes = await start(bytes, options);
  assert.equal(await ask(fromBytes, '?'), '1');
  await using fork = await fromBytes.fork(options);
  assert.equal(await ask(fromBytes, 's3'), '3');
  assert.deepEqual([await ask(fork, '?'), await ask(twin, '?'), await ask(fromBytes, '?')], ['1', '1', '3']);
});

test('snapshots of one moment are the same bytes, whether pages were copied before or not', async () => {
  await using box = await startPages();
  const snapshot = box.snapshot();
  const early = new Uint8Array(await new Response(snapshot.toBox()).arrayBuffer());
  assert.equal(await ask(box, 's2'), '2');
  const late = new Uint8Array(await new Response(snapshot.toBox()).arrayBuffer());
  assert.ok(Buffer.from(early).equals(late));
});
