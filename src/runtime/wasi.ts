// The imports of an attached box: clock and entropy. Everything else goes through the rings and answers ENOSYS here.
import type { Memory } from './memory.ts';

const WASI_MODULE = 'wasi_snapshot_preview1';
const WASI_EINVAL = 28;
const WASI_ENOSYS = 52;
const WASI_CLOCK_REALTIME = 0;
const WASI_CLOCK_THREAD_CPU = 3;
/** crypto.getRandomValues takes no more at a time. */
const RANDOM_MAX = 65536;

/** Import object for `module`; `memory` is asked for at call time, since it exists only after instantiation. */
export function wasiImports(module: WebAssembly.Module, memory: () => Memory): WebAssembly.Imports {
  const served: Record<string, WebAssembly.ExportValue> = {
    clock_time_get: (id: number, _precision: bigint, ptr: number) => clockTimeGet(memory(), id, ptr),
    random_get: (ptr: number, length: number) => randomGet(memory(), ptr, length),
  };
  const functions: Record<string, WebAssembly.ExportValue> = {};
  for (const { module: name, name: field } of WebAssembly.Module.imports(module)) {
    if (name === WASI_MODULE) functions[field] = served[field] ?? (() => WASI_ENOSYS);
  }
  return { [WASI_MODULE]: functions };
}

function clockTimeGet(memory: Memory, id: number, ptr: number): number {
  if (id > WASI_CLOCK_THREAD_CPU) return WASI_EINVAL;
  memory.setU64(ptr, id === WASI_CLOCK_REALTIME ? realtime() : monotonic());
  return 0;
}

function realtime(): bigint {
  // Microseconds of the epoch are the most that a double holds exactly.
  return BigInt(Math.floor((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}

function monotonic(): bigint {
  return BigInt(Math.floor(performance.now() * 1e6));
}

function randomGet(memory: Memory, ptr: number, length: number): number {
  for (let done = 0; done < length; done += RANDOM_MAX) {
    crypto.getRandomValues(memory.bytes(ptr + done, Math.min(RANDOM_MAX, length - done)) as Uint8Array<ArrayBuffer>);
  }
  return 0;
}
