// `npm run bench:wasm [NAME...]`: what a kernel costs as a WebAssembly program in a box (clang -O2, then the box's loader), against the
// same C as an x86-64 program in the box (gcc -O2) and on the CPU, interpreted and translated. Each run computes the same several
// times and tells its fastest round. Prints a row a kernel, ratios of medians.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { type Contender, interleave, median } from './measure.ts';
import { compilePrograms } from './programs.ts';
import { WORKLOADS } from './workloads.ts';

const ROOT = 'build/bench/wasm-root';
const ROUNDS = 3;
/** How often a process computes the same: translated code gets faster. */
const TIMES = { interp: '1', jit: '10' };
/** What clang compiles for WebAssembly as it is, without intrinsics and long double, and without what two C libraries do in two ways. */
const KERNELS = ['fib', 'hash', 'matrix', 'mix', 'nbody', 'scan', 'sha256', 'sieve', 'vm'];

type Tier = keyof typeof TIMES;
interface Sample {
  nanoseconds: number;
  check: string;
}

function makeRoot(names: string[]): void {
  mkdirSync(ROOT, { recursive: true });
  for (const [name, path] of compilePrograms(names)) {
    copyFileSync(path, `${ROOT}/${name}`);
    const args = ['--target=wasm32-wasi', '-O2', '-w', '-o', `${ROOT}/${name}.wasm`, `bench/programs/${name}.c`];
    execFileSync('clang', args, { stdio: 'inherit' });
  }
}

function sample(program: string, args: string[]): Sample {
  const env = { ...process.env, WBX_CACHE: '0' };
  const [nanoseconds, check] = execFileSync(program, args, { encoding: 'utf8', env }).split(' ');
  return { nanoseconds: Number(nanoseconds), check };
}

function contenders(name: string, scale: number): Contender<Sample>[] {
  const inBox = (file: string, tier: Tier): Sample =>
    sample(process.execPath, [
      ...['dist/bin/wbx.cjs', 'run', '--tier', tier, '--rootfs', ROOT],
      ...[`/${file}`, `${scale}`, TIMES[tier]],
    ]);
  return [
    { name: 'native', run: () => sample(`${ROOT}/${name}`, [`${scale}`, TIMES.jit]) },
    { name: 'interp', run: () => inBox(name, 'interp') },
    { name: 'interp, wasm', run: () => inBox(`${name}.wasm`, 'interp') },
    { name: 'jit', run: () => inBox(name, 'jit') },
    { name: 'jit, wasm', run: () => inBox(`${name}.wasm`, 'jit') },
  ];
}

/** What the WebAssembly program takes to what the other one takes: interpreted, translated; and both to the CPU, translated. */
const RATIOS: [of: string, to: string][] = [
  ['interp, wasm', 'interp'],
  ['jit, wasm', 'jit'],
  ['jit, wasm', 'native'],
  ['jit', 'native'],
];

async function ratiosOf(name: string, scale: number): Promise<number[]> {
  const samples = await interleave(contenders(name, scale), ROUNDS);
  const checks = new Set([...samples.values()].flat().map(({ check }) => check));
  if (checks.size !== 1) throw new Error(`${name}: results differ: ${[...checks].join(', ')}`);
  const time = (contender: string): number => median(samples.get(contender)!.map(({ nanoseconds }) => nanoseconds));
  return RATIOS.map(([of, to]) => time(of) / time(to));
}

function print(name: string, row: number[]): void {
  console.log([name.padEnd(10), ...row.map((ratio) => ratio.toFixed(2).padStart(22))].join(' '));
}

async function main(wanted: string[]): Promise<void> {
  const names = KERNELS.filter((name) => wanted.length === 0 || wanted.includes(name));
  makeRoot(names);
  console.log(['kernel'.padEnd(10), ...RATIOS.map(([of, to]) => `${of} / ${to}`.padStart(22))].join(' '));
  const rows: number[][] = [];
  for (const { name, scale } of WORKLOADS.filter((load) => names.includes(load.name))) {
    const row = await ratiosOf(name, scale);
    rows.push(row);
    print(name, row);
  }
  const mean = (i: number): number => Math.exp(rows.reduce((sum, row) => sum + Math.log(row[i]), 0) / rows.length);
  print(
    'mean',
    RATIOS.map((_, i) => mean(i)),
  );
}

await main(process.argv.slice(2));
