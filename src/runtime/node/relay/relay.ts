// A relay: carries TCP connections of boxes in pages, a WebSocket each (net/relay-protocol.ts). Invariant: it connects to addresses that its
// gate permits alone - to the very address that was looked at - and serves pages of origins that it was told of alone.
import { lookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, isIP } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { ECONNREFUSED, EHOSTUNREACH, ENETUNREACH } from '../../../../abi/linux/errno.ts';
import { systemCode, WbxError } from '../../../errors.ts';
import { parseAddress } from '../../net/address.ts';
import { Gate } from '../../net/gate.ts';
import * as R from '../../net/relay-protocol.ts';
import type { NetworkPolicy } from '../../policy.ts';
import { errnoOf } from '../net/errno.ts';
import { RelayEnd } from './relay-end.ts';

export interface RelayOptions {
  host: string;
  port: number;
  policy: NetworkPolicy;
  /** Origins of pages, or `*`. */
  origins: string[];
  /** Addresses of names, before the resolver of this machine is asked. */
  hosts: Map<string, string>;
  /** Connections at once. */
  connections: number;
}

/** Larger than any message of a page that keeps to the protocol. */
const MESSAGE_MAX = 1 << 20;
const PATIENCE_MS = 30_000;

export class Relay {
  readonly #options: RelayOptions;
  readonly #gate: Gate;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;

  private constructor(options: RelayOptions) {
    this.#options = options;
    this.#gate = new Gate(options.policy);
    this.#server = createServer((_, response) =>
      response.writeHead(426).end('a relay for boxes in pages: WebSockets only\n'),
    );
    this.#sockets = new WebSocketServer({
      server: this.#server,
      maxPayload: MESSAGE_MAX,
      perMessageDeflate: false,
      verifyClient: ({ origin }: { origin: string }) => this.#serves(origin),
    });
    this.#sockets.on('connection', (socket, request) => void this.#carry(socket, request));
  }

  static async listen(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options);
    await new Promise<void>((resolve, reject) => {
      relay.#server.once('error', (error) => reject(cannotListen(options, error)));
      relay.#sockets.on('error', () => {});
      relay.#server.listen(options.port, options.host, resolve);
    });
    return relay;
  }

  get address(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `ws://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.close();
  }

  #serves(origin: string): boolean {
    const { origins, connections } = this.#options;
    return (origins.includes('*') || origins.includes(origin)) && this.#sockets.clients.size < connections;
  }

  async #carry(client: WebSocket, request: IncomingMessage): Promise<void> {
    client.on('error', () => {});
    const end = new RelayEnd(client);
    try {
      const to = await this.#destination(new URL(request.url ?? '/', 'ws://relay').searchParams.get('to') ?? '');
      if (client.readyState !== client.OPEN) return;
      const socket = connect({ ...to, allowHalfOpen: true, noDelay: true, timeout: PATIENCE_MS });
      client.on('close', () => socket.destroy());
      socket.on('error', (error) => client.close(R.RELAY_CLOSE + errnoOf(error, ECONNREFUSED)));
      socket.once('timeout', () => client.close(R.RELAY_CLOSE + EHOSTUNREACH));
      socket.once('connect', () => {
        socket.setTimeout(0);
        end.attach(socket);
      });
    } catch (error) {
      client.close(R.RELAY_CLOSE + (typeof error === 'number' ? error : EHOSTUNREACH));
    }
  }

  /** Throws an errno for what is not reached. */
  async #destination(to: string): Promise<{ host: string; port: number }> {
    const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(to) ?? [];
    const name = bracketed ?? plain;
    const port = Number(digits);
    if (!name || port < 1 || port > 65535) throw ENETUNREACH;
    const isAddress = isIP(name) !== 0;
    const addresses = isAddress ? [name] : await this.#addressesOf(name);
    for (const host of addresses) {
      const address = parseAddress(host)!;
      if (!isAddress) this.#gate.learn(name, address);
      if (this.#gate.permits({ address, port, protocol: 'tcp' })) return { host, port };
    }
    throw ENETUNREACH;
  }

  async #addressesOf(name: string): Promise<string[]> {
    if (!this.#gate.permitsName(name)) throw ENETUNREACH;
    const own = this.#options.hosts.get(name.toLowerCase());
    return own === undefined ? (await lookup(name, { all: true })).map(({ address }) => address) : [own];
  }
}

function cannotListen({ host, port }: RelayOptions, error: Error): Error {
  if (!systemCode(error)) return error;
  return new WbxError('IO', `cannot listen at ${host}:${port}: ${error.message}`, error);
}
