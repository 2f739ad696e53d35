// Runs the box, away from the page's main thread. Invariant: one box at a time; sessions are snapshots in the origin's private
// file system (OPFS), a new one replaces the old when it is complete.
import { type NetworkPolicy, type RunningBox, start, type StartOptions } from '../src/index.browser.ts';
import { exchange } from './http.ts';
import type { Answer, News, Order } from './protocol.ts';

const SESSION = 'session.wasm';
const SCREEN = 'session.screen';
/** What the terminal has shown, kept for a session: enough for a screen and some scrolling back. */
const SCREEN_MAX = 100_000;

let box: RunningBox | undefined;
let keys: ReadableStreamDefaultController<Uint8Array>;
let screen: number[] = [];

function tell(news: News): void {
  postMessage(news);
}

function shown(bytes: Uint8Array, past = false): void {
  for (const byte of bytes) screen.push(byte);
  if (screen.length > 2 * SCREEN_MAX) screen = screen.slice(-SCREEN_MAX);
  tell({ news: 'output', bytes, past });
}

interface Place {
  columns: number;
  rows: number;
  network?: NetworkPolicy;
}

async function run(source: URL | Blob, { network, ...size }: Place, restored: boolean): Promise<void> {
  await box?.stop();
  const stdin = new ReadableStream<Uint8Array>({
    start: (controller) => {
      keys = controller;
    },
  });
  const options: StartOptions = {
    stdin,
    stdout: (bytes) => shown(bytes),
    stderr: (bytes) => shown(bytes),
    connectable: true,
  };
  const policy = network && { network };
  const running = await start(source, { ...options, tty: { columns: size.columns, rows: size.rows }, policy });
  box = running;
  running.resize(size.columns, size.rows);
  tell({ news: 'running', restored });
  running.exit.then(
    ({ status }) => box === running && tell({ news: 'ended', text: `the program has ended with status ${status}` }),
    (error: Error) => tell({ news: 'ended', text: error.message }),
  );
}

function running(): RunningBox {
  if (!box) throw new Error('no box runs yet');
  return box;
}

async function begin({ box: url, session, ...place }: Order & { op: 'start' }): Promise<void> {
  const saved = session ? await read(SESSION) : undefined;
  if (!saved) return run(new URL(url), place, false);
  const old = await read(SCREEN);
  if (old) shown(new Uint8Array(await old.arrayBuffer()), true);
  await run(saved, place, true);
}

async function read(name: string): Promise<File | undefined> {
  try {
    const directory = await navigator.storage.getDirectory();
    const file = await (await directory.getFileHandle(name)).getFile();
    return file.size > 0 ? file : undefined;
  } catch {
    return undefined;
  }
}

async function write(name: string, content: ReadableStream<Uint8Array>): Promise<void> {
  const directory = await navigator.storage.getDirectory();
  const handle = await directory.getFileHandle(name, { create: true });
  await content.pipeTo(await handle.createWritable());
}

async function save(): Promise<void> {
  const content = running().snapshot().toBox();
  const text = new Blob([new Uint8Array(screen.slice(-SCREEN_MAX))]).stream();
  await write(SESSION, content);
  await write(SCREEN, text);
}

async function toBlob(content: ReadableStream<Uint8Array>): Promise<Blob> {
  return new Response(content as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
}

async function download(path: string): Promise<Blob> {
  return new Blob([(await running().readFile(path)) as Uint8Array<ArrayBuffer>]);
}

async function obey(order: Order): Promise<unknown> {
  switch (order.op) {
    case 'start':
      return begin(order);
    case 'open':
      screen = [];
      return run(order.file, order, true);
    case 'input':
      return keys.enqueue(order.bytes);
    case 'resize':
      return box?.resize(order.columns, order.rows);
    case 'save':
      return save();
    case 'export':
      return toBlob(running().snapshot().toBox());
    case 'upload':
      return running().writeFile(order.path, new Uint8Array(await order.file.arrayBuffer()));
    case 'download':
      return download(order.path);
    case 'fetch':
      return exchange(await running().connect(order.request.port), order.request);
  }
}

addEventListener('message', async ({ data, ports }: MessageEvent<Order>) => {
  let answer: Answer<unknown>;
  try {
    answer = { value: await obey(data) };
  } catch (error) {
    answer = { error: (error as Error).message };
  }
  ports[0]?.postMessage(answer);
});
