// Every function of WASI preview 1, at its edges: in a box as in Node or in wasmtime. Where both do otherwise, the answer is in a table.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { WASI } from 'node:wasi';
import { WASMTIME } from '../e2e/engines.ts';
import { program } from './compile.ts';
import { WasmRoot } from './in-box.ts';

/** Programs of test/wasm/c/preview1, and their exit status. */
const PROGRAMS: [name: string, status: number][] = [
  ['data', 0],
  ['invalid', 0],
  ['listing', 0],
  ['process', 33],
  ['tree', 0],
];

const NAMES = [...PROGRAMS.map(([name]) => name), 'faults', 'raising', 'sockets'];

/** Lines that neither other engine prints: ours is what the specification says, or Linux. */
const OURS = new Map([
  ['flags: 0, 1', 'uvwasi gives the flags of Linux'],
  ['a descriptor that is closed: 1 (7, 8, 1)', 'the error is of the event, not of the call'],
  ['flags: 28', 'a flag that there is not'],
  ['allocate nothing: 28', 'as fallocate'],
  ['signal: 28', 'a signal that there is not'],
  ['how to shut down: 57', 'a file is no socket'],
]);

/** The program's lines and its peer's. */
const SOCKETS = `directory found
accept: 0
kind: 0, 6
peek: 5 [he] [llo] 0
receive: 5 [he] [llo] 0
all of it: 8 [, yo] [u th] 0
receive at a bad place: 21
send: 0, 7
send with flags: 28
fd_write: 0, 7
seek: 76
how to shut down: 28
shut down: 0
send after it: 64
the end: 0 [] [] 0
close: 0
accept: 0
nothing yet: 6
close: 0
accept of what does not listen: 57
peer: to you
to you
`;
const RAISED = ['raise: 0', 'Hangup', '129', 'Killed', '137', 'Terminated', '143'];

const module = (name: string): string => program(`preview1/${name}`, ['-O1']);
const ENVIRONMENT = { COLOUR: 'blue', EMPTY: '' };
const ARGUMENTS = ['one', 'two words'];

let root: WasmRoot;
let scratch: string;
before(() => {
  scratch = mkdtempSync(join(tmpdir(), 'wbx-preview1-'));
  const listen = join(scratch, 'listen');
  execFileSync('gcc', ['-static', '-O1', '-o', listen, 'test/wasm/c/listen.c']);
  root = new WasmRoot({ ...Object.fromEntries(NAMES.map((name) => [name, module(name)])), listen });
  rmSync(listen);
});
after(() => {
  root.remove();
  rmSync(scratch, { recursive: true });
});

const NODE = `
  const { WASI } = require('node:wasi');
  const [path, env, ...args] = process.argv.slice(1);
  const wasi = new WASI({ version: 'preview1', env: JSON.parse(env), args: ['x', ...args], preopens: { '.': '.' }, returnOnExit: true });
  const module = new WebAssembly.Module(require('node:fs').readFileSync(path));
  process.exitCode = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));`;

const TIMEOUT_MS = 30_000;
const lines = (text: string): string[] => text.split('\n').slice(0, -1);

function inNode(path: string): string[] {
  const args = ['--no-warnings', '-e', NODE, resolve(path), JSON.stringify(ENVIRONMENT), ...ARGUMENTS];
  return lines(spawnSync(process.execPath, args, { cwd: scratch, encoding: 'utf8', timeout: TIMEOUT_MS }).stdout);
}

/** Without an environment; and it traps at the first number of an enumeration that it does not know. */
function inWasmtime(path: string): string[] {
  const args = [resolve('examples/engines/run_wasmtime.py'), resolve(path), ...ARGUMENTS];
  const env = { ...process.env, PREOPEN: '.=.' };
  return lines(spawnSync(resolve(WASMTIME), args, { cwd: scratch, env, encoding: 'utf8', timeout: TIMEOUT_MS }).stdout);
}

const command = (name: string): string => `exec env -i COLOUR=blue EMPTY= ${name} one 'two words'`;

for (const [name, status] of PROGRAMS) {
  test(name, async () => {
    const ours = await root.sh(command(name));
    const [node, wasmtime] = [inNode(module(name)), inWasmtime(module(name))];
    assert.ok(node.length > 5 && wasmtime.length > 0, 'both ran');
    for (const [i, line] of lines(ours.output).entries()) {
      if (line === node[i] || line === wasmtime[i] || OURS.has(line)) continue;
      assert.fail(`line ${i}: ${line}; in Node: ${node[i]}; in wasmtime: ${wasmtime[i]}`);
    }
    assert.equal(lines(ours.output).length, node.length);
    assert.equal(ours.status, status);
  });
}

/** Lines that tell something else than errors. */
const UNHARMED = ['directory found', 'where: 0, 0', 'nothing was made: 44', 'unlink: 0'];

test('addresses beyond the memory', async () => {
  const { output, status } = await root.sh('faults');
  const faulted = lines(output).filter((line) => /: 21( 21)*$/.test(line));
  assert.deepEqual([lines(output).filter((line) => !faulted.includes(line)), status], [UNHARMED, 0]);
  assert.ok(faulted.length > 40, output);
});

test('sockets', async () => {
  const { output, status } = await root.sh('exec listen /bin/sockets');
  assert.deepEqual([output.split('\n').sort(), status], [SOCKETS.split('\n').sort(), 0]);
});

test('signals to itself', async () => {
  const { output } = await root.sh(
    'exec 2>&1; raising 0; for i in 1 9 15; do raising $i; echo $?; done; raising 16; raising 26',
  );
  // 16 and 26 are SIGCHLD and SIGWINCH, which do nothing.
  assert.deepEqual(lines(output), [...RAISED, 'raise: 0', 'raise: 0']);
});

test('the programs use all functions that there are', () => {
  const used = new Set<string>();
  for (const name of NAMES) {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(module(name))));
    for (const each of imports) used.add(each.name);
  }
  assert.deepEqual([...used].sort(), Object.keys(new WASI({ version: 'preview1' }).wasiImport).sort());
});
