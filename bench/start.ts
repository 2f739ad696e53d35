// What starting costs: a hello world in a warm process and as a command, beside a bare Node, in time and memory.
import { spawnSync } from 'node:child_process';
import type { Runnable } from '../src/runtime/node/runnable.ts';
import { runInBox } from './in-box.ts';
import { interleave, median } from './measure.ts';

export interface StartResult {
  /** Milliseconds from boot to exit in this process, with a compiled engine. */
  inProcess: number;
  /** Milliseconds of `wbx run` beyond `node -e 0`. */
  commandOverNode: number;
  bareNode: number;
  /** Bytes of peak resident memory of `wbx run` beyond `node -e 0`. */
  memoryOverNode: number;
}

interface Sample {
  milliseconds: number;
  rss: number;
}

const REPORT_RSS = ['--import', `${import.meta.dirname}/report-rss.js`];

export async function measureStart(box: Runnable, boxFile: string, rounds: number): Promise<StartResult> {
  const warm: number[] = [];
  for (let i = 0; i < rounds * 4; i++) warm.push((await runInBox(box, ['/bin/hello'])).milliseconds);
  const samples = await interleave<Sample>(
    [
      { name: 'bare', run: () => runNode(['-e', '0']) },
      { name: 'command', run: () => runNode(['dist/bin/wbx.cjs', 'run', boxFile]) },
    ],
    rounds,
  );
  const of = (name: string, field: keyof Sample) => median(samples.get(name)!.map((sample) => sample[field]));
  return {
    inProcess: median(warm.slice(rounds)),
    commandOverNode: of('command', 'milliseconds') - of('bare', 'milliseconds'),
    bareNode: of('bare', 'milliseconds'),
    memoryOverNode: of('command', 'rss') - of('bare', 'rss'),
  };
}

function runNode(args: string[]): Sample {
  const start = performance.now();
  const result = spawnSync(process.execPath, [...REPORT_RSS, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  if (result.status !== 0) throw new Error(`${args.join(' ')}: status ${result.status}: ${result.stderr}`);
  return { milliseconds: performance.now() - start, rss: Number(result.output[3]) };
}
