// Runs a box from a recording: the same calls, answers, clocks and random bytes in the same order. Nothing of the host is asked
// for; what the programs print is shown again. Invariant: a box that does not do what it did is stopped at once.
import { CONTROL_BASE, CPU_BASE, RING_BASE } from '../../abi/box.ts';
import { CPU_RETIRED } from '../../abi/cpu.ts';
import * as H from '../../abi/host.ts';
import type { ImageSource } from '../box/source.ts';
import { xxh32 } from '../box/xxh32.ts';
import { WbxError } from '../errors.ts';
import { Memory } from '../runtime/memory.ts';
import { tableFunction } from '../runtime/table-function.ts';
import { wasiImports } from '../runtime/wasi.ts';
import { CommonPages } from '../snapshot/common-pages.ts';
import type { Moment } from '../snapshot/moment.ts';
import * as R from './recording.ts';

export interface ReplayOptions {
  engine: WebAssembly.Module;
  events: R.EventReader;
  image: ImageSource;
  /** What a snapshot begins with. */
  moment?: Moment;
  /** Ends at that instruction. */
  until?: number;
  /** What the programs print to stdout (1) and stderr (2). */
  print?: (stream: number, bytes: Uint8Array) => void;
}

export interface ReplayResult {
  instructions: number;
  /** Of the box's first process; undefined when it has not ended by then. */
  status: number | undefined;
  /** XXH32 of all memory. */
  fingerprint: number;
  /** The memory at the end. */
  save(): Moment;
}

interface Request {
  op: number;
  handle: number;
  ptr: number;
  length: number;
  offset: number;
}

type Call = (...args: (number | bigint)[]) => number;

export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const run = new Replay(options);
  await run.begin();
  return run.run();
}

class Replay {
  readonly #options: ReplayOptions;
  readonly #events: R.EventReader;
  readonly #requests = new Map<number, Request>();
  readonly #lastTime = new Map<number, bigint>();
  #exports!: WebAssembly.Exports;
  #memory!: Memory;
  #common!: CommonPages;
  #retired = 0;
  /** Set when the recording is not asked any more. */
  #over = false;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#events = options.events;
  }

  async begin(): Promise<void> {
    const { engine, moment, until } = this.#options;
    const instance = await WebAssembly.instantiate(engine, this.#imports());
    this.#exports = instance.exports;
    const memory = instance.exports.memory as WebAssembly.Memory;
    this.#memory = new Memory(memory);
    this.#common = new CommonPages(memory);
    const settle = tableFunction((ptr) => this.#common.settle(ptr >>> 0));
    (instance.exports.table as WebAssembly.Table).set(H.TABLE_SLOT_SETTLE, settle);
    if (moment) this.#common.goOn(moment);
    if (until !== undefined && until < this.#instructions) throw outOfReach(until, this.#instructions);
  }

  #imports(): WebAssembly.Imports {
    const imports = wasiImports(this.#options.engine, () => this.#memory);
    for (const functions of Object.values(imports)) {
      functions.clock_time_get = (id: number, _precision: bigint, ptr: number) => this.#clock(id, ptr);
      functions.random_get = (ptr: number, length: number) => this.#random(ptr, length);
    }
    return imports;
  }

  #clock(id: number, ptr: number): number {
    if (!this.#over) {
      if (!this.#events.accept(R.EVENT_CLOCK)) throw differs(this.#instructions);
      this.#lastTime.set(id, this.#events.u64());
    }
    this.#memory.setU64(ptr, this.#lastTime.get(id) ?? 0n);
    return 0;
  }

  #random(ptr: number, length: number): number {
    const bytes = this.#events.accept(R.EVENT_RANDOM) ? this.#events.bytes() : undefined;
    if (bytes?.length !== length) throw differs(this.#instructions);
    this.#memory.u8.set(bytes, ptr);
    return 0;
  }

  get #instructions(): number {
    return this.#memory.u64(CPU_BASE + CPU_RETIRED);
  }

  async run(): Promise<ReplayResult> {
    for (;;) {
      switch (this.#events.next()) {
        case R.EVENT_CALL:
          this.#call();
          // The rest of what the resume was given is not asked for.
          if (this.#isThere()) return this.#result(undefined);
          break;
        case R.EVENT_WRITE:
          this.#put(this.#events.number(), this.#events.bytes());
          break;
        case R.EVENT_COMPLETION:
          await this.#complete();
          break;
        case R.EVENT_RETIRED:
          this.#retired += this.#events.number();
          if (this.#instructions !== this.#retired) throw differs(this.#instructions);
          break;
        case R.EVENT_END:
          return this.#end();
        default:
          throw differs(this.#instructions);
      }
    }
  }

  #call(): void {
    const name = R.CALLS[this.#events.number()];
    const args: (number | bigint)[] = [];
    const count = this.#events.number();
    if (count > 4) throw R.damaged('a call has too many arguments');
    while (args.length < count) args.push(this.#events.number() === 1 ? this.#events.u64() : this.#events.signed());
    const call = this.#exports[name] as Call | undefined;
    if (!call) throw R.damaged('it calls what a box does not have');
    const resumes = name === 'wbx_resume';
    const { until } = this.#options;
    // Only what is left of the last resume is run otherwise than it was.
    if (resumes && until !== undefined) this.#memory.setU64(CONTROL_BASE + H.CONTROL_STOP_AT, BigInt(until));
    try {
      call(...args);
    } catch (error) {
      if (error instanceof WbxError) throw error;
      throw differs(this.#instructions, error);
    }
    if (resumes) this.#takeRequests();
  }

  /** As the ring's server does, which takes all of them after each resume. */
  #takeRequests(): void {
    const memory = this.#memory;
    let head = memory.u32(RING_BASE + H.RING_SQ_HEAD);
    const tail = memory.u32(RING_BASE + H.RING_SQ_TAIL);
    if ((tail - head) >>> 0 > H.RING_SLOTS) throw differs(this.#instructions);
    for (; head !== tail; head = (head + 1) >>> 0) {
      const at = RING_BASE + H.RING_SQ + (head & (H.RING_SLOTS - 1)) * H.SQE_SIZE;
      this.#requests.set(memory.u32(at + H.SQE_ID), {
        op: memory.u32(at + H.SQE_OP),
        handle: memory.u32(at + H.SQE_HANDLE),
        ptr: memory.u32(at + H.SQE_PTR),
        length: memory.u32(at + H.SQE_LEN),
        offset: memory.u64(at + H.SQE_ARG0),
      });
    }
    memory.setU32(RING_BASE + H.RING_SQ_HEAD, tail);
  }

  async #complete(): Promise<void> {
    const id = this.#events.number();
    const result = this.#events.signed();
    const value0 = this.#events.number();
    const bytes = this.#events.bytes();
    const request = this.#requests.get(id);
    if (!request) throw differs(this.#instructions);
    this.#requests.delete(id);
    const { op, handle, ptr, length, offset } = request;
    if (op === H.RING_IMAGE) {
      if (result > 0) this.#put(ptr, await this.#options.image.read(handle, offset, length));
    } else if (op === H.RING_WRITE) {
      if (result > 0) this.#options.print?.(handle, this.#memory.bytes(ptr, result));
    } else if (bytes.length > length) throw differs(this.#instructions);
    else this.#put(ptr, bytes);
    this.#answer(id, result, value0);
  }

  #answer(id: number, result: number, value0: number): void {
    const memory = this.#memory;
    const tail = memory.u32(RING_BASE + H.RING_CQ_TAIL);
    const at = RING_BASE + H.RING_CQ + (tail & (H.RING_SLOTS - 1)) * H.CQE_SIZE;
    memory.setU32(at + H.CQE_ID, id);
    memory.setU32(at + H.CQE_RESULT, result);
    memory.setU64(at + H.CQE_VALUE0, BigInt(value0));
    memory.setU32(RING_BASE + H.RING_CQ_TAIL, (tail + 1) >>> 0);
  }

  #put(ptr: number, bytes: Uint8Array): void {
    if (ptr + bytes.length > this.#memory.u8.length) throw differs(this.#instructions);
    this.#memory.u8.set(bytes, ptr);
  }

  #isThere(): boolean {
    const { until } = this.#options;
    return until !== undefined && this.#instructions >= until;
  }

  #end(): ReplayResult {
    const { until } = this.#options;
    if (until !== undefined) throw outOfReach(until, this.#instructions);
    const status = this.#memory.u32(CONTROL_BASE + H.CONTROL_EXIT_STATUS);
    const result = this.#result(status);
    if (this.#events.u32() !== result.fingerprint) throw differs(this.#instructions);
    return result;
  }

  #result(status: number | undefined): ReplayResult {
    this.#over = true;
    this.#memory.setU64(CONTROL_BASE + H.CONTROL_STOP_AT, 0n);
    this.#common.settleAll();
    const fingerprint = xxh32(this.#memory.u8);
    const save = () => {
      (this.#exports.wbx_freeze as Call)();
      return this.#common.save();
    };
    return { instructions: this.#instructions, status, fingerprint, save };
  }
}

function differs(instructions: number, cause?: unknown): WbxError {
  return new WbxError(
    'BAD_RECORDING',
    `at instruction ${instructions} the box does not do what it did: the recording is damaged, or was made by another wbx`,
    cause,
  );
}

function outOfReach(until: number, instructions: number): WbxError {
  return new WbxError('BAD_ARGUMENT', `--until ${until}: the box is at instruction ${instructions} then`);
}
