// Serves a page, the compiled sources and a box, and takes the page's result. Sends no COOP or COEP headers.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { PageResult } from './page.ts';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

export class PageServer<Result = PageResult> {
  readonly #box: string;
  readonly #server: Server;
  /** Settles when a page posts its result. */
  readonly result: Promise<Result>;

  constructor(box: string) {
    this.#box = box;
    let settle = (_: Result) => {};
    this.result = new Promise((resolve) => {
      settle = resolve;
    });
    this.#server = createServer((request, response) => {
      if (request.method === 'POST') receive(request, response, settle);
      else this.#serve(request, response);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url!, 'http://page');
    if (pathname === '/box.wasm') {
      sendRange(this.#box, request.headers.range, response);
      return;
    }
    const path = pathname === '/' ? 'test/e2e/browser/page.html' : normalize(join('.', pathname));
    try {
      const content = readFileSync(path);
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  }
}

function receive<Result>(request: IncomingMessage, response: ServerResponse, settle: (result: Result) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.end();
    settle(JSON.parse(Buffer.concat(chunks).toString()) as Result);
  });
}

function sendRange(path: string, range: string | undefined, response: ServerResponse): void {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
    const first = match ? Number(match[1]) : 0;
    const last = match ? Math.min(size - 1, Number(match[2])) : size - 1;
    const bytes = Buffer.alloc(last - first + 1);
    for (let done = 0; done < bytes.length; ) done += readSync(fd, bytes, done, bytes.length - done, first + done);
    const headers = { 'Content-Type': 'application/wasm', 'Content-Length': bytes.length };
    if (match) response.writeHead(206, { ...headers, 'Content-Range': `bytes ${first}-${last}/${size}` });
    else response.writeHead(200, headers);
    response.end(bytes);
  } finally {
    closeSync(fd);
  }
}
