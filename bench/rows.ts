// Programs that measure many operations of the kernel themselves and print a row for each, "name nanoseconds":
// the same binary on this machine's Linux and in a box, interleaved.
import { execFileSync } from 'node:child_process';
import type { Runnable } from '../src/runtime/node/runnable.ts';
import { runInBox } from './in-box.ts';
import { interleave, median } from './measure.ts';

export const ROW_PROGRAMS = ['latency', 'files'];

/** Medians of one operation. */
export interface RowResult {
  name: string;
  native: number;
  box: number;
  boxToNative: number;
}

type Rows = Map<string, number>;

export async function measureRows(box: Runnable, name: string, path: string, rounds: number): Promise<RowResult[]> {
  const samples = await interleave<Rows>(
    [
      { name: 'native', run: () => parse(execFileSync(path, { encoding: 'utf8' })) },
      { name: 'box', run: () => rowsInBox(box, name) },
    ],
    rounds,
  );
  const [native, boxed] = [samples.get('native')!, samples.get('box')!];
  return [...native[0].keys()].map((row) => {
    const of = (runs: Rows[]) => median(runs.map((rows) => rows.get(row) ?? missing(name, row)));
    const [a, b] = [of(native), of(boxed)];
    return { name: row, native: a, box: b, boxToNative: b / a };
  });
}

async function rowsInBox(box: Runnable, name: string): Promise<Rows> {
  const { stdout, status } = await runInBox(box, [`/bin/${name}`]);
  if (status !== 0) throw new Error(`${name}: status ${status} in the box: ${stdout}`);
  return parse(stdout);
}

/** "open + close 502.2" per line. */
function parse(stdout: string): Rows {
  const lines = stdout.trim().split('\n');
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

function missing(program: string, row: string): never {
  throw new Error(`${program}: no row "${row}" in the box`);
}
