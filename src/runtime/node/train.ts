// Runs a box to find out what gets hot in it, so that the translations can be baked in (src/translate/ahead).
// Invariant: the same box and commands make the same translations: the run is deterministic, and so are the moments at
// which the translator looks.
import { deterministicStart } from '../../box/deterministic.ts';
import type { BakedCode } from '../../box/link.ts';
import type { Section } from '../../box/wasm.ts';
import { WbxError } from '../../errors.ts';
import { bake } from '../../translate/ahead/bake.ts';
import { Training } from '../../translate/ahead/training.ts';
import type { ByteSink } from '../streams.ts';
import { runBox } from './run.ts';
import type { Runnable } from './runnable.ts';

export interface TrainingPlan {
  /** Each by the image's shell, or a JSON array of words, as RUN and CMD take them. */
  commands: string[];
  /** Bytes of translated code at most. */
  maxBytes?: number;
  /** What the commands print, and how they end. */
  output: ByteSink;
}

export interface Trained {
  bake: (kernel: Section[]) => BakedCode;
  regions: number;
}

/** Less than for a running box: what is baked in costs nothing while it runs. */
const THRESHOLD = 400;
/** Guest instructions between two looks at what is hot. */
const SLICE = 2_000_000;
/** Of wasm: V8 needs about 1 ms to look at 1 MB of it at the start, wasmtime a second to compile it. */
const MAX_BYTES = 4 << 20;
const HIGHEST_LEVEL = 3;

export async function train(
  runnable: Runnable,
  { commands, maxBytes = MAX_BYTES, output }: TrainingPlan,
): Promise<Trained> {
  const training = new Training();
  let level = HIGHEST_LEVEL;
  for (const command of commands) {
    const boot = await runnable.bootOptions({ entrypoint: wordsOf(command) });
    level = boot.cpuLevel || HIGHEST_LEVEL;
    const { status } = await runBox({
      ...runnable,
      boot: { ...boot, ...deterministicStart(0) },
      deterministic: true,
      translate: { threshold: THRESHOLD, synchronous: true, store: training },
      fuel: { amount: SLICE, spent: () => {} },
      stdin: null,
      stdout: output,
      stderr: output,
    });
    if (status !== 0) output.write(Buffer.from(`the training "${command}" ended with status ${status}\n`));
  }
  const regions = training.regions(maxBytes);
  return { bake: bake(regions, HIGHEST_LEVEL - level), regions: regions.length };
}

function wordsOf(command: string): string[] {
  if (!command.startsWith('[')) return ['/bin/sh', '-c', command];
  try {
    const words: unknown = JSON.parse(command);
    if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')) return words;
  } catch {
    // the sentence says it
  }
  throw new WbxError('BAD_ARGUMENT', `--train ${command}: write a command for the shell, or a JSON array of words`);
}
