// wbx stats: what running boxes use of the processor and of memory.
import { setTimeout } from 'node:timers/promises';
import { Boxes, type KnownBox, SHORT_ID } from '../runtime/node/boxes/boxes.ts';
import { isAlive } from '../runtime/node/boxes/record.ts';
import { WbxError } from '../errors.ts';
import { newCommand, runCommand } from './command.ts';
import { ask } from './each-box.ts';
import { formatLines } from './format.ts';
import { formatTable } from './table.ts';

interface StatsFlags {
  format?: string;
  json?: boolean;
  stream: boolean;
}

interface Sample {
  cpuMicroseconds: number;
  hostMemory: number;
  memory: number;
  memoryLimit: number;
  tasks: number;
}

const COLUMNS = ['ID', 'Name', 'CPUPerc', 'MemUsage', 'MemPerc', 'HostMem', 'PIDs'] as const;
const TITLES: Record<string, string> = {
  ID: 'CONTAINER ID',
  CPUPerc: 'CPU %',
  MemUsage: 'MEM USAGE / LIMIT',
  MemPerc: 'MEM %',
  HostMem: 'HOST MEM',
};
const EVERY_MS = 1000;
const FIRST_MS = 200;
/** Of a box without one: its address space. */
const NO_LIMIT = 2 ** 32;

export function main(args: string[]): Promise<number> {
  const command = newCommand('stats', 'Show what boxes use; HOST MEM is what their processes on this machine use.', [
    'wbx stats --no-stream',
    'wbx stats --no-stream --format json web',
  ])
    .argument('[box...]', 'names or ids; all that run when there are none')
    .option('-a, --all', 'accepted: boxes that do not run use nothing')
    .option('--format <template>', 'json, table, or a Go template')
    .option('--json', 'the same as --format json')
    .option('--no-stream', 'once')
    .action(async (names: string[], flags: StatsFlags) => {
      let before = await sampleAll(names);
      await setTimeout(FIRST_MS);
      for (;;) {
        const now = await sampleAll(names);
        if (flags.stream && process.stdout.isTTY) process.stdout.write('\x1b[H\x1b[J');
        for (const line of lines(rows(before, now), flags)) console.log(line);
        if (!flags.stream) return;
        before = now;
        await setTimeout(EVERY_MS);
      }
    });
  return runCommand(command, args);
}

type Samples = Map<string, { box: KnownBox; sample: Sample; at: number }>;

async function sampleAll(names: string[]): Promise<Samples> {
  const boxes = new Boxes();
  const wanted =
    names.length > 0 ? names.map((name) => boxes.find(name)) : boxes.list().filter(({ state }) => isAlive(state));
  const samples: Samples = new Map();
  for (const box of wanted) {
    try {
      const sample = (await ask(box, { op: 'stats' })) as Sample;
      samples.set(box.record.id, { box, sample, at: Date.now() });
    } catch (error) {
      // One that has ended meanwhile is left out, unless it was asked for.
      if (names.length > 0 || !(error instanceof WbxError)) throw error;
    }
  }
  return samples;
}

function rows(before: Samples, now: Samples) {
  return [...now].map(([id, { box, sample, at }]) => {
    const last = before.get(id);
    const used = last ? (sample.cpuMicroseconds - last.sample.cpuMicroseconds) / 1000 / Math.max(1, at - last.at) : 0;
    const limit = sample.memoryLimit || NO_LIMIT;
    return {
      ID: id.slice(0, SHORT_ID),
      Name: box.record.name,
      CPUPerc: `${(used * 100).toFixed(2)}%`,
      MemUsage: `${binarySize(sample.memory)} / ${binarySize(limit)}`,
      MemPerc: `${((sample.memory / limit) * 100).toFixed(2)}%`,
      HostMem: binarySize(sample.hostMemory),
      PIDs: String(sample.tasks),
    };
  });
}

function lines(all: ReturnType<typeof rows>, { format, json }: StatsFlags): string[] {
  const template = json ? 'json' : format;
  if (template !== undefined && template !== 'table') return formatLines(template, all, TITLES);
  return formatTable(
    COLUMNS.map((name) => TITLES[name] ?? name.toUpperCase()),
    all.map((row) => COLUMNS.map((name) => row[name])),
  );
}

/** As docker stats: powers of 1024. */
function binarySize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(4))}${units[power]}`;
}
