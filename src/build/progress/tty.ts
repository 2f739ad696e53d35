// BuildKit's mode for terminals: one line a step with its time at the right, the last lines of the one that runs below it,
// all drawn over again in place. Invariant: no line is wider than the terminal, so that what is drawn can be counted.
import type { Outcome, ProgressSink, ProgressView, StepView } from './progress.ts';

const INTERVAL_MS = 100;
const LOG_LINES = 6;
const BLUE = '\x1b[34m';
const RED = '\x1b[31m';
const RESET = '\x1b[0m';
/** Of a terminal that does not say. */
const COLUMNS = 80;

interface Row extends StepView {
  outcome?: Outcome;
  seconds: number;
  log: string[];
}

export class TtyView implements ProgressView {
  readonly #sink: ProgressSink;
  readonly #start = performance.now();
  readonly #rows: Row[] = [];
  readonly #timer: NodeJS.Timeout;
  #drawn = 0;
  #drawnAt = 0;

  constructor(sink: ProgressSink) {
    this.#sink = sink;
    this.#timer = setInterval(() => this.#draw(), INTERVAL_MS);
    this.#timer.unref();
  }

  begin(step: StepView): void {
    this.#rows.push({ ...step, seconds: 0, log: [] });
    this.#draw();
  }

  line({ number }: StepView, _seconds: number, text: string): void {
    const { log } = this.#rows[number - 1];
    log.push(printable(text));
    if (log.length > LOG_LINES) log.shift();
    if (performance.now() - this.#drawnAt > INTERVAL_MS) this.#draw();
  }

  end({ number }: StepView, outcome: Outcome, seconds: number): void {
    Object.assign(this.#rows[number - 1], { outcome, seconds });
    this.#draw();
  }

  note(text: string): void {
    this.#draw();
    this.#drawn = 0;
    this.#sink.write(text);
  }

  close(): void {
    clearInterval(this.#timer);
    if (this.#drawn > 0) this.#draw();
  }

  #draw(): void {
    const width = (this.#sink.columns ?? COLUMNS) - 1;
    const done = this.#rows.filter(({ outcome }) => outcome).length;
    const state = done === this.#rows.length ? ' FINISHED' : '';
    const header = `[+] Building ${seconds(this.#start)}s (${done}/${this.#rows.length})${state}`;
    const lines = [header.slice(0, width), ...this.#rows.flatMap((row) => linesOf(row, width))];
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : '';
    this.#sink.write(`${up}\r\x1b[J${lines.join('\n')}\n`);
    this.#drawn = lines.length;
    this.#drawnAt = performance.now();
  }
}

function linesOf({ title, outcome, start, seconds: took, log }: Row, width: number): string[] {
  const time = `${outcome ? took.toFixed(1) : seconds(start)}s`;
  const mark = outcome && outcome !== 'DONE' ? `${outcome} ` : '';
  const text = ` => ${mark}${printable(title)}`.slice(0, width - time.length - 1).padEnd(width - time.length);
  const colour = outcome === 'ERROR' ? RED : outcome ? BLUE : '';
  const lines = outcome && outcome !== 'ERROR' ? [] : log.map((line) => ` => => # ${line}`.slice(0, width));
  return [`${colour}${text}${time}${colour && RESET}`, ...lines];
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

/** A program's output is no order to this terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}(\[[0-9;]*[A-Za-z])?/gu, ' ');
}
