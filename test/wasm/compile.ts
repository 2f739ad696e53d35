// C programs of test/wasm/c as WebAssembly, by Debian's clang and wasi-libc. Compiled once for each content and flags.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename } from 'node:path';

const OUT = 'build/test/wasm';

/** The path of the module. */
export function compileWasm(source: string, flags: string[] = ['-O2']): string {
  const hash = createHash('sha256').update(readFileSync(source)).update(JSON.stringify(flags)).digest('hex');
  const path = `${OUT}/${basename(source, '.c')}-${hash.slice(0, 12)}.wasm`;
  if (existsSync(path)) return path;
  mkdirSync(OUT, { recursive: true });
  const part = `${path}.${process.pid}`;
  execFileSync('clang', ['--target=wasm32-wasi', ...flags, '-o', part, source], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  renameSync(part, path);
  return path;
}

/** A program of test/wasm/c by its name. */
export function program(name: string, flags?: string[]): string {
  return compileWasm(`test/wasm/c/${name}.c`, flags);
}
