// One HTTP/1.1 exchange over a connection into the box: RFC 9112. Invariant: a response is bounded by BODY_MAX, and nothing of a
// request can end its head early.
import type { Connection } from '../src/index.browser.ts';
import type { PreviewRequest, PreviewResponse } from './protocol.ts';

const HEAD_MAX = 65536;
const BODY_MAX = 256 << 20;
/** Of the connection, not of the request; and what the browser decodes by itself does not reach us. */
const NOT_PASSED = /^(connection|host|keep-alive|te|trailer|transfer-encoding|upgrade|content-length)$/i;
const NO_BODY = new Set([101, 204, 205, 304]);

export async function exchange(connection: Connection, request: PreviewRequest): Promise<PreviewResponse> {
  const writer = connection.writable.getWriter();
  const sent = (async () => {
    await writer.write(new TextEncoder().encode(headOf(request)));
    if (request.body) await writer.write(new Uint8Array(request.body));
  })();
  sent.catch(() => {});
  const response = parseResponse(await readAll(connection.readable), request.method);
  writer.close().catch(() => {});
  return response;
}

function headOf({ port, method, path, headers, body }: PreviewRequest): string {
  const fields = headers.filter(([name]) => !NOT_PASSED.test(name)).map(([name, value]) => `${name}: ${value}`);
  const length = body ? [`content-length: ${body.byteLength}`] : [];
  const lines = [`${method} ${path} HTTP/1.1`, `host: localhost:${port}`, 'connection: close', ...length, ...fields];
  if (lines.some((line) => /[\r\n\0]/.test(line))) throw new Error('the request has a line break in its head');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

async function readAll(readable: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = readable.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > BODY_MAX + HEAD_MAX) throw new Error(`the response is larger than ${BODY_MAX} bytes`);
    parts.push(next.value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function parseResponse(bytes: Uint8Array<ArrayBuffer>, method: string): PreviewResponse {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_MAX));
  const end = head.indexOf('\r\n\r\n');
  const [statusLine, ...lines] = head.slice(0, Math.max(end, 0)).split('\r\n');
  const status = /^HTTP\/1\.[01] ([1-5]\d\d) ?(.*)$/.exec(statusLine);
  if (end < 0 || !status) throw new Error('what listens at this port does not speak HTTP');
  const rest = bytes.subarray(end + 4);
  if (status[1].startsWith('1')) return parseResponse(rest, method);
  const headers = lines.flatMap((line): [string, string][] => {
    const field = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    return field ? [[field[1].toLowerCase(), field[2]]] : [];
  });
  const empty = method === 'HEAD' || NO_BODY.has(Number(status[1]));
  const chunked = headers.some(([name, value]) => name === 'transfer-encoding' && /\bchunked$/i.test(value));
  const body = empty ? new Uint8Array(0) : chunked ? unchunk(rest) : rest;
  return { status: Number(status[1]), statusText: status[2], headers: headers.filter(([name]) => passes(name)), body };
}

function passes(name: string): boolean {
  return !NOT_PASSED.test(name) && name !== 'content-security-policy' && name !== 'x-frame-options';
}

function unchunk(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(bytes.length);
  let done = 0;
  for (let at = 0; ; ) {
    const line = new TextDecoder('latin1').decode(bytes.subarray(at, at + 64));
    const size = /^([\da-f]{1,8})[^\r\n]*\r\n/i.exec(line);
    const length = size ? Number.parseInt(size[1], 16) : 0;
    if (!size || at + size[0].length + length > bytes.length) throw new Error('the response is cut off');
    if (length === 0) return body.slice(0, done);
    at += size[0].length;
    body.set(bytes.subarray(at, at + length), done);
    done += length;
    at += length + 2;
  }
}
