// The way between boxes of one user-made network: each member listens at a Unix socket (members.ts), and who connects to its address
// comes there. A connection begins with a head: kind u8, padding u8, port of the caller u16, port called u16, padding u16, address of
// the caller 16 bytes. A stream (kind 1) is answered by a byte, 0 or an errno, then bytes pass both ways. Datagrams (kind 2) go one way:
// port of the sender u16, port called u16, length u16, bytes.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { ECONNREFUSED } from '../../../../abi/linux/errno.ts';
import { formatAddress, parseAddress } from '../../net/address.ts';
import type { Endpoint } from '../../net/frames.ts';
import {
  claimAddress,
  isOn,
  type JoinOptions,
  type Member,
  memberSocket,
  membersOf,
  releaseAddress,
} from './members.ts';
import type { UserNetwork } from './networks.ts';

const STREAM = 1;
const DATAGRAMS = 2;
const HEAD = 24;
const DATAGRAM_HEAD = 6;
/** Datagrams on their way to a slow member; more are lost. */
const BEHIND_MAX = 1 << 20;

/** A stream from another member: it is answered once. */
export interface PeerClient {
  socket: Socket;
  remote: Endpoint;
  boxPort: number;
}

export interface PeerEvents {
  client(client: PeerClient): void;
  datagram(remote: Endpoint, boxPort: number, data: Uint8Array): void;
}

interface Membership {
  network: UserNetwork;
  member: Member;
  server: Server;
  /** Streams of datagrams to others, by address. */
  senders: Map<string, Socket>;
}

export class Peers {
  readonly #events: PeerEvents;
  readonly #memberships = new Map<string, Membership>();
  /** From others, as long as they are no streams of the box. */
  readonly #incoming = new Set<Socket>();

  constructor(events: PeerEvents) {
    this.#events = events;
  }

  /** Resolves once others reach us. */
  async join(network: UserNetwork, options: JoinOptions): Promise<Member> {
    const member = await claimAddress(network, options);
    const server = createServer({ allowHalfOpen: true }, (socket) => void this.#serve(socket));
    this.#memberships.set(network.name, { network, member, server, senders: new Map() });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(memberSocket(network, member.address), resolve);
    });
    server.on('error', () => {});
    return member;
  }

  leave(name: string): boolean {
    const membership = this.#memberships.get(name);
    if (!membership) return false;
    this.#memberships.delete(name);
    membership.server.close();
    for (const socket of membership.senders.values()) socket.destroy();
    releaseAddress(membership.network, membership.member);
    return true;
  }

  close(): void {
    for (const name of [...this.#memberships.keys()]) this.leave(name);
    for (const socket of this.#incoming) socket.destroy();
  }

  /** Is the address one of a network that we are on? Nothing else leads there. */
  reaches(address: Uint8Array): boolean {
    return this.#membershipFor(address) !== undefined;
  }

  /** The addresses of a name that is known on one of our networks. */
  addressesOf(name: string): string[] {
    const wanted = name.toLowerCase();
    return [...this.#memberships.values()].flatMap(({ network }) => {
      const bare = wanted.endsWith(`.${network.name.toLowerCase()}`)
        ? wanted.slice(0, -network.name.length - 1)
        : wanted;
      const known = (each: string) => each.toLowerCase() === bare;
      return membersOf(network).flatMap(({ address, names }) => (names.some(known) ? [address] : []));
    });
  }

  /** The first name of an address. */
  nameOf(address: string): string | undefined {
    for (const { network } of this.#memberships.values()) {
      const found = membersOf(network).find((member) => member.address === address);
      if (found?.names.length) return `${found.names[0]}.${network.name}`;
    }
    return undefined;
  }

  /** Connects to a port of another member. Rejects with an error that has an errno. */
  async connect(remote: Endpoint, ownPort: number): Promise<Socket> {
    const membership = this.#membershipFor(remote.address)!;
    const socket = connect({
      path: memberSocket(membership.network, formatAddress(remote.address)),
      allowHalfOpen: true,
    });
    socket.on('error', () => {});
    socket.write(head(STREAM, membership.member.address, ownPort, remote.port));
    const answer = await readExactly(socket, 1);
    if (answer?.[0] === 0) return socket;
    socket.destroy();
    throw Object.assign(new Error('the other box refuses'), { linuxErrno: answer?.[0] ?? ECONNREFUSED });
  }

  send(remote: Endpoint, ownPort: number, data: Uint8Array): void {
    const { network, member, senders } = this.#membershipFor(remote.address)!;
    const address = formatAddress(remote.address);
    const socket = senders.get(address) ?? this.#openSender(network, member, senders, address);
    if (socket.writableLength > BEHIND_MAX) return;
    const start = Buffer.alloc(DATAGRAM_HEAD);
    start.writeUInt16LE(ownPort, 0);
    start.writeUInt16LE(remote.port, 2);
    start.writeUInt16LE(data.length, 4);
    socket.write(Buffer.concat([start, data]));
  }

  #openSender(network: UserNetwork, member: Member, senders: Map<string, Socket>, address: string): Socket {
    const socket = connect(memberSocket(network, address));
    senders.set(address, socket);
    socket.on('error', () => {}).on('close', () => senders.delete(address));
    socket.write(head(DATAGRAMS, member.address, 0, 0));
    return socket;
  }

  #membershipFor(address: Uint8Array): Membership | undefined {
    return [...this.#memberships.values()].find(({ network }) => isOn(network, address));
  }

  async #serve(socket: Socket): Promise<void> {
    this.#incoming.add(socket);
    socket.on('error', () => {}).once('close', () => this.#incoming.delete(socket));
    const start = await readExactly(socket, HEAD);
    if (!start) return void socket.destroy();
    const address = new Uint8Array(start.subarray(8, HEAD));
    const [kind, port, boxPort] = [start[0], start.readUInt16LE(2), start.readUInt16LE(4)];
    if (!this.reaches(address)) socket.destroy();
    else if (kind === STREAM) {
      this.#incoming.delete(socket);
      this.#events.client({ socket, remote: { address, port }, boxPort });
    } else if (kind === DATAGRAMS) await this.#takeDatagrams(socket, address);
    else socket.destroy();
  }

  async #takeDatagrams(socket: Socket, address: Uint8Array): Promise<void> {
    for (;;) {
      const start = await readExactly(socket, DATAGRAM_HEAD);
      const length = start?.readUInt16LE(4) ?? 0;
      const data = start && (length === 0 ? Buffer.alloc(0) : await readExactly(socket, length));
      if (!start || !data) return void socket.destroy();
      this.#events.datagram({ address, port: start.readUInt16LE(0) }, start.readUInt16LE(2), data);
    }
  }
}

function head(kind: number, address: string, port: number, called: number): Buffer {
  const bytes = Buffer.alloc(HEAD);
  bytes[0] = kind;
  bytes.writeUInt16LE(port, 2);
  bytes.writeUInt16LE(called, 4);
  bytes.set(parseAddress(address)!, 8);
  return bytes;
}

/** So many bytes; undefined when the stream ends before. What follows stays in the socket. */
async function readExactly(socket: Socket, length: number): Promise<Buffer | undefined> {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null;
    if (bytes) return bytes.length === length ? bytes : undefined;
    if (socket.readableEnded || socket.destroyed) return undefined;
    await new Promise<void>((resolve) => {
      const events = ['readable', 'end', 'close'];
      const done = () => {
        for (const event of events) socket.off(event, done);
        resolve();
      };
      for (const event of events) socket.on(event, done);
    });
  }
}
