// Compiles a small AssemblyScript entry that imports kernel modules, for tests of those modules alone.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const ASC = 'node_modules/assemblyscript/bin/asc.js';

/** Exports of the compiled entry; its exported constants are WebAssembly.Global. */
export async function instantiateAsc(entry: string): Promise<WebAssembly.Exports> {
  const out = `build/test/${basename(entry, '.ts')}.wasm`;
  mkdirSync('build/test', { recursive: true });
  const flags = ['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd', '--use', 'abort=', '--outFile', out];
  execFileSync(process.execPath, [ASC, entry, ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { instance } = await WebAssembly.instantiate(readFileSync(out), {});
  return instance.exports;
}
