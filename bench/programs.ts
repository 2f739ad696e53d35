// Compiles the programs of bench/programs into build/bench/bin.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

export const BIN = 'build/bench/bin';

/** Paths of the compiled programs, by name. */
export function compilePrograms(names: string[]): Map<string, string> {
  mkdirSync(BIN, { recursive: true });
  return new Map(names.map((name) => [name, compile(name)]));
}

function compile(name: string): string {
  const path = `${BIN}/${name}`;
  const args = ['-O2', '-static', '-o', path, `bench/programs/${name}.c`, '-lm'];
  const { status, stderr, error } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc ${name}: ${error?.message ?? stderr}`);
  return path;
}
