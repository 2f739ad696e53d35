// How translated code reaches memory, in a program of many pages: beside the CPU.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runBox } from '../../src/runtime/node/run.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';

const root = mkdtempSync(join(tmpdir(), 'wbx-extents-'));
after(() => rmSync(root, { recursive: true, force: true }));

test('pages that share an entry of the TLB keep their neighbours apart', async () => {
  const program = join(root, 'extents');
  execFileSync('gcc', ['-O2', '-static', '-o', program, 'test/translate/programs/extents.c']);
  const box = runnableDirectory(root);
  let stdout = '';
  const sink = {
    write: (bytes: Uint8Array) => {
      stdout += Buffer.from(bytes).toString();
      return bytes.length;
    },
  };
  const boot = await box.bootOptions({ command: ['/extents'] });
  const translate = { threshold: 1, synchronous: true };
  await runBox({ ...box, boot, stdin: null, stdout: sink, stderr: sink, translate });
  assert.equal(stdout, execFileSync(program, { encoding: 'utf8' }));
});
