// Speed of programs: the same binary on the CPU, under qemu-x86_64 where installed, and in a box.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Runnable } from '../src/runtime/node/runnable.ts';
import { runInBox } from './in-box.ts';
import { type Contender, interleave, median } from './measure.ts';
import type { Workload } from './workloads.ts';

const QEMU = '/usr/bin/qemu-x86_64';

interface Sample {
  nanoseconds: number;
  check: string;
  instructions?: number;
}

/** Medians of one workload. */
export interface SpeedResult {
  name: string;
  /** Nanoseconds by engine: native, qemu, box. */
  nanoseconds: Record<string, number>;
  boxToNative: number;
  boxToQemu?: number;
  /** Guest instructions per second in the box. */
  instructionsPerSecond: number;
  /** Nanoseconds of one operation in the box. */
  perOperation?: number;
}

export async function measureSpeed(box: Runnable, path: string, load: Workload, rounds: number): Promise<SpeedResult> {
  const { name, scale, operations } = load;
  const contenders: Contender<Sample>[] = [
    { name: 'native', run: () => parse(execFileSync(path, [`${scale}`], { encoding: 'utf8' })) },
    { name: 'box', run: () => sampleInBox(box, name, scale) },
  ];
  if (existsSync(QEMU)) {
    contenders.push({ name: 'qemu', run: () => parse(execFileSync(QEMU, [path, `${scale}`], { encoding: 'utf8' })) });
  }
  const samples = await interleave(contenders, rounds);
  const checks = new Set([...samples.values()].flat().map(({ check }) => check));
  if (checks.size !== 1) throw new Error(`${name}: results differ: ${[...checks].join(', ')}`);
  const nanoseconds: Record<string, number> = {};
  for (const [engine, list] of samples) nanoseconds[engine] = median(list.map((sample) => sample.nanoseconds));
  const instructions = median(samples.get('box')!.map((sample) => sample.instructions ?? 0));
  return {
    name,
    nanoseconds,
    boxToNative: nanoseconds.box / nanoseconds.native,
    boxToQemu: nanoseconds.qemu && nanoseconds.box / nanoseconds.qemu,
    instructionsPerSecond: (instructions / nanoseconds.box) * 1e9,
    perOperation: operations && nanoseconds.box / (scale * operations),
  };
}

async function sampleInBox(box: Runnable, name: string, scale: number): Promise<Sample> {
  const { stdout, status, instructions } = await runInBox(box, [`/bin/${name}`, `${scale}`]);
  if (status !== 0) throw new Error(`${name}: status ${status} in the box: ${stdout}`);
  return { ...parse(stdout), instructions };
}

function parse(stdout: string): Sample {
  const [nanoseconds, check] = stdout.trim().split(' ');
  return { nanoseconds: Number(nanoseconds), check };
}
