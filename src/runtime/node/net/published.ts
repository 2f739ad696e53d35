// Ports of the host that lead into the box, as `docker run -p` publishes them.
// Invariant: clients on the host itself, and those of IPv6, show up as the gateway: the box has no other way to them.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { WbxError } from '../../../errors.ts';
import { formatAddress, isMapped, parseAddress } from '../../net/address.ts';
import type { Endpoint, FrameQueue } from '../../net/frames.ts';
import type { PublishedPort } from '../../net/port-spec.ts';

/** Clients of a published UDP port that are remembered, so that answers find their way back; the oldest are forgotten. */
const CLIENTS_MOST = 4096;

/** The peer that a box sees for a client. */
export function clientShown(address: string, port: number, gateway: Uint8Array): Endpoint {
  const bytes = parseAddress(address) ?? gateway;
  const known = isMapped(bytes) && bytes[12] !== 127;
  return { address: known ? bytes : gateway, port };
}

/** Listens for connections; resolves once it does, with the port. */
export async function publishTcp(port: PublishedPort, onClient: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, onClient);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(taken(port, error)));
    server.listen({ port: port.hostPort, host: port.hostAddress, backlog: 4096 }, resolve);
  });
  server.on('error', () => {});
  return server;
}

/** A UDP port of the host; answers go back to the client that the box names. */
export class PublishedUdp {
  readonly #socket: UdpSocket;
  readonly #clients = new Map<string, { address: string; port: number }>();

  private constructor(socket: UdpSocket) {
    this.#socket = socket;
  }

  static async open(port: PublishedPort, queue: FrameQueue, gateway: Uint8Array): Promise<PublishedUdp> {
    const version = parseAddress(port.hostAddress ?? '0.0.0.0');
    const socket = createSocket(version && !isMapped(version) ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error) => reject(taken(port, error)));
      socket.bind(port.hostPort, port.hostAddress, resolve);
    });
    socket.on('error', () => {});
    const published = new PublishedUdp(socket);
    socket.on('message', (data, from) => {
      const shown = clientShown(from.address, from.port, gateway);
      published.#remember(shown, from);
      queue.datagram(0, shown, port.boxPort, data);
    });
    return published;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends to a client that has been seen; false = it has not. */
  reply(to: Endpoint, data: Uint8Array): boolean {
    const client = this.#clients.get(keyOf(to));
    if (client) this.#socket.send(Buffer.from(data), client.port, client.address, () => {});
    return client !== undefined;
  }

  close(): void {
    this.#socket.close();
  }

  #remember(shown: Endpoint, from: { address: string; port: number }): void {
    const key = keyOf(shown);
    this.#clients.delete(key);
    this.#clients.set(key, from);
    if (this.#clients.size > CLIENTS_MOST) this.#clients.delete(this.#clients.keys().next().value!);
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${formatAddress(address)} ${port}`;
}

/** Docker's sentence. */
function taken({ hostAddress = '0.0.0.0', hostPort }: PublishedPort, error: Error): WbxError {
  const { code } = error as NodeJS.ErrnoException;
  const place = `${hostAddress}:${hostPort}`;
  if (code === 'EADDRINUSE') {
    return new WbxError('IO', `Bind for ${place} failed: port is already allocated`, error);
  }
  return new WbxError('IO', `cannot publish ${place}: ${error.message}`, error);
}
