// BuildKit's rawjson mode: one SolveStatus a line, with vertexes and logs. A vertex's digest is made of its number and title.
import { digestOf } from '../../image/digest.ts';
import type { Outcome, ProgressSink, ProgressView, StepView } from './progress.ts';

const STDOUT = 1;

export class RawJsonView implements ProgressView {
  readonly #sink: ProgressSink;
  readonly #started = new Map<number, string>();

  constructor(sink: ProgressSink) {
    this.#sink = sink;
  }

  begin(step: StepView): void {
    this.#started.set(step.number, now());
    this.#write({ vertexes: [this.#vertex(step)] });
  }

  line(step: StepView, _seconds: number, text: string): void {
    const data = Buffer.from(`${text}\n`).toString('base64');
    this.#write({ logs: [{ vertex: digest(step), stream: STDOUT, data, timestamp: now() }] });
  }

  end(step: StepView, outcome: Outcome, _seconds: number, sentence?: string): void {
    const cached = outcome === 'CACHED' ? { cached: true } : {};
    const why = outcome === 'CANCELED' ? 'context canceled' : sentence;
    const error = why === undefined ? {} : { error: why };
    this.#write({ vertexes: [{ ...this.#vertex(step), completed: now(), ...cached, ...error }] });
  }

  note(text: string): void {
    const short = Buffer.from(text.trim()).toString('base64');
    this.#write({ warnings: [{ level: 1, short }] });
  }

  close(): void {}

  #vertex(step: StepView) {
    return { digest: digest(step), name: step.title, started: this.#started.get(step.number) };
  }

  #write(status: object): void {
    this.#sink.write(`${JSON.stringify(status)}\n`);
  }
}

function digest({ number, title }: StepView): string {
  return digestOf(`${number} ${title}`);
}

function now(): string {
  return new Date().toISOString();
}
