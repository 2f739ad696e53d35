// Stands between a client and a registry: counts requests, and breaks connections as it is told.
import { type IncomingMessage, createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';

/** How many bytes of a body to let through before the connection is cut; undefined: all of them. */
export type Cut = (method: string, path: string) => number | undefined;

export class RegistryProxy {
  /** `GET /v2/...` of every request. */
  readonly requests: string[] = [];
  cutRequest: Cut = () => undefined;
  cutResponse: Cut = () => undefined;
  readonly #server: Server;
  readonly #target: string;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((incoming, response) => this.#pass(incoming, response));
  }

  static async start(target: string): Promise<RegistryProxy> {
    const proxy = new RegistryProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests of blobs' contents. */
  get blobs(): string[] {
    return this.requests.filter((each) => /^GET .*\/blobs\/sha256/.test(each));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = incoming;
    this.requests.push(`${method} ${url}`);
    const [host, port] = this.#target.split(':');
    const outgoing = request({ host, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(cutAfter(this.cutResponse(method, url), () => incoming.socket.destroy())).pipe(response);
    });
    outgoing.on('error', () => incoming.socket.destroy());
    incoming.on('error', () => outgoing.destroy());
    const cut = cutAfter(this.cutRequest(method, url), () => {
      outgoing.destroy();
      incoming.socket.destroy();
    });
    incoming.pipe(cut).pipe(outgoing);
  }
}

/** Lets so many bytes through, then calls `cut` and swallows the rest. */
function cutAfter(bytes: number | undefined, cut: () => void): Transform {
  let left = bytes ?? Number.POSITIVE_INFINITY;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      const passed = piece.subarray(0, Math.max(0, left));
      left -= piece.length;
      if (passed.length > 0) this.push(passed);
      // What was let through is to arrive before the connection ends.
      if (left <= 0 && bytes !== undefined) setTimeout(cut, 50);
      else done();
    },
  });
}
