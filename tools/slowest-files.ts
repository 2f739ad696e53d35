// A reporter for node --test: which files took longest, so that the suite stays short.
interface Event {
  type: string;
  data: { file?: string; nesting: number; details?: { duration_ms: number } };
}

const ROWS = 10;

export default async function* slowestFiles(events: AsyncIterable<Event>): AsyncGenerator<string> {
  const seconds = new Map<string, number>();
  for await (const { type, data } of events) {
    if (data.nesting !== 0 || !data.file || (type !== 'test:pass' && type !== 'test:fail')) continue;
    seconds.set(data.file, (seconds.get(data.file) ?? 0) + (data.details?.duration_ms ?? 0) / 1000);
  }
  const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, ROWS);
  yield 'Slowest files, in seconds of their tests:\n';
  for (const [file, total] of slowest)
    yield `${total.toFixed(0).padStart(6)} ${file.slice(file.indexOf('dist/') + 5)}\n`;
}
