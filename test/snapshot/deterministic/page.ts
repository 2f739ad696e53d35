// A deterministic run in a page: `?request=REQUEST` of the box /box.wasm; the result is posted to /result.
import { openBox } from '../../../src/box/inspect.ts';
import { scheduler } from '../../../src/runtime/browser/scheduler.ts';
import { openSource } from '../../../src/runtime/browser/source.ts';
import { deterministicRun, type RunRequest } from './run.ts';

async function run(): Promise<unknown> {
  try {
    const request = JSON.parse(new URLSearchParams(location.search).get('request')!) as RunRequest;
    const file = await openBox(await openSource(new URL('/box.wasm', location.href)), 'box');
    return await deterministicRun(file, scheduler, request);
  } catch (error) {
    return { error: String((error as Error).stack ?? error) };
  }
}

await fetch('/result', { method: 'POST', body: JSON.stringify(await run()) });
