// BuildKit's plain mode: `#3 [build 2/4] RUN make`, output behind the seconds since the step began, then DONE, CACHED or ERROR.
import type { Outcome, ProgressSink, ProgressView, StepView } from './progress.ts';

export class PlainView implements ProgressView {
  readonly #sink: ProgressSink;

  constructor(sink: ProgressSink) {
    this.#sink = sink;
  }

  begin({ number, title }: StepView): void {
    this.#sink.write(`${number > 1 ? '\n' : ''}#${number} ${title}\n`);
  }

  line({ number }: StepView, seconds: number, text: string): void {
    this.#sink.write(`#${number} ${seconds.toFixed(3)} ${text}\n`);
  }

  end({ number }: StepView, outcome: Outcome, seconds: number, sentence?: string): void {
    const detail = { DONE: ` ${seconds.toFixed(1)}s`, CACHED: '', CANCELED: '', ERROR: `: ${sentence}` }[outcome];
    this.#sink.write(`#${number} ${outcome}${detail}\n`);
  }

  note(text: string): void {
    this.#sink.write(text);
  }

  close(): void {}
}
