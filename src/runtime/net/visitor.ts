// A network with one end outside: whoever runs the box visits ports that programs of the box listen at. The box reaches what an
// Outward gives it, or nothing.
// Invariant: no more bytes of a connection are under way than the credit that its other end has given.
import * as F from '../../../abi/hostnet.ts';
import { ECONNREFUSED, ECONNRESET, ENETUNREACH } from '../../../abi/linux/errno.ts';
import { WbxError } from '../../errors.ts';
import { type Endpoint, type Frame, FrameQueue, readFrames } from './frames.ts';
import type { Network } from './network.ts';
import { DEFAULT_SUBNET, subnetBytes } from './subnet.ts';

const CREDIT = 262144;
/** Tags of connections that the box has not taken yet. */
const FIRST_TAG = 0x80000000;
const GATEWAY = subnetBytes(DEFAULT_SUBNET.gateway);

/** The interface of a box that is visited, for its boot block. */
export function visitorInterface() {
  const { address, gateway, prefix } = DEFAULT_SUBNET;
  return { address: subnetBytes(address), gateway: subnetBytes(gateway), prefix };
}

/** A connection to a program of the box. */
export interface Connection {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
}

/** What is outside, for hosts that have no sockets. */
export interface Outward {
  /** Somebody for a connection of the box, who takes it over; rejects with an errno when there is nobody. */
  open(remote: Endpoint): Promise<(connection: Connection) => Promise<void>>;
  /** The answer to a datagram, if there is one. */
  answer(remote: Endpoint, data: Uint8Array): Uint8Array | undefined;
}

interface Waiting {
  opened(end: End): void;
  failed(error: WbxError): void;
}

export class VisitorNetwork implements Network {
  onReady: (() => void) | undefined;
  readonly #queue = new FrameQueue(() => queueMicrotask(() => this.onReady?.()));
  readonly #waiting = new Map<number, Waiting>();
  readonly #ends = new Map<number, End>();
  #nextTag = FIRST_TAG;
  #nextPort = 49152;
  readonly #outward: Outward | undefined;
  /** Connections of the box that are being made, by id. */
  readonly #opening = new Set<number>();

  constructor(outward?: Outward) {
    this.#outward = outward;
  }

  /** Connects to a TCP port of the box. Rejects with a WbxError `NOT_FOUND` when nobody listens there. */
  async connect(port: number): Promise<Connection> {
    const tag = this.#nextTag++;
    this.#nextPort = this.#nextPort === 65535 ? 49152 : this.#nextPort + 1;
    const end = new Promise<End>((opened, failed) => this.#waiting.set(tag, { opened, failed }));
    const remote = { address: GATEWAY, port: this.#nextPort };
    this.#queue.push(F.NET_CONNECT, tag, CREDIT, { remote, boxPort: port });
    return end;
  }

  send(frames: Uint8Array): void {
    for (const frame of readFrames(frames)) this.#take(frame);
  }

  receive(into: Uint8Array): number {
    return this.#queue.take(into);
  }

  close(): void {
    for (const { failed } of this.#waiting.values()) failed(refused());
    for (const end of this.#ends.values()) end.broken();
  }

  #take(frame: Frame): void {
    const { kind, id } = frame;
    if (kind === F.NET_CONNECT) return void this.#open(frame);
    if (kind === F.NET_DATAGRAM) return this.#datagram(frame);
    if (kind === F.NET_OPEN) return this.#opened(frame);
    if (kind === F.NET_FAILED) return this.#settle(id)?.failed(refused());
    this.#ends.get(id)?.take(frame);
    if (kind !== F.NET_CLOSE && kind !== F.NET_RESET) return;
    this.#ends.delete(id);
    this.#opening.delete(id);
  }

  async #open({ id, value: credit, remote }: Frame): Promise<void> {
    if (!this.#outward) return this.#queue.push(F.NET_FAILED, id, ENETUNREACH);
    this.#opening.add(id);
    try {
      const serve = await this.#outward.open(remote!);
      const end = new End(id, credit, this.#queue);
      // Who serves it hears of a box that has given up meanwhile.
      if (!this.#opening.delete(id)) end.broken();
      else {
        this.#ends.set(id, end);
        this.#queue.push(F.NET_OPEN, id, CREDIT);
      }
      serve(end).catch(() => end.reset());
    } catch (errno) {
      if (this.#opening.delete(id)) this.#queue.push(F.NET_FAILED, id, errno as number);
    }
  }

  #datagram({ id, remote, data }: Frame): void {
    if (!this.#outward) return this.#queue.push(F.NET_FAILED, id, ENETUNREACH);
    const answer = this.#outward.answer(remote!, data!.slice());
    if (answer) this.#queue.datagram(id, remote!, 0, answer);
  }

  #opened({ id, value: credit, data }: Frame): void {
    const tag = new DataView(data!.buffer, data!.byteOffset).getUint32(0, true);
    const waiting = this.#settle(tag);
    if (!waiting) return this.#queue.push(F.NET_RESET, id, ECONNREFUSED);
    const end = new End(id, credit, this.#queue);
    this.#ends.set(id, end);
    waiting.opened(end);
  }

  #settle(tag: number): Waiting | undefined {
    const waiting = this.#waiting.get(tag);
    this.#waiting.delete(tag);
    return waiting;
  }
}

class End implements Connection {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly #id: number;
  readonly #queue: FrameQueue;
  #credit: number;
  #reader!: ReadableStreamDefaultController<Uint8Array>;
  #readEnded = false;
  #gone = false;
  #moreCredit: (() => void) | undefined;

  constructor(id: number, credit: number, queue: FrameQueue) {
    this.#id = id;
    this.#credit = credit;
    this.#queue = queue;
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#reader = controller;
        },
        cancel: () => this.reset(),
      },
      new CountQueuingStrategy({ highWaterMark: 0 }),
    ).pipeThrough(new TransformStream({ transform: (piece, out) => this.#passed(piece as Uint8Array, out) }));
    this.writable = new WritableStream<Uint8Array>({
      write: (bytes) => this.#write(bytes),
      close: () => this.#tell(F.NET_FIN),
      abort: () => this.reset(),
    });
  }

  take({ kind, value, data }: Frame): void {
    if (kind === F.NET_DATA && !this.#readEnded) this.#reader.enqueue(data!.slice());
    else if (kind === F.NET_CREDIT) {
      this.#credit += value;
      this.#moreCredit?.();
    } else if (kind === F.NET_RESET) this.broken();
    else if (kind === F.NET_FIN || kind === F.NET_CLOSE) this.#endReading();
    if (kind === F.NET_CLOSE) this.#leave();
  }

  /** The other end is gone in the middle. */
  broken(): void {
    if (!this.#readEnded) this.#reader.error(new WbxError('IO', 'the program in the box broke the connection off'));
    this.#readEnded = true;
    this.#leave();
  }

  #leave(): void {
    this.#gone = true;
    this.#moreCredit?.();
  }

  #endReading(): void {
    if (!this.#readEnded) this.#reader.close();
    this.#readEnded = true;
  }

  /** What is read gives credit back. */
  #passed(piece: Uint8Array, out: TransformStreamDefaultController): void {
    this.#tell(F.NET_CREDIT, piece.length);
    out.enqueue(piece);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#gone) throw new WbxError('IO', 'the program in the box has closed the connection');
      const piece = rest.slice(0, this.#credit);
      this.#credit -= piece.length;
      if (piece.length > 0) this.#queue.data(this.#id, piece);
      else await new Promise<void>((resolve) => (this.#moreCredit = resolve));
      rest = rest.subarray(piece.length);
    }
  }

  #tell(kind: number, value = 0): void {
    if (!this.#gone) this.#queue.push(kind, this.#id, value);
  }

  /** Breaks the connection off. */
  reset(): void {
    if (!this.#readEnded) this.#reader.error(new WbxError('IO', 'the connection was broken off'));
    this.#tell(F.NET_RESET, ECONNRESET);
    this.#readEnded = true;
    this.#leave();
  }
}

function refused(): WbxError {
  return new WbxError('NOT_FOUND', 'no program of the box listens at that port');
}
