// C programs of test/wasm/c as WebAssembly, by Debian's clang and wasi-libc. Compiled once for each content and flags.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const OUT = 'build/test/wasm';
/** clang passes its output through a wasm-opt that it finds, and npm's scripts have Binaryen's in their path. */
const ENVIRONMENT = { ...process.env, PATH: '/usr/bin:/bin' };

/** The path of the module. */
export function compileWasm(source: string, flags: string[] = ['-O2']): string {
  const hash = createHash('sha256').update(JSON.stringify(flags));
  for (const file of [source, ...headersBeside(source)]) hash.update(readFileSync(file));
  const path = `${OUT}/${basename(source, '.c')}-${hash.digest('hex').slice(0, 12)}.wasm`;
  if (existsSync(path)) return path;
  mkdirSync(OUT, { recursive: true });
  const part = `${path}.${process.pid}`;
  execFileSync('clang', ['--target=wasm32-wasi', ...flags, '-o', part, source], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: ENVIRONMENT,
  });
  renameSync(part, path);
  return path;
}

function headersBeside(source: string): string[] {
  const directory = dirname(source);
  const headers = readdirSync(directory).filter((name) => name.endsWith('.h'));
  return headers.sort().map((name) => join(directory, name));
}

/** A program of test/wasm/c by its name. */
export function program(name: string, flags?: string[]): string {
  return compileWasm(`test/wasm/c/${name}.c`, flags);
}
