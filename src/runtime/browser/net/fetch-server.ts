// Speaks HTTP/1.1 with a program of the box and asks for what it wants by fetch: RFC 9112. Invariant: a request goes to the server that
// the program has connected to, whatever its head says; nothing of the page - cookies, its address - goes with it.
import type { Connection } from '../../net/visitor.ts';
import { ByteReader } from './byte-reader.ts';

/** A request's body is sent when it is complete: browsers send streams over HTTP/2 alone. */
const BODY_MAX = 64 << 20;
const HEADERS_MAX = 200;
/** Of the connection, not of the request; and what would make browsers ask first (CORS) for nothing. */
const NOT_SENT =
  /^(host|connection|proxy-.*|keep-alive|te|trailer|transfer-encoding|upgrade|content-length|expect|accept-encoding|user-agent)$/;
/** Of the response that the browser got, not of what it makes of it. */
const NOT_PASSED = /^(connection|keep-alive|transfer-encoding|content-encoding|content-length)$/;

interface HttpRequest {
  method: string;
  path: string;
  version: string;
  headers: [string, string][];
}

/** Serves one connection to its end. `origin` is `scheme://host:port`. */
export async function serveByFetch(connection: Connection, origin: string): Promise<void> {
  const reader = new ByteReader(connection.readable);
  const writer = connection.writable.getWriter();
  try {
    for (let goesOn = true; goesOn; ) {
      const request = await readHead(reader);
      if (!request) break;
      goesOn = await exchange(reader, writer, request, origin);
    }
  } catch (error) {
    await writer.write(plain(400, 'Bad Request', `${(error as Error).message}`));
  }
  await writer.close();
  await reader.cancel();
}

/** Undefined at the end of the connection. */
async function readHead(reader: ByteReader): Promise<HttpRequest | undefined> {
  const first = await reader.line();
  if (first === undefined) return undefined;
  const [, method, target, version] = /^([A-Z]+) (\S+) HTTP\/(1\.[01])$/.exec(first) ?? [];
  if (!method)
    throw new Error('this page carries HTTP alone, and no TLS: ask for http:// instead of https://, or use a relay');
  const headers: [string, string][] = [];
  for (let line = await reader.line(); line; line = await reader.line()) {
    const field = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (!field || headers.length === HEADERS_MAX) throw new Error('the head of the request is malformed');
    headers.push([field[1].toLowerCase(), field[2]]);
  }
  const path = target.replace(/^https?:\/\/[^/]*/, '') || '/';
  // Put behind the server's name, anything else might make another name of it.
  if (!path.startsWith('/')) throw new Error('the target of the request is malformed');
  return { method, path, version, headers };
}

/** One request and its response; true = the connection goes on. */
async function exchange(
  reader: ByteReader,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  request: HttpRequest,
  origin: string,
): Promise<boolean> {
  const { method, version, headers } = request;
  const value = (name: string) => headers.find(([each]) => each === name)?.[1].toLowerCase();
  if (value('expect') === '100-continue') await writer.write(latin1('HTTP/1.1 100 Continue\r\n\r\n'));
  const body = await readBody(reader, value('transfer-encoding'), value('content-length'));
  const stays = version === '1.1' ? value('connection') !== 'close' : value('connection') === 'keep-alive';
  let response: Response;
  try {
    response = await fetch(`${origin}${request.path}`, {
      method,
      headers: headers.filter(([name]) => !NOT_SENT.test(name)),
      body: body.length > 0 ? body : undefined,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'manual',
    });
  } catch {
    return refuse(writer, refusal(`${origin}${request.path}`));
  }
  if (response.type === 'opaqueredirect') return refuse(writer, redirected(`${origin}${request.path}`));
  await respond(writer, response, { empty: method === 'HEAD', chunked: version === '1.1', stays });
  return stays && version === '1.1';
}

async function refuse(writer: WritableStreamDefaultWriter<Uint8Array>, why: string): Promise<false> {
  await writer.write(plain(502, 'Bad Gateway', why));
  return false;
}

/** A browser does not say where to, and follows to servers that no rule allows. */
function redirected(url: string): string {
  return `${url} is elsewhere, and a browser does not tell a page where: ask for the final address, or use a relay`;
}

function refusal(url: string): string {
  return (
    `the browser did not let this page read ${url}: nothing answers there, or the server does not allow other origins to ` +
    'read it (CORS: Access-Control-Allow-Origin). A relay reaches such servers: "wbx relay --help"'
  );
}

async function readBody(
  reader: ByteReader,
  encoding: string | undefined,
  length: string | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (encoding === undefined) return reader.exactly(checkedLength(length === undefined ? 0 : Number(length)));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const line = (await reader.line()) ?? '';
    const piece = /^[\da-f]{1,8}/i.test(line) ? Number.parseInt(line, 16) : Number.NaN;
    size = checkedLength(size + piece);
    if (piece === 0) break;
    parts.push(await reader.exactly(piece));
    await reader.line();
  }
  while (await reader.line()) {}
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function checkedLength(length: number): number {
  if (length >= 0 && length <= BODY_MAX) return length;
  throw new Error(`the body of the request is malformed or larger than ${BODY_MAX} bytes`);
}

async function respond(
  writer: WritableStreamDefaultWriter<Uint8Array>,
  response: Response,
  { empty, chunked, stays }: { empty: boolean; chunked: boolean; stays: boolean },
): Promise<void> {
  const noBody = empty || response.body === null || [204, 205, 304].includes(response.status);
  const lines = [...response.headers]
    .filter(([name]) => !NOT_PASSED.test(name))
    .map(([name, text]) => `${name}: ${text}`);
  const framing = noBody ? (empty ? [] : ['content-length: 0']) : chunked ? ['transfer-encoding: chunked'] : [];
  const status = `HTTP/1.1 ${response.status} ${response.statusText || 'OK'}`;
  const head = [status, ...lines, ...framing, `connection: ${stays && chunked ? 'keep-alive' : 'close'}`, '', ''];
  await writer.write(latin1(head.join('\r\n')));
  if (noBody) return void response.body?.cancel();
  const body = response.body!.getReader();
  for (let next = await body.read(); !next.done; next = await body.read()) {
    if (chunked) await writer.write(latin1(`${next.value.length.toString(16)}\r\n`));
    await writer.write(next.value);
    if (chunked) await writer.write(latin1('\r\n'));
  }
  if (chunked) await writer.write(latin1('0\r\n\r\n'));
}

function plain(status: number, reason: string, text: string): Uint8Array {
  const body = `wbx: ${text}\n`;
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: text/plain',
    `content-length: ${body.length}`,
    'connection: close',
  ];
  return latin1(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}
