// The page: a terminal, buttons, and the wires between the worker with the box and the service worker of previews.
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import type { Answer, News, Order, PageConfig, PreviewRequest } from './protocol.ts';

const BOX = new URL('box.wasm', location.href);

function element<E extends HTMLElement>(id: string): E {
  return document.querySelector<E>(`#${id}`)!;
}

const terminal = new Terminal({ cursorBlink: false, scrollback: 5000 });
const fit = new FitAddon();
const worker = new Worker('worker.js', { type: 'module' });
const status = element('status');
const progress = element<HTMLProgressElement>('progress');

/** Asks the worker; rejects with its sentence. */
function ask<T>(order: Order): Promise<T> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    port1.onmessage = ({ data }: MessageEvent<Answer<T>>) => {
      port1.close();
      if ('error' in data) reject(new Error(data.error));
      else resolve(data.value);
    };
    worker.postMessage(order, [port2]);
  });
}

/** Does something that a person has asked for and says how it went. */
async function attempt(doing: string, done: string, work: () => Promise<unknown>): Promise<void> {
  status.textContent = doing;
  progress.hidden = false;
  try {
    await work();
    status.textContent = done;
  } catch (error) {
    status.textContent = (error as Error).message;
  }
  progress.hidden = true;
}

/** Pieces of a session's past that the terminal has yet to show: its answers to what it finds there are not the box's to hear again. */
let replaying = 0;

function show(bytes: Uint8Array, past = false): void {
  if (!past) return terminal.write(bytes);
  replaying++;
  terminal.write(bytes, () => replaying--);
}

const size = () => ({ columns: terminal.cols, rows: terminal.rows });

async function config(): Promise<PageConfig> {
  return (await fetch(new URL('config.json', location.href))).json() as Promise<PageConfig>;
}

function startBox(session: boolean): Promise<void> {
  return attempt('loading', 'running', async () =>
    ask({ op: 'start', box: BOX.href, session, ...size(), ...(await config()) }),
  );
}

function offer(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function wireTerminal(): void {
  terminal.loadAddon(fit);
  terminal.open(element('terminal'));
  fit.fit();
  const encoder = new TextEncoder();
  terminal.onData((text) => {
    if (replaying === 0) worker.postMessage({ op: 'input', bytes: encoder.encode(text) } satisfies Order);
  });
  terminal.onBinary((text) => {
    worker.postMessage({ op: 'input', bytes: Uint8Array.from(text, (c) => c.charCodeAt(0)) } satisfies Order);
  });
  terminal.onResize(() => worker.postMessage({ op: 'resize', ...size() } satisfies Order));
  new ResizeObserver(() => fit.fit()).observe(element('terminal'));
  terminal.focus();
}

function hear({ data }: MessageEvent<News>): void {
  if (data.news === 'output') show(data.bytes, data.past);
  else if (data.news === 'running') status.textContent = data.restored ? 'session restored' : 'running';
  else if (data.news === 'ended') status.textContent = data.text;
}

function filesOf(id: string, use: (file: File) => Promise<void>): void {
  const input = element<HTMLInputElement>(id);
  input.addEventListener('change', async () => {
    for (const file of input.files ?? []) await use(file);
    input.value = '';
  });
}

function wireButtons(): void {
  const on = (id: string, act: () => Promise<void>) => element(id).addEventListener('click', () => void act());
  filesOf('upload', (file) =>
    attempt('uploading', `/tmp/${file.name} is there`, () => ask({ op: 'upload', file, path: `/tmp/${file.name}` })),
  );
  filesOf('import', (file) => {
    terminal.reset();
    return attempt('loading', 'session restored', async () =>
      ask({ op: 'open', file, ...size(), ...(await config()) }),
    );
  });
  on('download', async () => {
    const path = prompt('Which file of the box?', '/tmp/');
    if (!path) return;
    const name = path.replace(/^.*\//, '');
    await attempt('downloading', `${path} is saved`, async () =>
      offer(await ask<Blob>({ op: 'download', path }), name),
    );
  });
  on('save', () => attempt('saving', 'session saved', () => ask({ op: 'save' })));
  on('export', () => attempt('saving', 'saved', async () => offer(await ask<Blob>({ op: 'export' }), 'session.wasm')));
  on('forget', () => {
    terminal.reset();
    return startBox(false);
  });
}

function wirePreview(): void {
  void navigator.serviceWorker?.register('preview.js', { type: 'module' });
  navigator.serviceWorker?.addEventListener('message', ({ data, ports }: MessageEvent<PreviewRequest>) => {
    worker.postMessage({ op: 'fetch', request: data } satisfies Order, [ports[0]]);
  });
  element('preview').addEventListener('submit', async (event) => {
    event.preventDefault();
    await navigator.serviceWorker.ready;
    const frame = element<HTMLIFrameElement>('frame');
    frame.hidden = false;
    frame.src = `preview/${element<HTMLInputElement>('port').value}/`;
  });
}

worker.onmessage = hear;
wireTerminal();
wireButtons();
wirePreview();
void startBox(true);
