// Shows what a pull or a push does: on a terminal one line a layer with a bar, elsewhere a line for each new state, in
// Docker's words.
import type { Digest } from '../image/digest.ts';
import { shortHex } from '../image/digest.ts';
import type { LayerState, Progress } from '../image/registry/progress.ts';
import { formatSize } from './table.ts';

const BAR = 30;
/** A terminal is not written to more often than this. */
const INTERVAL_MS = 100;
/** States that come many times, with a number that grows. */
const MOVING: LayerState[] = ['Downloading', 'Pushing'];

export function transferProgress(out: NodeJS.WriteStream, quiet = false): Progress {
  if (quiet) return { layer: () => {} };
  return out.isTTY ? new Bars(out) : new Lines(out);
}

class Lines implements Progress {
  readonly #out: NodeJS.WriteStream;
  readonly #states = new Map<Digest, LayerState>();

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  layer(digest: Digest, state: LayerState): void {
    if (MOVING.includes(state) || state === 'Extracting' || this.#states.get(digest) === state) return;
    this.#states.set(digest, state);
    this.#out.write(`${shortHex(digest)}: ${state}\n`);
  }
}

class Bars implements Progress {
  readonly #out: NodeJS.WriteStream;
  readonly #rows: Digest[] = [];
  readonly #drawn = new Map<Digest, number>();

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  layer(digest: Digest, state: LayerState, done?: number, total?: number): void {
    const now = performance.now();
    if (MOVING.includes(state) && done !== total && now - (this.#drawn.get(digest) ?? 0) < INTERVAL_MS) return;
    this.#drawn.set(digest, now);
    if (!this.#rows.includes(digest)) {
      this.#rows.push(digest);
      this.#out.write('\n');
    }
    const up = this.#rows.length - this.#rows.indexOf(digest);
    const bar = MOVING.includes(state) && total ? ` ${barOf(done ?? 0, total)}` : '';
    this.#out.write(`\x1b[${up}A\r\x1b[2K${shortHex(digest)}: ${state}${bar}\x1b[${up}B\r`);
  }
}

function barOf(done: number, total: number): string {
  const filled = Math.floor((BAR * done) / total);
  const bar = `${'='.repeat(filled)}>`.slice(0, BAR).padEnd(BAR);
  return `[${bar}] ${formatSize(done)}/${formatSize(total)}`;
}
