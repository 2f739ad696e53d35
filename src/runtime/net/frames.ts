// Frames of abi/hostnet.ts: reading a batch of the box, and the queue of those that wait for the box.
// Invariant: the queue keeps the order; bytes in it are bounded by the credit that the box gave, datagrams by a limit of their own.
import * as F from '../../../abi/hostnet.ts';

export interface Endpoint {
  /** 16 bytes, abi/hostnet.ts. */
  address: Uint8Array;
  port: number;
}

export interface Frame {
  kind: number;
  id: number;
  value: number;
  /** Of CONNECT and DATAGRAM. */
  remote?: Endpoint;
  boxPort?: number;
  data?: Uint8Array;
}

/** Datagrams that wait for the box; more are lost, as in a full queue of a network card. */
const DATAGRAM_BYTES = 1 << 20;
/** Only this much of a stream in one frame, so that every batch has room for some. */
const DATA_MAX = 65536;

/** The frames of a batch, up to one that is none. Bodies are views of it. */
export function* readFrames(batch: Uint8Array): Generator<Frame> {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
  for (let at = 0; at + F.FRAME_BODY <= batch.length; at += view.getUint32(at, true)) {
    const end = at + view.getUint32(at, true);
    if (end < at + F.FRAME_BODY || end > batch.length) return;
    const kind = view.getUint32(at + F.FRAME_KIND, true);
    const id = view.getUint32(at + F.FRAME_ID, true);
    const value = view.getUint32(at + F.FRAME_VALUE, true);
    yield { kind, id, value, ...readBody(kind, value, batch.subarray(at, end)) };
  }
}

function readBody(kind: number, value: number, frame: Uint8Array): Partial<Frame> {
  if (kind === F.NET_DATA) return { data: frame.subarray(F.FRAME_BODY, F.FRAME_BODY + value) };
  if (kind === F.NET_OPEN) return { data: frame.subarray(F.FRAME_BODY, F.FRAME_BODY + 4) };
  if (kind !== F.NET_CONNECT && kind !== F.NET_DATAGRAM) return {};
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const address = frame.slice(F.FRAME_ADDRESS, F.FRAME_PORT);
  return {
    remote: { address, port: view.getUint32(F.FRAME_PORT, true) },
    boxPort: view.getUint32(F.FRAME_BOX_PORT, true),
    data: kind === F.NET_DATAGRAM ? frame.subarray(F.FRAME_DATA, F.FRAME_DATA + value) : undefined,
  };
}

/** Frames on their way to the box. */
export class FrameQueue {
  #frames: Frame[] = [];
  #next = 0;
  #datagramBytes = 0;
  readonly #onFrame: () => void;

  /** `onFrame` is called at every frame that is added. */
  constructor(onFrame: () => void) {
    this.#onFrame = onFrame;
  }

  push(kind: number, id: number, value = 0, rest: Partial<Frame> = {}): void {
    this.#frames.push({ kind, id, value, ...rest });
    this.#onFrame();
  }

  data(id: number, data: Uint8Array): void {
    for (let at = 0; at < data.length; at += DATA_MAX) {
      const piece = data.subarray(at, at + DATA_MAX);
      this.push(F.NET_DATA, id, piece.length, { data: piece });
    }
  }

  datagram(id: number, remote: Endpoint, boxPort: number, data: Uint8Array): void {
    if (this.#datagramBytes + data.length > DATAGRAM_BYTES) return;
    this.#datagramBytes += data.length;
    this.push(F.NET_DATAGRAM, id, data.length, { remote, boxPort, data });
  }

  /** Moves as many frames as fit: bytes used. */
  take(into: Uint8Array): number {
    let used = 0;
    while (this.#next < this.#frames.length) {
      const frame = this.#frames[this.#next];
      const length = lengthOf(frame);
      if (used + length > into.length) break;
      writeFrame(into.subarray(used, used + length), frame);
      if (frame.kind === F.NET_DATAGRAM) this.#datagramBytes -= frame.value;
      used += length;
      this.#next++;
    }
    if (this.#next === this.#frames.length) {
      this.#frames = [];
      this.#next = 0;
    }
    return used;
  }
}

function lengthOf({ remote, data }: Frame): number {
  return ((remote ? F.FRAME_DATA : F.FRAME_BODY) + (data?.length ?? 0) + 7) & ~7;
}

function writeFrame(at: Uint8Array, frame: Frame): void {
  const view = new DataView(at.buffer, at.byteOffset, at.length);
  view.setUint32(F.FRAME_LENGTH, at.length, true);
  view.setUint32(F.FRAME_KIND, frame.kind, true);
  view.setUint32(F.FRAME_ID, frame.id, true);
  view.setUint32(F.FRAME_VALUE, frame.value, true);
  if (frame.remote) {
    at.set(frame.remote.address, F.FRAME_ADDRESS);
    view.setUint32(F.FRAME_PORT, frame.remote.port, true);
    view.setUint32(F.FRAME_BOX_PORT, frame.boxPort ?? 0, true);
  }
  if (frame.data) at.set(frame.data, frame.remote ? F.FRAME_DATA : F.FRAME_BODY);
}
