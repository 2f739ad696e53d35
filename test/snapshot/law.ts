// The law of snapshots: run = run + snapshot + restore + run. A program runs once without a break, then in a chain of boxes:
// each is saved at a random point, thrown away, and the next goes on from its bytes.
import { CLOCK_CONTINUE } from '../../abi/host.ts';
import { bootBlock } from '../../src/box/boot-block.ts';
import { deterministicStart } from '../../src/box/deterministic.ts';
import { Box, type BoxExit, type BoxOptions } from '../../src/runtime/box.ts';
import type { Gauge } from '../../src/runtime/fuel.ts';
import { hostFlags } from '../../src/runtime/host-flags.ts';
import { kernelModule } from '../../src/runtime/node/engine.ts';
import type { Runnable } from '../../src/runtime/node/runnable.ts';
import { scheduler } from '../../src/runtime/node/scheduler.ts';
import { blocksOf, type Moment, momentOf } from '../../src/snapshot/moment.ts';
import { decodeState, encodeState } from '../../src/snapshot/state.ts';
import { checkFrameTable } from './frame-table.ts';

/** Instructions of one resume at most where pauses may fall anywhere. */
const MOST_FUEL = 60_000;

/** Every how many breaks the memory goes through its compressed bytes, which takes most of the time. */
const BYTES_EACH = 5;

export interface LawProgram {
  box: Runnable;
  command: string[];
  /** Real clocks: pauses fall between any two instructions, only the output must be the same. */
  realClock?: boolean;
}

export interface LawResult {
  output: string;
  status: number;
  /** Guest instructions: the same only when nothing but the breaks differs. */
  instructions: number | undefined;
  breaks: number;
  /** Of all boxes together. */
  resumes: number;
}

/** Numerical Recipes' generator: a failure can be repeated. */
export function randomOf(seed: number): (below: number) => number {
  // Seeds that are close begin far from each other.
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

class Break extends Error {}

/** Saves the box before the resume that follows `resumes` ones, and ends it there. */
class BreakingGauge implements Gauge {
  box: Box | undefined;
  saved: Moment | undefined;
  resumes = 0;
  #left: number;
  readonly #random: (below: number) => number;
  readonly #most: number;

  constructor(resumes: number, most: number, random: (below: number) => number) {
    this.#left = resumes;
    this.#most = most;
    this.#random = random;
  }

  get amount(): number {
    this.resumes++;
    if (this.#left-- > 0) return 1 + this.#random(this.#most);
    this.saved = this.box!.save();
    throw new Break();
  }

  spent(): void {}
}

/** Runs the program with up to `breaks` breaks, as many as it is long enough for, about `spacing` resumes apart. */
export async function runBroken(
  program: LawProgram,
  breaks: number,
  spacing: number,
  seed: number,
): Promise<LawResult> {
  const random = randomOf(seed);
  const output: Buffer[] = [];
  let state: Moment | undefined;
  let count = 0;
  for (let done = 0; ; done++) {
    const resumes = done < breaks ? 1 + random(spacing) : Number.POSITIVE_INFINITY;
    const gauge = new BreakingGauge(resumes, program.realClock ? MOST_FUEL : 1, random);
    gauge.box = new Box({ ...(await startOf(program, state)), ...streamsTo(output), fuel: gauge });
    try {
      const exit = await gauge.box.run();
      return resultOf(program, exit, output, { breaks: done, resumes: count + gauge.resumes });
    } catch (error) {
      if (!(error instanceof Break)) throw error;
    }
    count += gauge.resumes;
    checkFrameTable(gauge.saved!);
    state = random(BYTES_EACH) === 0 ? momentOf(decodeState(encodeState(blocksOf(gauge.saved!)))) : gauge.saved;
  }
}

async function startOf({ box, command, realClock }: LawProgram, state: Moment | undefined): Promise<BoxOptions> {
  const engine = box.engine ?? (await kernelModule());
  const common = { engine, scheduler, image: box.image };
  const flags = hostFlags({ stdin: false, deterministic: !realClock });
  if (state) return { ...common, state: { memory: state, hostFlags: flags, clock: CLOCK_CONTINUE } };
  const boot = { ...(await box.bootOptions({ command })), ...deterministicStart(1) };
  return { ...common, boot: bootBlock(boot, box.layout, flags) };
}

function streamsTo(output: Buffer[]): Pick<BoxOptions, 'stdout' | 'stderr'> {
  const sink = { write: (bytes: Uint8Array) => output.push(Buffer.from(bytes)) && bytes.length };
  return { stdout: sink, stderr: sink };
}

function resultOf(
  program: LawProgram,
  exit: BoxExit,
  output: Buffer[],
  counts: Pick<LawResult, 'breaks' | 'resumes'>,
): LawResult {
  const { status, instructions } = exit;
  const text = Buffer.concat(output).toString();
  return { output: text, status, instructions: program.realClock ? undefined : instructions, ...counts };
}
