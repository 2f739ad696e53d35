// `npm run bench [WORKLOAD...]`: measures, prints beside what we aim for, and writes bench/results/latest.json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { writeBox } from '../src/box/box-file.ts';
import { imageOf } from '../src/box/image-writer.ts';
import { contentOf, insert, newInode, newRootfs, S_IFREG } from '../src/image/rootfs.ts';
import { kernelBytes } from '../src/runtime/node/engine.ts';
import { programsBox } from './in-box.ts';
import { median } from './measure.ts';
import { compilePrograms } from './programs.ts';
import { measureRows, ROW_PROGRAMS, type RowResult } from './rows.ts';
import { measureSizes, type SizeResult } from './sizes.ts';
import { measureSpeed, type SpeedResult } from './speed.ts';
import { measureStart, type StartResult } from './start.ts';
import { WORKLOADS } from './workloads.ts';

const ROUNDS = 5;
const ROW_ROUNDS = 3;
const HELLO_BOX = 'build/bench/hello.wasm';

async function main(wanted: string[]): Promise<void> {
  const loads = WORKLOADS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const rowPrograms = ROW_PROGRAMS.filter((name) => wanted.length === 0 || wanted.includes(name));
  const programs = compilePrograms([...WORKLOADS.map(({ name }) => name), ...ROW_PROGRAMS, 'nothing', 'hello']);
  const box = programsBox();
  const speed: SpeedResult[] = [];
  for (const load of loads) {
    const result = await measureSpeed(box, programs.get(load.name)!, load, ROUNDS);
    speed.push(result);
    printSpeed(result);
  }
  const rows: RowResult[] = [];
  for (const name of rowPrograms) {
    const results = await measureRows(box, name, programs.get(name)!, ROW_ROUNDS);
    rows.push(...results);
    for (const result of results) printRow(result);
  }
  if (wanted.length > 0) return;
  linkHello(programs.get('hello')!);
  const start = await measureStart(box, HELLO_BOX, ROUNDS);
  const sizes = await measureSizes(HELLO_BOX);
  printFigures(speed, start, sizes);
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/latest.json', `${JSON.stringify({ machine, speed, rows, start, sizes }, null, 2)}\n`);
}

function linkHello(program: string): void {
  const rootfs = newRootfs();
  insert(rootfs, 'bin/hello', newInode(S_IFREG | 0o755, { content: contentOf(readFileSync(program)) }));
  const config = Buffer.from('{"config":{"Cmd":["/bin/hello"]}}');
  writeBox(HELLO_BOX, { kernel: kernelBytes(), image: imageOf(rootfs), boot: { argv: ['/bin/hello'] }, config });
}

function printSpeed({ name, nanoseconds, boxToNative, boxToQemu, instructionsPerSecond }: SpeedResult): void {
  const ms = (engine: string) => `${(nanoseconds[engine] / 1e6).toFixed(1).padStart(9)} ms`;
  const engines = Object.keys(nanoseconds).map((engine) => `${engine} ${ms(engine)}`);
  const ratios = `box/native ${boxToNative.toFixed(1)}x${boxToQemu ? `, box/qemu ${boxToQemu.toFixed(1)}x` : ''}`;
  console.log(`${name.padEnd(8)} ${engines.join('  ')}  ${ratios}  ${(instructionsPerSecond / 1e6).toFixed(0)} M/s`);
}

function printRow({ name, native, box, boxToNative }: RowResult): void {
  const microseconds = (value: number) => `${(value / 1000).toFixed(2).padStart(9)} µs`;
  console.log(
    `${name.padEnd(30)} native ${microseconds(native)}  box ${microseconds(box)}  ${boxToNative.toFixed(2)}x`,
  );
}

function printFigures(speed: SpeedResult[], start: StartResult, sizes: SizeResult): void {
  const perOperation = (name: string) => speed.find((result) => result.name === name)?.perOperation ?? Number.NaN;
  const rates = speed.filter(({ perOperation }) => perOperation === undefined);
  const rows: [figure: string, value: number, unit: string, aim: string][] = [
    ['interpreter', median(rates.map((r) => r.instructionsPerSecond)) / 1e6, 'M instructions/s', '> 100'],
    ['hello, in process', start.inProcess, 'ms', '< 10'],
    ['hello, command over bare node', start.commandOverNode, 'ms', '< 60'],
    ['engine, gzipped', sizes.engineGzipped / 1000, 'KB', '< 400'],
    ['box over its compressed files', sizes.boxOverhead / 1000, 'KB', '< 500'],
    ['memory of hello over bare node', start.memoryOverNode / 1e6, 'MB', '< 60'],
    ['getpid', perOperation('getpid'), 'ns', '< 150'],
    ['fork + exec + wait', perOperation('spawn') / 1e6, 'ms', '< 3'],
  ];
  for (const [figure, value, unit, aim] of rows) {
    console.log(`${figure.padEnd(32)} ${value.toFixed(1).padStart(9)} ${unit} (aim ${aim})`);
  }
}

await main(process.argv.slice(2));
