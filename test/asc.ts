// Compiles a small AssemblyScript entry that imports kernel modules, for tests of those modules alone.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const WAIT_MS = 100;
const ASC = 'node_modules/assemblyscript/bin/asc.js';
/** Compiler options of the kernel that do not depend on what is compiled. */
const FLAGS =
  '--runtime stub -O3 --noAssert --enable simd --use abort= --transform ./tools/asc-cstr.js --transform ./tools/asc-no-inline.js'.split(
    ' ',
  );
/** The kernel's memory map (abi/box.ts): static data behind the fixed areas; its table, for translated code. */
const MEMORY = '--memoryBase 9437184 --initialMemory 176 --maximumMemory 65536 --exportTable'.split(' ');

/** What a compiled entry depends on besides itself. */
const SOURCES = ['abi', 'isa', 'kernel', 'tools', 'test'];

/** Exports of the compiled entry; its exported constants are WebAssembly.Global. Without `imports` none may be called. */
export async function instantiateAsc(entry: string, imports?: WebAssembly.Imports): Promise<WebAssembly.Exports> {
  const module = await compileAsc(entry);
  const instance = await WebAssembly.instantiate(module, imports ?? failingImports(module));
  return instance.exports;
}

/** Test files run side by side and may need the same entry, which takes a minute: one compiles it, the others wait. */
export async function compileAsc(entry: string): Promise<WebAssembly.Module> {
  const out = `build/test/${basename(entry, '.ts')}`;
  const newest = newestSource();
  mkdirSync('build/test', { recursive: true });
  while (!isFresh(out, newest)) {
    if (!claim(`${out}.lock`)) {
      await setTimeout(WAIT_MS);
      continue;
    }
    try {
      if (!isFresh(out, newest)) compile(entry, out);
    } finally {
      rmSync(`${out}.lock`);
    }
  }
  return WebAssembly.compile(readFileSync(`${out}.wasm`));
}

function isFresh(out: string, newest: number): boolean {
  return existsSync(`${out}.wasm`) && existsSync(`${out}.wat`) && statSync(`${out}.wasm`).mtimeMs > newest;
}

/** Takes the lock, a file with the number of its holder's process; false: somebody who lives has it. */
function claim(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isHeld(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isHeld(lock: string): boolean {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Empty: about to be written.
    return holder === 0 || process.kill(holder, 0);
  } catch {
    return false;
  }
}

/** The text comes first: the module's time is what says that both are there. */
function compile(entry: string, out: string): void {
  const own = `${out}-${process.pid}`;
  const args = [ASC, entry, ...FLAGS, ...MEMORY, '--outFile', `${own}.wasm`, '--textFile', `${own}.wat`];
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  for (const type of ['wat', 'wasm']) renameSync(`${own}.${type}`, `${out}.${type}`);
}

/** When a source file was last changed. */
function newestSource(): number {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((path) => `${folder}/${path}`),
  );
  return files.reduce((newest, path) => Math.max(newest, statSync(path).mtimeMs), 0);
}

/** Imports for a module that must not use them: each call fails by name. */
export function failingImports(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, () => never>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new Error(`${from}.${name} has no place in this test`);
    };
  }
  return imports;
}
