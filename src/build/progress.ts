// Progress in the form of BuildKit's plain mode: `#3 [build 2/4] RUN make`, output lines behind the seconds since the step
// began, then DONE, CACHED or ERROR.

export interface ProgressSink {
  write(text: string): void;
}

export class Progress {
  readonly #sink: ProgressSink;
  #count = 0;

  constructor(sink: ProgressSink) {
    this.#sink = sink;
  }

  /** Lines that belong to no step. */
  note(text: string): void {
    this.#sink.write(text);
  }

  /** Begins a step; `title` is all that follows the number. */
  step(title: string): StepProgress {
    const number = ++this.#count;
    if (number > 1) this.#sink.write('\n');
    this.#sink.write(`#${number} ${title}\n`);
    return new StepProgress(this.#sink, number);
  }
}

export class StepProgress {
  readonly #sink: ProgressSink;
  readonly #number: number;
  readonly #start = performance.now();
  readonly #decoder = new TextDecoder();
  #line = '';

  constructor(sink: ProgressSink, number: number) {
    this.#sink = sink;
    this.#number = number;
  }

  /** Output of a program; lines are printed when they are whole. */
  output(bytes: Uint8Array): void {
    const lines = (this.#line + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#print(`${this.#seconds(3)} ${line.replace(/\r$/, '')}`);
  }

  done(): void {
    this.#flush();
    this.#print(`DONE ${this.#seconds(1)}s`);
  }

  cached(): void {
    this.#print('CACHED');
  }

  error(sentence: string): void {
    this.#flush();
    this.#print(`ERROR: ${sentence}`);
  }

  #flush(): void {
    if (this.#line !== '') this.output(new TextEncoder().encode('\n'));
  }

  #print(text: string): void {
    this.#sink.write(`#${this.#number} ${text}\n`);
  }

  #seconds(digits: number): string {
    return ((performance.now() - this.#start) / 1000).toFixed(digits);
  }
}
