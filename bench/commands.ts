// `npm run bench:commands [NAME...]`: real programs from start to exit, as a user types them: in a chroot of this machine's
// Linux, under qemu-x86_64, and as `wbx run` of a box in each tier. Prints the ratios and writes bench/results/commands.json.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { linkRoot, makeRoot, ROOT } from './command-root.ts';
import { COMMANDS, type Command } from './command-table.ts';
import { type Contender, interleave, median } from './measure.ts';

const ROUNDS = 3;
const QEMU = '/usr/bin/qemu-x86_64';
const CACHE = `${process.cwd()}/build/bench/commands-cache`;
const TIERS = ['interp', 'jit cold', 'jit warm', 'aot'];

interface Sample {
  milliseconds: number;
  digest: string;
}

/** Medians of one command, milliseconds by contender. */
interface CommandResult {
  name: string;
  milliseconds: Record<string, number>;
  /** Of each contender to native. */
  ratios: Record<string, number>;
}

/** `wbx run` of a box with that tier; where translations are kept, the first run is not counted. */
function inTier(tier: string, box: string, argv: string[], environment: NodeJS.ProcessEnv = {}): Sample {
  const run = ['dist/bin/wbx.cjs', 'run', '--tier', tier, '-w', '/data', box, ...argv];
  return timed([process.execPath, ...run], undefined, environment);
}

async function measure({ name, argv, forks }: Command, box: string): Promise<CommandResult> {
  const warm = () => inTier('jit', box, argv, { XDG_CACHE_HOME: CACHE, WBX_CACHE: '1' });
  const contenders: Contender<Sample>[] = [
    { name: 'native', run: () => timed(['chroot', ROOT, '/usr/bin/env', '-C', '/data', ...argv]) },
    { name: 'interp', run: () => inTier('interp', box, argv) },
    { name: 'jit cold', run: () => inTier('jit', box, argv, { WBX_CACHE: '0' }) },
    { name: 'jit warm', run: warm },
    { name: 'aot', run: () => inTier('aot', box, argv) },
  ];
  const qemu = [QEMU, '-L', ROOT, `${ROOT}${argv[0]}`, ...argv.slice(1)];
  if (existsSync(QEMU) && !forks) contenders.push({ name: 'qemu', run: () => timed(qemu, `${ROOT}/data`) });
  warm();
  const samples = await interleave(contenders, ROUNDS);
  const digests = new Set([...samples.values()].flat().map(({ digest }) => digest));
  if (digests.size !== 1) throw new Error(`${name}: the outputs differ`);
  const milliseconds: Record<string, number> = {};
  for (const [engine, list] of samples) milliseconds[engine] = median(list.map((sample) => sample.milliseconds));
  const ratios = Object.entries(milliseconds).map(([engine, value]) => [engine, value / milliseconds.native]);
  return { name, milliseconds, ratios: Object.fromEntries(ratios) };
}

function timed(argv: string[], cwd?: string, environment: NodeJS.ProcessEnv = {}): Sample {
  const absolute = argv.map((word) => (cwd && word.startsWith('build/') ? `${process.cwd()}/${word}` : word));
  const start = performance.now();
  const env = { ...process.env, ...environment };
  const { status, stdout, stderr, error } = spawnSync(absolute[0], absolute.slice(1), { cwd, env, maxBuffer: 1 << 28 });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${argv.join(' ')}: status ${status}: ${error?.message ?? stderr}`);
  return { milliseconds, digest: createHash('sha256').update(stdout).digest('hex') };
}

function print({ name, milliseconds, ratios }: CommandResult): void {
  const parts = Object.entries(milliseconds).map(
    ([engine, value]) =>
      `${engine} ${value.toFixed(0)} ms${engine === 'native' ? '' : ` ${ratios[engine].toFixed(1)}x`}`,
  );
  console.log(`${name.padEnd(24)} ${parts.join('  ')}`);
}

async function main(wanted: string[]): Promise<void> {
  makeRoot();
  const chosen = COMMANDS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
  const there = chosen.filter(({ argv }) => existsSync(`${ROOT}${argv[0]}`));
  for (const { name } of chosen.filter((command) => !there.includes(command)))
    console.log(`${name.padEnd(24)} left out: it is not installed`);
  const box = await linkRoot(there);
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const results: CommandResult[] = [];
  for (const command of there) {
    const result = await measure(command, box);
    results.push(result);
    print(result);
  }
  const mean = (engine: string) =>
    Math.exp(results.reduce((sum, { ratios }) => sum + Math.log(ratios[engine]), 0) / results.length);
  const means = Object.fromEntries(TIERS.map((engine) => [engine, mean(engine)]));
  console.log(`geometric means: ${TIERS.map((engine) => `${engine} ${means[engine].toFixed(2)}x`).join('  ')}`);
  if (wanted.length > 0) return;
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/commands.json', `${JSON.stringify({ results, means }, null, 2)}\n`);
}

await main(process.argv.slice(2));
