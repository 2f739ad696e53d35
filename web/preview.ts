// The service worker: requests below preview/PORT/ go to the page that shows the box, which speaks HTTP with its program.
// Invariant: what is outside of preview/ is left to the browser; no page, no answer from the box.
import type { Answer, PreviewRequest, PreviewResponse } from './protocol.ts';

/** The parts of the service worker's global scope that are used here; the DOM's types do not have them. */
interface ServiceWorkerScope {
  registration: { scope: string };
  clients: {
    claim(): Promise<void>;
    matchAll(options: object): Promise<{ url: string; postMessage(m: unknown, t: Transferable[]): void }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: ServiceWorkerEvent) => void): void;
}
interface ServiceWorkerEvent extends Event {
  request: Request;
  waitUntil(promise: Promise<unknown>): void;
  respondWith(response: Promise<Response>): void;
}

const scope = self as unknown as ServiceWorkerScope;
const PREVIEW = /^preview\/([1-9]\d{0,4})(\/.*)$/;
const TIMEOUT_MS = 60_000;

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const base = scope.registration.scope;
  const inside = placeOf(request, base);
  if (!inside?.startsWith('preview/')) return;
  const [, port, path] = PREVIEW.exec(inside) ?? [];
  if (port === undefined || Number(port) > 65535) event.respondWith(Promise.resolve(plain(404, 'no such port')));
  // What a frame shows next stays a preview, with the address of one.
  else if (request.mode === 'navigate' && !request.url.startsWith(`${base}preview/`))
    event.respondWith(Promise.resolve(Response.redirect(`${base}${inside}`, 307)));
  else event.respondWith(answer(request, Number(port), path));
});

/** Below the site. An absolute path that a previewed page asks for, or leads to, is one of its server, not of ours. */
function placeOf({ url, referrer }: Request, base: string): string | undefined {
  const plainUrl = url.replace(/#.*$/s, '');
  if (plainUrl.startsWith(`${base}preview/`)) return plainUrl.slice(base.length);
  const from = referrer.startsWith(base) ? /^preview\/\d+/.exec(referrer.slice(base.length)) : null;
  const { origin, pathname, search } = new URL(plainUrl);
  if (!from || origin !== new URL(base).origin) return undefined;
  return `${from[0]}${pathname}${search}`;
}

async function answer(request: Request, port: number, path: string): Promise<Response> {
  const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : await request.arrayBuffer();
  try {
    const {
      status,
      statusText,
      headers,
      body: bytes,
    } = await ask({
      port,
      method: request.method,
      path,
      headers: [...request.headers],
      body,
    });
    const empty = status === 204 || status === 205 || status === 304;
    return new Response(empty ? null : bytes, { status, statusText, headers });
  } catch (error) {
    return plain(502, (error as Error).message);
  }
}

async function ask(request: PreviewRequest): Promise<PreviewResponse> {
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = windows.find(({ url }) => !url.slice(scope.registration.scope.length).startsWith('preview/'));
  if (!page) throw new Error('the page of the box is closed');
  const { port1, port2 } = new MessageChannel();
  const reply = new Promise<Answer<PreviewResponse>>((resolve) => {
    port1.onmessage = ({ data }) => resolve(data as Answer<PreviewResponse>);
    setTimeout(() => resolve({ error: 'the program in the box does not answer' }), TIMEOUT_MS);
  });
  page.postMessage(request, [port2]);
  const answered = await reply;
  port1.close();
  if ('error' in answered) throw new Error(answered.error);
  return answered.value;
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
