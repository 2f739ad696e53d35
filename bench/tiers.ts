// `npm run bench:tiers [NAME...]`: the kernels of `npm run bench` in every tier, each run a process of its own that computes the
// same several times and tells its fastest round, the steady state:
// on the CPU, under qemu-x86_64, by the interpreter, translated at run time without and with a cache, and translated
// ahead of time, by `wbx run` and under plain WASI runtimes. Prints time / native and writes bench/results/tiers.json.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { writeBox } from '../src/box/box-file.ts';
import { imageOf } from '../src/box/image-writer.ts';
import { rootfsFromDirectory } from '../src/image/from-directory.ts';
import { newRootfs } from '../src/image/rootfs.ts';
import { kernelBytes } from '../src/runtime/node/engine.ts';
import { runnableTree } from '../src/runtime/node/runnable-tree.ts';
import { train } from '../src/runtime/node/train.ts';
import { type Contender, interleave, median } from './measure.ts';
import { BIN, compilePrograms } from './programs.ts';
import { WORKLOADS } from './workloads.ts';

const ROUNDS = 5;
/** How often a process computes the same: the interpreter and qemu-x86_64 do not get faster. */
const STEADY = 30;
const AT_ONCE = 2;
const QEMU = '/usr/bin/qemu-x86_64';
const WASMTIME = 'build/wasmtime/bin/python';
const PLAIN = 'build/bench/tiers-plain.wasm';
const TRAINED = 'build/bench/tiers-trained.wasm';
const CACHE = `${process.cwd()}/build/bench/tiers-cache`;
const RUN = ['dist/bin/wbx.cjs', 'run', '--tier'];

interface Sample {
  nanoseconds: number;
  check: string;
}

/** The kernels without those that are about the kernel of the box. */
const KERNELS = WORKLOADS.filter(({ operations }) => operations === undefined);

async function link(): Promise<void> {
  const rootfs = newRootfs();
  rootfs.entries.set('bin', rootfsFromDirectory(BIN));
  const commands = KERNELS.map(({ name }) => JSON.stringify([`/bin/${name}`, '1']));
  const start = performance.now();
  const { bake, regions } = await train(runnableTree(rootfs), { commands, output: { write: ({ length }) => length } });
  const seconds = (performance.now() - start) / 1000;
  const input = { kernel: kernelBytes(), image: imageOf(rootfs), boot: { argv: ['/'] }, config: Buffer.from('{}') };
  writeBox(PLAIN, input);
  writeBox(TRAINED, { ...input, bake });
  const more = (statSync(TRAINED).size - statSync(PLAIN).size) / 1000;
  console.log(`training: ${seconds.toFixed(1)} s, ${regions} regions, ${more.toFixed(0)} KB`);
}

function contenders(name: string, scale: number): Contender<Sample>[] {
  const words = [`/bin/${name}`, `${scale}`, `${STEADY}`];
  const atOnce = [`/bin/${name}`, `${scale}`, `${AT_ONCE}`];
  const program = `${BIN}/${name}`;
  const node = (args: string[], environment: NodeJS.ProcessEnv = {}) => sample(process.execPath, args, environment);
  const all: [name: string, run: () => Sample, there?: string][] = [
    ['native', () => sample(program, words.slice(1))],
    ['qemu', () => sample(QEMU, [program, ...atOnce.slice(1)]), QEMU],
    ['interp', () => node([...RUN, 'interp', PLAIN, ...atOnce])],
    ['jit cold', () => node([...RUN, 'jit', PLAIN, ...words], { WBX_CACHE: '0' })],
    ['jit warm', () => node([...RUN, 'jit', PLAIN, ...words], { XDG_CACHE_HOME: CACHE, WBX_CACHE: '1' })],
    ['aot', () => node([...RUN, 'aot', TRAINED, ...words])],
    ['aot node:wasi', () => node(['--no-warnings', 'examples/engines/node-wasi.mjs', TRAINED, ...words])],
    ['aot wasmtime', () => sample(WASMTIME, ['examples/engines/run_wasmtime.py', TRAINED, ...words]), WASMTIME],
  ];
  return all.filter(([, , there = '.']) => existsSync(there)).map(([name, run]) => ({ name, run }));
}

function sample(program: string, args: string[], environment: NodeJS.ProcessEnv = {}): Sample {
  const output = execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, ...environment } });
  const [nanoseconds, check] = output.trim().split(' ');
  return { nanoseconds: Number(nanoseconds), check };
}

async function main(wanted: string[]): Promise<void> {
  compilePrograms(KERNELS.map(({ name }) => name));
  await link();
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const ratios = new Map<string, Map<string, number>>();
  for (const { name, scale } of KERNELS.filter((load) => wanted.length === 0 || wanted.includes(load.name))) {
    const all = contenders(name, scale);
    await all.find((each) => each.name === 'jit warm')!.run();
    const samples = await interleave(all, ROUNDS);
    const checks = new Set([...samples.values()].flat().map(({ check }) => check));
    if (checks.size !== 1) throw new Error(`${name}: results differ: ${[...checks].join(', ')}`);
    const time = new Map([...samples].map(([tier, list]) => [tier, median(list.map((each) => each.nanoseconds))]));
    const native = time.get('native')!;
    ratios.set(name, new Map([...time].map(([tier, value]) => [tier, value / native])));
    if (ratios.size === 1) console.log(['kernel'.padEnd(10), ...[...time.keys()].map(column)].join(' '));
    print(name, ratios.get(name)!);
  }
  const tiers = [...ratios.values().next().value!.keys()];
  const mean = (tier: string) =>
    Math.exp([...ratios.values()].reduce((sum, row) => sum + Math.log(row.get(tier)!), 0) / ratios.size);
  const means = new Map(tiers.map((tier) => [tier, mean(tier)]));
  print('mean', means);
  if (wanted.length > 0) return;
  const rows = Object.fromEntries([...ratios].map(([name, row]) => [name, Object.fromEntries(row)]));
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/tiers.json', `${JSON.stringify({ rows, means: Object.fromEntries(means) }, null, 2)}\n`);
}

function print(name: string, row: Map<string, number>): void {
  console.log([name.padEnd(10), ...[...row.values()].map((ratio) => column(ratio.toFixed(2)))].join(' '));
}

function column(text: string): string {
  return text.padStart(13);
}

await main(process.argv.slice(2));
