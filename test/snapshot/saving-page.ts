// Saves the box /box.wasm in a page once it has printed a text: `?after=TEXT&command=WORD&command=...`; what it has printed, and the
// snapshot in base 64, are posted to /result.
import { start } from '../../src/index.browser.ts';

export interface SavingResult {
  stdout: string;
  snapshot: string;
}

async function run(): Promise<SavingResult> {
  const query = new URLSearchParams(location.search);
  const result = { stdout: '', snapshot: '' };
  let heard = () => {};
  const printed = new Promise<void>((resolve) => (heard = resolve));
  const decoder = new TextDecoder();
  const box = await start(new URL('/box.wasm', location.href), {
    command: query.getAll('command'),
    stdout: (bytes) => {
      result.stdout += decoder.decode(bytes, { stream: true });
      if (result.stdout.includes(query.get('after')!)) heard();
    },
  });
  await printed;
  const snapshot = box.snapshot();
  await box.stop();
  const bytes = new Uint8Array(await new Response(snapshot.toBox()).arrayBuffer());
  for (let at = 0; at < bytes.length; at += 3072) {
    result.snapshot += btoa(String.fromCharCode(...bytes.subarray(at, at + 3072)));
  }
  return result;
}

await fetch('/result', { method: 'POST', body: JSON.stringify(await run()) });
