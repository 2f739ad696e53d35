// What a build tells while it goes on: steps with numbers, lines of programs, how each ended. A view says how it looks.

export interface ProgressSink {
  write(text: string): unknown;
  /** Of a terminal. */
  columns?: number;
}

export type Outcome = 'DONE' | 'CACHED' | 'CANCELED' | 'ERROR';

export interface StepView {
  number: number;
  /** `[build 2/4] RUN make` */
  title: string;
  /** performance.now() when it began. */
  start: number;
}

/** Seconds count from the beginning of the step. */
export interface ProgressView {
  begin(step: StepView): void;
  line(step: StepView, seconds: number, text: string): void;
  /** `sentence` says why it is an ERROR. */
  end(step: StepView, outcome: Outcome, seconds: number, sentence?: string): void;
  /** Lines that belong to no step. */
  note(text: string): void;
  /** Nothing more comes. */
  close(): void;
}

/** Lines of a failed step that are shown again. */
const LAST_LINES = 20;

export class Progress {
  readonly #view: ProgressView;
  #count = 0;
  /** What the last failed step was and said. */
  failed: { title: string; lines: string[] } | undefined;

  constructor(view: ProgressView) {
    this.#view = view;
  }

  note(text: string): void {
    this.#view.note(text);
  }

  close(): void {
    this.#view.close();
  }

  /** Begins a step; `title` is all that follows the number. */
  step(title: string): StepProgress {
    const step = { number: ++this.#count, title, start: performance.now() };
    this.#view.begin(step);
    return new StepProgress(this.#view, step, (lines) => {
      this.failed = { title, lines };
    });
  }
}

export class StepProgress {
  readonly #view: ProgressView;
  readonly #step: StepView;
  readonly #onError: (lines: string[]) => void;
  readonly #decoder = new TextDecoder();
  readonly #last: string[] = [];
  #line = '';

  constructor(view: ProgressView, step: StepView, onError: (lines: string[]) => void) {
    this.#view = view;
    this.#step = step;
    this.#onError = onError;
  }

  /** Output of a program; lines are shown when they are whole. */
  output(bytes: Uint8Array): void {
    const lines = (this.#line + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#show(line.replace(/\r$/, ''));
  }

  done(): void {
    this.#flush();
    this.#view.end(this.#step, 'DONE', this.#seconds());
  }

  cached(): void {
    this.#view.end(this.#step, 'CACHED', 0);
  }

  /** Another stage has failed. */
  canceled(): void {
    this.#flush();
    this.#view.end(this.#step, 'CANCELED', this.#seconds());
  }

  error(sentence: string): void {
    this.#flush();
    this.#onError(this.#last);
    this.#view.end(this.#step, 'ERROR', this.#seconds(), sentence);
  }

  #show(line: string): void {
    const seconds = this.#seconds();
    this.#last.push(`${seconds.toFixed(3)} ${line}`);
    if (this.#last.length > LAST_LINES) this.#last.shift();
    this.#view.line(this.#step, seconds, line);
  }

  #flush(): void {
    if (this.#line !== '') this.output(new TextEncoder().encode('\n'));
  }

  #seconds(): number {
    return (performance.now() - this.#step.start) / 1000;
  }
}
