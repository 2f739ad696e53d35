// Runs the box /box.wasm on the main thread of a page, shows what it prints, and posts what was seen to /result.
import { startBox } from '../../../src/runtime/browser/run.ts';
import type { BoxSource } from '../../../src/runtime/browser/source.ts';

/** What the page tells the test. */
export interface PageResult {
  status?: number;
  stdout: string;
  stderr: string;
  error?: string;
  crossOriginIsolated: boolean;
  /** Longest time the page's event loop was held, in milliseconds. */
  longestTask: number;
  milliseconds: number;
}

const BOX_URL = new URL('/box.wasm', location.href);

async function source(kind: string | null): Promise<BoxSource> {
  if (kind === 'blob') return (await fetch(BOX_URL)).blob();
  if (kind === 'bytes') return new Uint8Array(await (await fetch(BOX_URL)).arrayBuffer());
  return BOX_URL;
}

/** Measures how long other work of the page has to wait. */
function watchEventLoop(): () => number {
  const { port1, port2 } = new MessageChannel();
  let last = performance.now();
  let longest = 0;
  port1.onmessage = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    port2.postMessage(0);
  };
  port2.postMessage(0);
  return () => {
    port1.close();
    return longest;
  };
}

async function run(): Promise<PageResult> {
  const output = { stdout: '', stderr: '' };
  const show = (name: 'stdout' | 'stderr') => {
    const decoder = new TextDecoder();
    return (bytes: Uint8Array) => {
      const text = decoder.decode(bytes, { stream: true });
      output[name] += text;
      document.querySelector('#output')!.append(text);
    };
  };
  const query = new URLSearchParams(location.search);
  const start = performance.now();
  const result = { crossOriginIsolated, longestTask: 0, milliseconds: 0 };
  try {
    const box = await source(query.get('source'));
    const longestTask = watchEventLoop();
    const command = query.has('command') ? query.getAll('command') : undefined;
    const running = await startBox({ box, command, stdout: show('stdout'), stderr: show('stderr') });
    const { status } = await running.exit;
    return { ...result, ...output, status, longestTask: longestTask(), milliseconds: performance.now() - start };
  } catch (error) {
    return { ...result, ...output, error: String((error as Error).stack ?? error) };
  }
}

await fetch('/result', { method: 'POST', body: JSON.stringify(await run()) });
