// Messages between a host and its box, as bytes: the host's end of /dev/wbx (abi/message.ts). Invariant: what is held for a slow
// reader is bounded by HELD_MAX; what a box sends beyond that stays in its own memory until it is wanted.
import { MESSAGE_MAX } from '../../abi/message.ts';
import { EMSGSIZE, EPIPE } from '../../abi/linux/errno.ts';
import type { MaybePromise } from '../box/source.ts';
import { WbxError } from '../errors.ts';

const HELD_MAX = 262144;
/** What a message counts for besides its bytes. */
const OVERHEAD = 64;

/** A message of the box that has not been taken: its bytes, once they are wanted. */
interface Offer {
  size: number;
  take(): Uint8Array;
}

interface Outgoing {
  bytes: Uint8Array;
  taken(): void;
  failed(error: WbxError): void;
}

export class Messages {
  readonly #offers: Offer[] = [];
  #held = 0;
  readonly #readers: ((bytes: Uint8Array | undefined) => void)[] = [];
  readonly #outgoing: Outgoing[] = [];
  #receiver: (() => void) | undefined;
  #ended = false;
  #closed = false;

  /** Sends a message; resolves once the box has taken it, which it does when a program asks for it. */
  send(bytes: Uint8Array): Promise<void> {
    if (bytes.length > MESSAGE_MAX) return Promise.reject(tooLong(bytes.length));
    if (this.#ended || this.#closed) return Promise.reject(gone());
    return new Promise((taken, failed) => {
      this.#outgoing.push({ bytes: bytes.slice(), taken, failed });
      this.#wakeReceiver();
    });
  }

  /** Nothing will be sent any more: programs read the end once they have had what was sent before. */
  end(): void {
    this.#ended = true;
    this.#wakeReceiver();
  }

  /** The next message of the box; undefined when the box has ended and there is none. */
  next(): Promise<Uint8Array | undefined> {
    const offer = this.#offers.shift();
    if (offer) {
      this.#held -= offer.size;
      return Promise.resolve(offer.take());
    }
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** RING_MESSAGE_SEND: `view` gives the bytes as long as the request has not been answered. */
  offer(view: () => Uint8Array): MaybePromise<number> {
    const { length } = view();
    if (length > MESSAGE_MAX) return -EMSGSIZE;
    const reader = this.#readers.shift();
    if (reader) {
      reader(view().slice());
      return 0;
    }
    const size = length + OVERHEAD;
    if (this.#held + size <= HELD_MAX) {
      const bytes = view().slice();
      this.#held += size;
      this.#offers.push({ size, take: () => bytes });
      return 0;
    }
    return new Promise((resolve) => {
      const take = () => {
        const bytes = view().slice();
        resolve(0);
        return bytes;
      };
      this.#offers.push({ size: 0, take });
    });
  }

  /** RING_MESSAGE_RECEIVE: `store` gets what fits into `room`; the result is the length, or that of what did not fit. */
  receive(room: number, store: (bytes: Uint8Array) => number): MaybePromise<number> {
    const answer = () => {
      const bytes = this.#outgoing[0]?.bytes;
      if (!bytes) return -EPIPE;
      if (bytes.length > room) return bytes.length;
      const stored = store(bytes);
      this.#outgoing.shift()!.taken();
      return stored;
    };
    if (this.#outgoing.length > 0 || this.#ended) return answer();
    return new Promise((resolve) => {
      this.#receiver = () => resolve(answer());
    });
  }

  #wakeReceiver(): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.();
  }

  /** The box is gone. What it has sent can still be read. */
  close(): void {
    this.#closed = true;
    for (const { failed } of this.#outgoing.splice(0)) failed(gone());
    for (const reader of this.#readers.splice(0)) reader(undefined);
  }
}

function tooLong(length: number): WbxError {
  return new WbxError('BAD_ARGUMENT', `a message of ${length} bytes: the most is ${MESSAGE_MAX}`);
}

function gone(): WbxError {
  return new WbxError('UNSUPPORTED', 'the box has ended, or its messages were: nothing can be sent to it');
}
