// The host's end of a box's network: connections, datagrams and name queries of the box through sockets of this process,
// and clients of published ports into the box. Invariant: nothing is reached that the gate does not permit.
import { type AddressInfo, connect, type NetConnectOpts, type Server, type Socket } from 'node:net';
import * as F from '../../../../abi/hostnet.ts';
import { ECONNREFUSED, ENETUNREACH } from '../../../../abi/linux/errno.ts';
import { formatAddress } from '../../net/address.ts';
import { type Endpoint, type Frame, FrameQueue, readFrames } from '../../net/frames.ts';
import { Gate } from '../../net/gate.ts';
import type { Network } from '../../net/network.ts';
import type { PublishedPort } from '../../net/port-spec.ts';
import type { Protocol } from '../../net/rule.ts';
import { DEFAULT_SUBNET, subnetBytes } from '../../net/subnet.ts';
import type { NetworkPolicy } from '../../policy.ts';
import { NameService } from './dns.ts';
import { errnoOf } from './errno.ts';
import { clientShown, publishTcp, PublishedUdp } from './published.ts';
import { type PeerClient, Peers } from './peers.ts';
import type { JoinOptions, Member } from './members.ts';
import type { UserNetwork } from './networks.ts';
import { breakOff, CREDIT, TcpEnd } from './tcp-end.ts';
import { UdpEnd } from './udp-end.ts';

export interface NatOptions {
  policy: NetworkPolicy;
  publish?: PublishedPort[];
  /** Sockets of the host that the image shows by their numbers, from 1 (abi/hostnet.ts). */
  sockets?: string[];
  /** Name servers for records other than addresses; those of the host when absent. */
  nameServers?: string[];
  /** The host as the box sees it; that of the default network when absent. */
  gateway?: string;
  /** User-made networks that the box is on from the start. */
  networks?: { network: UserNetwork; options: JoinOptions }[];
}

/** Somebody who has connected to a port of the box and waits for it. */
interface Client {
  socket: Socket;
  /** Another box: it is told what became of it. */
  peer: boolean;
}

/** The gateway is the host: what connects there reaches the host's loopback, if a rule names either. */
const HOST = subnetBytes('127.0.0.1');
const DNS_PORT = 53;
/** Tags of clients that the box has not taken yet: their own range, so that logs tell them from ids. */
const FIRST_TAG = 0x80000000;

export class Nat implements Network {
  onReady: (() => void) | undefined;
  readonly #queue = new FrameQueue(() => this.#announce());
  readonly #gate: Gate;
  readonly #sockets: string[];
  readonly #names: NameService;
  readonly #tcp = new Map<number, TcpEnd>();
  readonly #udp = new Map<number, UdpEnd>();
  /** Connections that are being made, by id. */
  readonly #connecting = new Map<number, Socket>();
  /** The same to other boxes. */
  readonly #joining = new Set<number>();
  /** Clients that wait for the box, by tag. */
  readonly #clients = new Map<number, Client>();
  readonly #gateway: Uint8Array;
  readonly #peers = new Peers({
    client: (client) => this.#peer(client),
    datagram: (remote, boxPort, data) => this.#queue.datagram(0, remote, boxPort, data),
  });
  readonly #servers: Server[] = [];
  readonly published: PublishedPort[] = [];
  readonly #publishedUdp = new Map<number, PublishedUdp>();
  #nextTag = FIRST_TAG;
  #announced = false;

  private constructor(options: NatOptions) {
    this.#gateway = subnetBytes(options.gateway ?? DEFAULT_SUBNET.gateway);
    this.#gate = new Gate(options.policy);
    this.#sockets = options.sockets ?? [];
    this.#names = new NameService(this.#gate, this.#peers, options.nameServers);
  }

  /** Listens at all published ports before it resolves. */
  static async open(options: NatOptions): Promise<Nat> {
    const nat = new Nat(options);
    try {
      for (const { network, options: join } of options.networks ?? []) await nat.join(network, join);
      for (const port of options.publish ?? []) {
        nat.published.push({ ...port, hostPort: await nat.#publish(port) });
      }
    } catch (error) {
      nat.close();
      throw error;
    }
    return nat;
  }

  join(network: UserNetwork, options: JoinOptions): Promise<Member> {
    return this.#peers.join(network, options);
  }

  leave(name: string): boolean {
    return this.#peers.leave(name);
  }

  send(frames: Uint8Array): void {
    for (const frame of readFrames(frames)) this.#take(frame);
  }

  receive(into: Uint8Array): number {
    return this.#queue.take(into);
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const published of this.#publishedUdp.values()) published.close();
    for (const end of this.#tcp.values()) end.abandon();
    for (const socket of this.#connecting.values()) socket.destroy();
    for (const { socket } of this.#clients.values()) socket.destroy();
    this.#peers.close();
    for (const end of this.#udp.values()) end.close();
    this.#names.close();
  }

  /** The box goes on once all that this turn of the event loop brings is there. */
  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    setImmediate(() => {
      this.#announced = false;
      this.onReady?.();
    });
  }

  #take(frame: Frame): void {
    if (frame.kind === F.NET_CONNECT) return this.#connect(frame);
    if (frame.kind === F.NET_DATAGRAM) return this.#datagram(frame);
    if (frame.kind === F.NET_OPEN) return this.#accepted(frame);
    if (frame.kind === F.NET_FAILED) return this.#refused(frame.id);
    this.#tcp.get(frame.id)?.take(frame);
    if (frame.kind !== F.NET_CLOSE && frame.kind !== F.NET_RESET) return;
    this.#connecting.get(frame.id)?.destroy();
    this.#connecting.delete(frame.id);
    this.#joining.delete(frame.id);
    this.#udp.get(frame.id)?.close();
    this.#udp.delete(frame.id);
  }

  /** Where a destination really is, or undefined when the box may not go there. */
  #route({ address, port }: Endpoint, protocol: Protocol): Endpoint | undefined {
    const toHost = same(address, this.#gateway);
    const real = toHost ? HOST : address;
    const permitted = this.#gate.permits({ address: real, port, protocol });
    return permitted ? { address: real, port } : undefined;
  }

  /** What Node connects to. */
  #destination(remote: Endpoint): NetConnectOpts | undefined {
    if (remote.address.every((byte) => byte === 0)) {
      const path = this.#sockets[remote.port - 1];
      return path === undefined ? undefined : { path };
    }
    const to = this.#route(remote, 'tcp');
    return to && { host: formatAddress(to.address), port: to.port, noDelay: true };
  }

  #connect({ id, value: credit, remote, boxPort }: Frame): void {
    if (this.#peers.reaches(remote!.address)) return void this.#connectPeer(id, credit, remote!, boxPort!);
    const to = this.#destination(remote!);
    if (!to) return this.#queue.push(F.NET_FAILED, id, ENETUNREACH);
    const socket = connect({ ...to, allowHalfOpen: true });
    const failed = (error: Error) => {
      if (this.#connecting.delete(id)) this.#queue.push(F.NET_FAILED, id, errnoOf(error, ECONNREFUSED));
    };
    this.#connecting.set(id, socket);
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      if (!this.#connecting.delete(id)) return;
      this.#queue.push(F.NET_OPEN, id, CREDIT);
      this.#attach(id, socket, credit);
    });
  }

  async #connectPeer(id: number, credit: number, remote: Endpoint, ownPort: number): Promise<void> {
    if (this.#gate.denies({ ...remote, protocol: 'tcp' })) return this.#queue.push(F.NET_FAILED, id, ENETUNREACH);
    this.#joining.add(id);
    try {
      const socket = await this.#peers.connect(remote, ownPort);
      if (!this.#joining.delete(id)) return void socket.destroy();
      this.#queue.push(F.NET_OPEN, id, CREDIT);
      this.#attach(id, socket, credit);
    } catch (error) {
      const { linuxErrno = ECONNREFUSED } = error as { linuxErrno?: number };
      if (this.#joining.delete(id)) this.#queue.push(F.NET_FAILED, id, linuxErrno);
    }
  }

  #attach(id: number, socket: Socket, credit: number): void {
    this.#tcp.set(id, new TcpEnd(id, socket, credit, this.#queue, () => this.#tcp.delete(id)));
  }

  #datagram({ id, remote, boxPort, data }: Frame): void {
    if (remote!.port === DNS_PORT && same(remote!.address, this.#gateway)) return this.#ask(id, remote!, data!);
    if (this.#publishedUdp.get(boxPort!)?.reply(remote!, data!)) return;
    if (this.#peers.reaches(remote!.address)) return this.#datagramToPeer(id, remote!, boxPort!, data!);
    const to = this.#route(remote!, 'udp');
    if (!to) return this.#queue.push(F.NET_FAILED, id, ENETUNREACH);
    // Nobody can have that port, and Node throws.
    if (to.port === 0) return;
    const end = this.#udp.get(id) ?? new UdpEnd(id, this.#queue);
    this.#udp.set(id, end);
    end.send(to, data!, to.address === remote!.address ? undefined : remote);
  }

  #datagramToPeer(id: number, remote: Endpoint, ownPort: number, data: Uint8Array): void {
    if (this.#gate.denies({ ...remote, protocol: 'udp' })) return this.#queue.push(F.NET_FAILED, id, ENETUNREACH);
    this.#peers.send(remote, ownPort, data);
  }

  #ask(id: number, server: Endpoint, query: Uint8Array): void {
    void this.#names.answer(query.slice()).then((reply) => {
      if (reply) this.#queue.datagram(id, server, 0, reply);
    });
  }

  /** Answers the port of the host. */
  async #publish(port: PublishedPort): Promise<number> {
    if (port.protocol === 'udp') {
      const published = await PublishedUdp.open(port, this.#queue, this.#gateway);
      this.#publishedUdp.set(port.boxPort, published);
      return published.port;
    }
    const server = await publishTcp(port, (socket) => this.#client(socket, port.boxPort));
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  /** A client has come: the box is asked whether somebody listens. */
  #client(socket: Socket, boxPort: number): void {
    socket.on('error', () => {});
    const remote = clientShown(socket.remoteAddress ?? '', socket.remotePort ?? 0, this.#gateway);
    this.#wait({ socket, peer: false }, remote, boxPort);
  }

  #peer({ socket, remote, boxPort }: PeerClient): void {
    this.#wait({ socket, peer: true }, remote, boxPort);
  }

  #wait(client: Client, remote: Endpoint, boxPort: number): void {
    const tag = this.#nextTag++;
    if (this.#nextTag > 0xffffffff) this.#nextTag = FIRST_TAG;
    this.#clients.set(tag, client);
    this.#queue.push(F.NET_CONNECT, tag, CREDIT, { remote, boxPort });
  }

  #accepted({ id, value: credit, data }: Frame): void {
    const tag = new DataView(data!.buffer, data!.byteOffset).getUint32(0, true);
    const { socket, peer } = this.#clients.get(tag) ?? {};
    this.#clients.delete(tag);
    if (!socket || socket.destroyed) return this.#queue.push(F.NET_RESET, id, ECONNREFUSED);
    if (peer) socket.write(Buffer.of(0));
    this.#attach(id, socket, credit);
    socket.resume();
  }

  #refused(tag: number): void {
    const { socket, peer } = this.#clients.get(tag) ?? {};
    this.#clients.delete(tag);
    if (peer) socket?.end(Buffer.of(ECONNREFUSED));
    else if (socket) breakOff(socket);
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}
