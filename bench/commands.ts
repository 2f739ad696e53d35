// `npm run bench:commands [NAME...]`: real programs from start to exit, as a user types them: in a chroot of this machine's
// Linux, under qemu-x86_64, and as `wbx run` of a box. Prints the ratios and writes bench/results/commands.json.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { linkRoot, makeRoot, ROOT } from './command-root.ts';
import { COMMANDS, type Command } from './command-table.ts';
import { type Contender, interleave, median } from './measure.ts';

const ROUNDS = 3;
const QEMU = '/usr/bin/qemu-x86_64';

interface Sample {
  milliseconds: number;
  digest: string;
}

/** Medians of one command, milliseconds. */
interface CommandResult {
  name: string;
  native: number;
  box: number;
  qemu?: number;
  boxToNative: number;
  boxToQemu?: number;
}

async function measure(command: Command, box: string): Promise<CommandResult> {
  const { name, argv, forks } = command;
  const contenders: Contender<Sample>[] = [
    { name: 'native', run: () => timed(['chroot', ROOT, '/usr/bin/env', '-C', '/data', ...argv]) },
    { name: 'box', run: () => timed([process.execPath, 'dist/bin/wbx.cjs', 'run', '-w', '/data', box, ...argv]) },
  ];
  const qemu = [QEMU, '-L', ROOT, `${ROOT}${argv[0]}`, ...argv.slice(1)];
  if (existsSync(QEMU) && !forks) contenders.push({ name: 'qemu', run: () => timed(qemu, `${ROOT}/data`) });
  const samples = await interleave(contenders, ROUNDS);
  const digests = new Set([...samples.values()].flat().map(({ digest }) => digest));
  if (digests.size !== 1) throw new Error(`${name}: the outputs differ`);
  const of = (engine: string) => median(samples.get(engine)!.map(({ milliseconds }) => milliseconds));
  const [native, inBox] = [of('native'), of('box')];
  const emulated = samples.has('qemu') ? of('qemu') : undefined;
  return {
    name,
    native,
    box: inBox,
    qemu: emulated,
    boxToNative: inBox / native,
    boxToQemu: emulated && inBox / emulated,
  };
}

function timed(argv: string[], cwd?: string): Sample {
  const absolute = argv.map((word) => (cwd && word.startsWith('build/') ? `${process.cwd()}/${word}` : word));
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(absolute[0], absolute.slice(1), { cwd, maxBuffer: 1 << 28 });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${argv.join(' ')}: status ${status}: ${error?.message ?? stderr}`);
  return { milliseconds, digest: createHash('sha256').update(stdout).digest('hex') };
}

function print({ name, native, box, qemu, boxToNative, boxToQemu }: CommandResult): void {
  const ms = (value: number) => `${value.toFixed(0).padStart(7)} ms`;
  const beside = qemu === undefined ? '' : `  qemu ${ms(qemu)}`;
  const ratio = boxToQemu === undefined ? '' : `, box/qemu ${boxToQemu.toFixed(2)}x`;
  console.log(
    `${name.padEnd(24)} native ${ms(native)}  box ${ms(box)}${beside}  box/native ${boxToNative.toFixed(1)}x${ratio}`,
  );
}

async function main(wanted: string[]): Promise<void> {
  makeRoot();
  const box = linkRoot();
  const results: CommandResult[] = [];
  for (const command of COMMANDS.filter(
    ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
  )) {
    if (!existsSync(`${ROOT}${command.argv[0]}`)) {
      console.log(`${command.name.padEnd(24)} left out: ${command.argv[0]} is not installed`);
      continue;
    }
    const result = await measure(command, box);
    results.push(result);
    print(result);
  }
  const mean = Math.exp(results.reduce((sum, { boxToNative }) => sum + Math.log(boxToNative), 0) / results.length);
  console.log(`geometric mean of box/native: ${mean.toFixed(2)}x`);
  if (wanted.length > 0) return;
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/commands.json', `${JSON.stringify({ results, mean }, null, 2)}\n`);
}

await main(process.argv.slice(2));
