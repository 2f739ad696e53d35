// One deterministic run of a box, in whatever engine this is: what it prints, how it ends, and fingerprints of its memory on the
// way and at the end. Invariant: nothing here depends on the host.
import { bootBlock } from '../../../src/box/boot-block.ts';
import { overrideBoot } from '../../../src/box/boot-options.ts';
import { readBootOptions } from '../../../src/box/boot-reader.ts';
import { deterministicStart } from '../../../src/box/deterministic.ts';
import type { BoxFile } from '../../../src/box/inspect.ts';
import type { User } from '../../../src/image/users.ts';
import { Box, type Scheduler } from '../../../src/runtime/box.ts';
import type { Gauge } from '../../../src/runtime/fuel.ts';
import { hostFlags } from '../../../src/runtime/host-flags.ts';

export interface RunRequest {
  command: string[];
  seed: number;
  tier: 'interp' | 'jit';
}

export interface RunResult {
  status: number;
  instructions: number;
  systemCalls: number;
  text: string;
  /** Instructions and fingerprint, each time that the number of instructions has doubled. */
  marks: string[];
  memory: string;
  /** Regions that were translated: not the same in every run. */
  regions: number;
}

/** Low enough that every program has many regions, and that most are made while it runs. */
const THRESHOLD = 300;
const FIRST_MARK = 1_000_000;

/** Guest instructions: a few slices, which are never divided, so that the marks fall between the same two everywhere. */
const RESUME = 500_000;

class MarkingGauge implements Gauge {
  box: Box | undefined;
  readonly marks: string[] = [];
  #next = FIRST_MARK;

  get amount(): number {
    const { instructions } = this.box!;
    if (instructions >= this.#next) {
      this.marks.push(`${instructions} ${this.box!.guestFingerprint()}`);
      this.#next = 2 * instructions;
    }
    return RESUME;
  }

  spent(): void {}
}

function noUsers(): User {
  throw new Error('the box runs as the user that it was built for');
}

export async function deterministicRun(
  file: BoxFile,
  scheduler: Scheduler,
  { command, seed, tier }: RunRequest,
): Promise<RunResult> {
  const start = await overrideBoot(readBootOptions(file.boot), { command }, noUsers);
  const flags = hostFlags({ stdin: false, deterministic: true, interpret: tier === 'interp' });
  let text = '';
  const decoder = new TextDecoder();
  const sink = {
    write: (bytes: Uint8Array) => {
      text += decoder.decode(bytes, { stream: true });
      return bytes.length;
    },
  };
  const fuel = new MarkingGauge();
  const box = new Box({
    engine: await WebAssembly.compile(file.engine),
    scheduler,
    boot: bootBlock({ ...start, ...deterministicStart(seed) }, file.layout, flags),
    image: file.image,
    stdout: sink,
    stderr: sink,
    translate: tier === 'jit' ? { threshold: THRESHOLD, synchronous: true } : undefined,
    fuel,
  });
  fuel.box = box;
  const { status, instructions } = await box.run();
  return {
    status,
    instructions,
    systemCalls: box.counters.systemCalls,
    text,
    marks: fuel.marks,
    memory: box.guestFingerprint(),
    regions: box.regions,
  };
}
