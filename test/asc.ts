// Compiles a small AssemblyScript entry that imports kernel modules, for tests of those modules alone.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { basename } from 'node:path';

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

/** Test files run side by side and may compile the same entry: each writes files of its own and renames them in the end. */
export async function compileAsc(entry: string): Promise<WebAssembly.Module> {
  const out = `build/test/${basename(entry, '.ts')}`;
  const own = `${out}-${process.pid}`;
  if (existsSync(`${out}.wasm`) && existsSync(`${out}.wat`) && statSync(`${out}.wasm`).mtimeMs > newestSource())
    return WebAssembly.compile(readFileSync(`${out}.wasm`));
  mkdirSync('build/test', { recursive: true });
  const args = [ASC, entry, ...FLAGS, ...MEMORY, '--outFile', `${own}.wasm`, '--textFile', `${own}.wat`];
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  for (const type of ['wasm', 'wat']) renameSync(`${own}.${type}`, `${out}.${type}`);
  return WebAssembly.compile(readFileSync(`${out}.wasm`));
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
