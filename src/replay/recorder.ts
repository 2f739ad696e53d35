// Notes all that comes into a box from its host, as it comes, and hands it on in chunks (recording.ts).
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_RETIRED } from '../../abi/cpu.ts';
import { RING_IMAGE } from '../../abi/host.ts';
import { Memory } from '../runtime/memory.ts';
import type { Answer, Recorder } from '../runtime/recorder.ts';
import * as R from './recording.ts';

/** Events are handed on when there are that many bytes. */
const CHUNK = 1 << 16;

type Call = (...args: (number | bigint)[]) => number | bigint | undefined;

export class RunRecorder implements Recorder {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #events = new R.EventWriter();
  #memory!: Memory;
  #retired = 0;

  constructor(info: R.RecordingInfo, write: (bytes: Uint8Array) => void) {
    this.#write = write;
    write(new TextEncoder().encode(R.MAGIC));
    write(R.chunk(new TextEncoder().encode(JSON.stringify(info))));
  }

  exports<T extends object>(exports: T): T {
    const recorded: Record<string, unknown> = { ...(exports as Record<string, unknown>) };
    this.#memory = new Memory(recorded.memory as WebAssembly.Memory);
    for (const [number, name] of R.CALLS.entries()) recorded[name] = this.#noting(number, name, recorded[name] as Call);
    return recorded as T;
  }

  #noting(number: number, name: (typeof R.CALLS)[number], call: Call): Call {
    const readsMemory = name === 'wbx_boot' || name === 'wbx_spawn';
    return (...args) => {
      if (readsMemory) this.#noteWritten(Number(args[0]) >>> 0, Number(args[1]));
      this.#noteCall(number, args);
      const result = call(...args);
      if (name === 'wbx_resume') this.#noteRetired();
      return result;
    };
  }

  #noteWritten(ptr: number, length: number): void {
    this.#events.number(R.EVENT_WRITE);
    this.#events.number(ptr);
    this.#events.bytes(this.#memory.bytes(ptr, length));
  }

  #noteCall(number: number, args: (number | bigint)[]): void {
    const events = this.#events;
    events.number(R.EVENT_CALL);
    events.number(number);
    events.number(args.length);
    for (const arg of args) {
      events.number(typeof arg === 'bigint' ? 1 : 0);
      if (typeof arg === 'bigint') events.u64(arg);
      else events.signed(arg | 0);
    }
  }

  #noteRetired(): void {
    const retired = this.#memory.u64(CPU_BASE + CPU_RETIRED);
    this.#events.number(R.EVENT_RETIRED);
    this.#events.number(retired - this.#retired);
    this.#retired = retired;
    if (this.#events.length >= CHUNK) this.#handOn();
  }

  imports(imports: WebAssembly.Imports): WebAssembly.Imports {
    const recorded: WebAssembly.Imports = {};
    for (const [module, functions] of Object.entries(imports)) {
      const { clock_time_get: clock, random_get: random } = functions as Record<string, Call>;
      recorded[module] = {
        ...functions,
        clock_time_get: (id: number, precision: bigint, ptr: number) => {
          const result = clock(id, precision, ptr);
          this.#events.number(R.EVENT_CLOCK);
          this.#events.u64(this.#memory.view.getBigUint64(ptr, true));
          return Number(result);
        },
        random_get: (ptr: number, length: number) => {
          const result = random(ptr, length);
          this.#events.number(R.EVENT_RANDOM);
          this.#events.bytes(this.#memory.bytes(ptr, length));
          return Number(result);
        },
      };
    }
    return recorded;
  }

  completed({ op, id, result, value0, buffer }: Answer): void {
    const events = this.#events;
    events.number(R.EVENT_COMPLETION);
    events.number(id);
    events.signed(result);
    events.number(value0);
    // The image's bytes are in the box.
    events.bytes(op === RING_IMAGE ? new Uint8Array(0) : buffer);
  }

  end(fingerprint: number): void {
    const trailer = new DataView(new ArrayBuffer(5));
    trailer.setUint8(0, R.EVENT_END);
    trailer.setUint32(1, fingerprint, true);
    this.#handOn();
    this.#write(R.chunk(new Uint8Array(trailer.buffer)));
  }

  #handOn(): void {
    if (this.#events.length > 0) this.#write(R.chunk(this.#events.take()));
  }
}
