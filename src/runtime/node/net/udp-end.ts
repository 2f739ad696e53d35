// Datagrams of one socket of the box, sent and received through sockets of the host, one for each version of IP. udp(7).
import { createSocket, type Socket } from 'node:dgram';
import { formatAddress, isMapped, parseAddress } from '../../net/address.ts';
import type { Endpoint, FrameQueue } from '../../net/frames.ts';

export class UdpEnd {
  readonly #id: number;
  readonly #queue: FrameQueue;
  readonly #sockets = new Map<string, Socket>();
  /** How the box knows the ports of the host. */
  readonly #aliases = new Map<string, Endpoint>();

  constructor(id: number, queue: FrameQueue) {
    this.#id = id;
    this.#queue = queue;
  }

  /** `shown` is how the box knows the address; a reply from there comes back under it. */
  send(to: Endpoint, data: Uint8Array, shown?: Endpoint): void {
    const version = isMapped(to.address) ? 'udp4' : 'udp6';
    const socket = this.#sockets.get(version) ?? this.#open(version);
    if (shown) this.#aliases.set(`${formatAddress(to.address)} ${to.port}`, shown);
    // A datagram that cannot be sent is lost, as one on the way is.
    socket.send(Buffer.from(data), to.port, formatAddress(to.address), () => {});
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #open(version: 'udp4' | 'udp6'): Socket {
    const socket = createSocket(version);
    this.#sockets.set(version, socket);
    socket.on('error', () => {
      socket.close();
      this.#sockets.delete(version);
    });
    socket.on('message', (data, from) => {
      const address = parseAddress(from.address)!;
      const alias = this.#aliases.get(`${formatAddress(address)} ${from.port}`);
      this.#queue.datagram(this.#id, alias ?? { address, port: from.port }, 0, data);
    });
    return socket;
  }
}
