// Serves the ring pair of abi/host.ts. Invariant: every submission gets exactly one completion; a buffer named in a
// submission is touched only before its completion, through views made at that moment.

import { RING_BASE } from '../../abi/box.ts';
import * as H from '../../abi/host.ts';
import { FILE_STAT } from '../../abi/hostfs.ts';
import { RING_MESSAGE_RECEIVE, RING_MESSAGE_SEND } from '../../abi/message.ts';
import { RING_NET_RECEIVE, RING_NET_SEND } from '../../abi/hostnet.ts';
import { EBADF, ECANCELED, EINVAL, EIO, ENETDOWN, ENODEV, ENOENT, ENOSYS, EPIPE } from '../../abi/linux/errno.ts';
import { type ImageSource, isPromise, type MaybePromise } from '../box/source.ts';
import { WbxError } from '../errors.ts';
import type { Memory } from './memory.ts';
import type { Messages } from './messages.ts';
import type { Network } from './net/network.ts';
import type { Recorder } from './recorder.ts';
import type { SourceReader } from './source-reader.ts';
import type { FileServer } from './file-server.ts';
import type { ByteSink } from './streams.ts';

/** Everything a box can reach. What is missing answers as Linux does: end of file, or EBADF. */
export interface RingServices {
  stdin?: SourceReader;
  /** By handle of RING_READ: those of processes that we have started. */
  sources?: Map<number, SourceReader>;
  /** By handle of RING_WRITE. */
  sinks: Map<number, ByteSink>;
  /** RING_CLOSE and RING_EXITED. */
  onClose?: (handle: number) => void;
  onExited?: (id: number, status: number) => void;
  image?: ImageSource;
  layer?: ByteSink;
  files?: FileServer;
  network?: Network;
  messages?: Messages;
  recorder?: Recorder;
}

interface Submission {
  op: number;
  id: number;
  handle: number;
  len: number;
  ptr: number;
  arg0: number;
  arg1: number;
  canceled: boolean;
  /** RING_READ: gives back what arrives after the cancellation. */
  cancel?: () => void;
}

interface Completion {
  submission: Submission;
  result: number;
  value0: number;
}

/** Requests that are answered when somebody outside does something. */
const FROM_OUTSIDE = new Set<number>([
  H.RING_READ,
  H.RING_WINSIZE,
  RING_NET_RECEIVE,
  RING_MESSAGE_RECEIVE,
  RING_MESSAGE_SEND,
]);

export class RingServer {
  readonly #memory: Memory;
  readonly #services: RingServices;
  readonly #wake: () => void;
  readonly #pending = new Map<number, Submission>();
  readonly #overflow: Completion[] = [];
  /** Sizes that a terminal has not asked for yet, by the handle of its input. */
  readonly #sizes = new Map<number, number>();

  /** `wake` is called when a completion arrives outside of `serve`. */
  constructor(memory: Memory, services: RingServices, wake: () => void) {
    this.#memory = memory;
    this.#services = services;
    this.#wake = wake;
  }

  /** Takes all submissions. True when something completed at once, so that the box can go on. */
  serve(): boolean {
    let completed = this.#flushOverflow();
    const memory = this.#memory;
    let head = memory.u32(RING_BASE + H.RING_SQ_HEAD);
    const tail = memory.u32(RING_BASE + H.RING_SQ_TAIL);
    if ((tail - head) >>> 0 > H.RING_SLOTS || this.#pending.size > H.RING_SLOTS) {
      throw new WbxError('BAD_BOX', 'the box asks for more at once than its ring holds: it is damaged or hostile');
    }
    while (head !== tail) {
      const submission = this.#submission(RING_BASE + H.RING_SQ + (head & (H.RING_SLOTS - 1)) * H.SQE_SIZE);
      head = (head + 1) >>> 0;
      memory.setU32(RING_BASE + H.RING_SQ_HEAD, head);
      if (this.#start(submission)) completed = true;
    }
    return completed;
  }

  /** Writes that have not been taken by their stream yet. */
  get writesPending(): boolean {
    for (const { op } of this.#pending.values()) if (op === H.RING_WRITE || op === H.RING_LAYER) return true;
    return false;
  }

  /** Nothing is being done for the box: what it may still hear comes from outside. */
  get isQuiet(): boolean {
    for (const { op } of this.#pending.values()) if (!FROM_OUTSIDE.has(op)) return false;
    return true;
  }

  /** The terminal of which `handle` is the input has changed its size. */
  resize(columns: number, rows: number, handle: number): void {
    const size = ((columns << 16) | rows) >>> 0;
    for (const submission of this.#pending.values()) {
      if (submission.op === H.RING_WINSIZE && submission.handle === handle) return this.#finish(submission, 0, size);
    }
    this.#sizes.set(handle, size);
  }

  #submission(at: number): Submission {
    const memory = this.#memory;
    return {
      op: memory.u32(at + H.SQE_OP),
      id: memory.u32(at + H.SQE_ID),
      handle: memory.u32(at + H.SQE_HANDLE),
      len: memory.u32(at + H.SQE_LEN),
      ptr: memory.u32(at + H.SQE_PTR),
      arg0: memory.u64(at + H.SQE_ARG0),
      arg1: memory.u64(at + H.SQE_ARG1),
      canceled: false,
    };
  }

  #start(submission: Submission): boolean {
    if (submission.op === H.RING_WINSIZE && this.#sizes.has(submission.handle)) return this.#tellSize(submission);
    const answer = this.#answer(submission);
    if (answer === undefined || isPromise(answer)) {
      this.#pending.set(submission.id, submission);
      answer?.then(
        (result) => this.#finish(submission, result),
        (error: unknown) => this.#finish(submission, errnoOf(error)),
      );
      return false;
    }
    this.#complete({ submission, result: answer, value0: 0 });
    return true;
  }

  /** The last of the changes that came while the box had not asked. */
  #tellSize(submission: Submission): boolean {
    const { handle } = submission;
    this.#complete({ submission, result: 0, value0: this.#sizes.get(handle)! });
    return this.#sizes.delete(handle);
  }

  /** The result, a promise of it, or undefined when an event will complete it. */
  #answer(submission: Submission): MaybePromise<number> | undefined {
    try {
      switch (submission.op) {
        case H.RING_READ:
          return this.#read(submission);
        case H.RING_WRITE:
          return this.#write(submission, this.#services.sinks.get(submission.handle));
        case H.RING_LAYER:
          return this.#write(submission, this.#services.layer);
        case H.RING_IMAGE:
          return this.#image(submission);
        case H.RING_CANCEL:
          return this.#cancel(submission.arg0);
        case H.RING_WINSIZE:
          return undefined;
        case RING_NET_SEND:
          return this.#netSend(submission);
        case RING_NET_RECEIVE:
          return this.#netReceive(submission);
        case RING_MESSAGE_SEND:
          return this.#messageSend(submission);
        case RING_MESSAGE_RECEIVE:
          return this.#messageReceive(submission);
        case H.RING_CLOSE:
          this.#services.onClose?.(submission.handle);
          return 0;
        case H.RING_EXITED:
          this.#services.onExited?.(submission.handle, submission.arg0);
          return 0;
        default:
          return this.#file(submission);
      }
    } catch (error) {
      return errnoOf(error);
    }
  }

  #read(submission: Submission): MaybePromise<number> {
    const { stdin, sources } = this.#services;
    if (submission.handle === 0 && !stdin) return 0;
    const source = submission.handle === 0 ? stdin : sources?.get(submission.handle);
    if (!source) return isOfInit(submission.handle) ? -EBADF : 0;
    const bytes = source.read(submission.len);
    if (!isPromise(bytes)) return this.#store(submission, bytes);
    submission.cancel = () => source.cancel();
    return bytes.then((data) => this.#store(submission, data));
  }

  #write({ handle, ptr, len }: Submission, sink: ByteSink | undefined): MaybePromise<number> {
    if (!sink) return isOfInit(handle) ? -EBADF : -EPIPE;
    return sink.write(this.#memory.bytes(ptr, len));
  }

  #image(submission: Submission): MaybePromise<number> {
    const { image } = this.#services;
    if (!image) return -EIO;
    const bytes = image.read(submission.handle, submission.arg0, submission.len);
    const store = (data: Uint8Array) => (data.length < submission.len ? -EIO : this.#store(submission, data));
    return isPromise(bytes) ? bytes.then(store) : store(bytes);
  }

  #file({ op, handle, len, ptr, arg0, arg1 }: Submission): MaybePromise<number> {
    const { files } = this.#services;
    if (!files || op < FILE_STAT) return -ENOSYS;
    return files.answer({ op, handle, flags: arg1, arg: arg0, buffer: this.#memory.bytes(ptr, len) });
  }

  #netSend({ ptr, len }: Submission): number {
    const { network } = this.#services;
    network?.send(this.#memory.bytes(ptr, len));
    return network ? 0 : -ENETDOWN;
  }

  /** What waits for the box; otherwise this is asked again when there is something. */
  #netReceive(submission: Submission): number | undefined {
    const { network } = this.#services;
    if (!network) return undefined;
    const receive = () => network.receive(this.#memory.bytes(submission.ptr, submission.len));
    const used = receive();
    if (used > 0) return used;
    network.onReady = () => {
      const later = submission.canceled ? 0 : receive();
      if (later === 0) return;
      network.onReady = undefined;
      this.#finish(submission, later);
    };
    return undefined;
  }

  #messageSend({ ptr, len }: Submission): MaybePromise<number> {
    const { messages } = this.#services;
    return messages ? messages.offer(() => this.#memory.bytes(ptr, len)) : -ENODEV;
  }

  #messageReceive(submission: Submission): MaybePromise<number> {
    const { messages } = this.#services;
    if (!messages) return -ENODEV;
    return messages.receive(submission.len, (bytes) => this.#store(submission, bytes));
  }

  #store(submission: Submission, data: Uint8Array): number {
    if (submission.canceled) return 0;
    if (data.length > submission.len) return -EINVAL;
    this.#memory.u8.set(data, submission.ptr);
    return data.length;
  }

  #cancel(id: number): number {
    const submission = this.#pending.get(id);
    if (!submission) return -ENOENT;
    submission.cancel?.();
    this.#finish(submission, -ECANCELED);
    submission.canceled = true;
    return 0;
  }

  #finish(submission: Submission, result: number, value0 = 0): void {
    if (submission.canceled) return;
    this.#pending.delete(submission.id);
    this.#complete({ submission, result, value0 });
    this.#wake();
  }

  #complete(completion: Completion): void {
    this.#overflow.push(completion);
    this.#flushOverflow();
  }

  /** What the host has written for a request. */
  #given({ op, ptr, len }: Submission, result: number): Uint8Array {
    if (op >= FILE_STAT && op < RING_NET_SEND) return this.#memory.bytes(ptr, len);
    const isGiven = GIVES_RESULT.has(op) && result > 0 && result <= len;
    return this.#memory.bytes(ptr, isGiven ? result : 0);
  }

  #flushOverflow(): boolean {
    const memory = this.#memory;
    let moved = false;
    while (this.#overflow.length > 0) {
      const tail = memory.u32(RING_BASE + H.RING_CQ_TAIL);
      if ((tail - memory.u32(RING_BASE + H.RING_CQ_HEAD)) >>> 0 >= H.RING_SLOTS) break;
      const { submission, result, value0 } = this.#overflow.shift()!;
      const at = RING_BASE + H.RING_CQ + (tail & (H.RING_SLOTS - 1)) * H.CQE_SIZE;
      memory.setU32(at + H.CQE_ID, submission.id);
      memory.setU32(at + H.CQE_RESULT, result);
      memory.setU64(at + H.CQE_VALUE0, BigInt(value0));
      memory.setU32(RING_BASE + H.RING_CQ_TAIL, (tail + 1) >>> 0);
      this.#services.recorder?.completed({
        op: submission.op,
        id: submission.id,
        result,
        value0,
        buffer: this.#given(submission, result),
      });
      moved = true;
    }
    return moved;
  }
}

/** Requests into whose buffer the host writes as many bytes as the result says. */
const GIVES_RESULT = new Set<number>([H.RING_READ, RING_NET_RECEIVE, RING_MESSAGE_RECEIVE]);

/** Other streams that nobody serves are those of processes that another host has started: their other ends are gone. */
function isOfInit(handle: number): boolean {
  return handle <= H.RING_STREAM_TRACE;
}

/** Errors of a stream that name an errno keep it. */
function errnoOf(error: unknown): number {
  const errno = (error as { errno?: unknown } | undefined)?.errno;
  return typeof errno === 'number' && errno < 0 && errno > -4096 ? errno : -EIO;
}
