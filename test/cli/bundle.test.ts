// What is installed: the command line as tools/build-cli.ts bundles it, which must do what its modules do one by one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { COMMANDS } from '../../src/cli/commands.ts';

const MODULES = resolve('dist/src/cli/main.js');
const BUNDLE = resolve('dist/bin/wbx.cjs');
const directory = mkdtempSync(join(tmpdir(), 'wbx-bundle-'));

before(() => {
  copyFileSync('/bin/busybox', join(directory, 'busybox'));
  writeFileSync(
    join(directory, 'Dockerfile'),
    'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "touch", "/made"]\nENTRYPOINT ["/bin/busybox"]\n',
  );
});
after(() => rmSync(directory, { recursive: true, force: true }));

function wbx(main: string, ...args: string[]) {
  const env = { ...process.env, XDG_DATA_HOME: join(directory, 'data'), XDG_RUNTIME_DIR: join(directory, 'run') };
  const options = { cwd: directory, env, encoding: 'utf8', timeout: 120_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], options);
  return { status, stdout, stderr };
}

function succeed(...args: string[]): string {
  const { status, stdout, stderr } = wbx(BUNDLE, ...args);
  assert.equal(status, 0, stderr);
  return stdout;
}

test('every command loads', () => {
  for (const name of Object.keys(COMMANDS)) assert.match(succeed(name, '--help'), /^Usage: wbx /, name);
  assert.match(succeed(), /^Usage: wbx COMMAND/);
  assert.match(succeed('--version'), /^wbx \d/);
});

test('an error is known as one wherever it comes from', () => {
  for (const args of [
    ['frobnicate'],
    ['run', 'none.wasm'],
    ['rmi', 'none'],
    ['build', '--frob', '.'],
    ['push', 'a/b'],
  ]) {
    assert.deepEqual(wbx(BUNDLE, ...args), wbx(MODULES, ...args), `wbx ${args.join(' ')}`);
  }
});

test('builds, runs in this process and in one of its own, and writes a page', () => {
  succeed('build', '-q', '-t', 'bundled', '-o', 'box.wasm', '.');
  assert.equal(succeed('run', 'box.wasm', 'echo', 'from a box'), 'from a box\n');
  assert.equal(succeed('run', 'bundled', 'ls', '/made'), '/made\n');
  const id = succeed('run', '-d', 'box.wasm', 'echo', 'from behind').trim();
  assert.equal(succeed('wait', id), '0\n');
  assert.equal(succeed('logs', id), 'from behind\n');
  succeed('rm', id);
  succeed('web', 'box.wasm', '-o', 'site');
});

/** The loader of ES modules alone takes as long as a short run. */
test('a run of a box loads two files and no ES module', () => {
  const report = 'process.on("exit", () => console.log(Object.keys(require.cache).length))';
  const preload = join(directory, 'report.cjs');
  writeFileSync(preload, report);
  const args = ['--require', preload, BUNDLE, 'run', 'box.wasm', 'true'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
  assert.equal(stdout, '3\n');
});
