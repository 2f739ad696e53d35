// One module in two engines: the loader, which is a Linux program and runs on this machine as it does in a box, and Node's own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const LOADER = 'src/runtime/guest/wasm-loader.gen.elf';

export interface Ran {
  /** `ok`, a kind of trap, or `refused` for a module that is not valid. */
  end: string;
  output: Buffer;
}

/** How each engine says it. */
const TRAPS: [kind: string, ours: RegExp, node: RegExp][] = [
  ['unreachable', /unreachable/, /unreachable/],
  ['memory', /out of bounds memory access/, /memory access out of bounds|data segment/],
  [
    'table',
    /out of bounds table access/,
    /table index is out of bounds|table element|element segment|table access out of bounds/,
  ],
  ['null', /uninitialized element/, /null function or function signature mismatch|RuntimeError: null/],
  ['type', /indirect call type mismatch/, /null function or function signature mismatch/],
  ['zero', /integer divide by zero/, /divide by zero|remainder by zero/],
  ['overflow', /integer overflow/, /divide result unrepresentable/],
  ['conversion', /float unrepresentable/, /float unrepresentable/],
  ['stack', /call stack exhausted/, /Maximum call stack/],
];

/** V8 does not tell a call of null from one of another type. */
const normal = (kind: string): string => (kind === 'null' || kind === 'type' ? 'callee' : kind);

export function inLoader(module: Uint8Array): Ran {
  const directory = mkdtempSync(join(tmpdir(), 'wbx-wasm-'));
  try {
    const path = join(directory, 'm.wasm');
    writeFileSync(path, module);
    const { status, signal, stdout, stderr } = spawnSync(LOADER, [path, 'm'], { timeout: 60_000, maxBuffer: 1 << 28 });
    return { end: endOf(status, signal, stderr.toString()), output: stdout };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function endOf(status: number | null, signal: string | null, stderr: string): string {
  if (status === 0 && stderr === '') return 'ok';
  if (status === 126) return `refused`;
  const trap = status === 134 && TRAPS.find(([, ours]) => ours.test(stderr));
  return trap ? normal(trap[0]) : `status ${status} ${signal} ${stderr}`;
}

export function inNode(module: Uint8Array): Ran {
  const output: Buffer[] = [];
  let memory: WebAssembly.Memory | undefined;
  const fd_write = (_fd: number, vectors: number, _count: number, written: number): number => {
    const [at, length] = new Uint32Array(memory!.buffer, vectors, 2);
    new Uint32Array(memory!.buffer, written, 1)[0] = length;
    output.push(Buffer.from(memory!.buffer.slice(at, at + length)));
    return 0;
  };
  let end = 'ok';
  try {
    const compiled = new WebAssembly.Module(module as BufferSource);
    const { exports } = new WebAssembly.Instance(compiled, { wasi_snapshot_preview1: { fd_write } });
    memory = exports.memory as WebAssembly.Memory;
    (exports._start as () => void)();
  } catch (error) {
    end = describe(error as Error);
  }
  return { end, output: Buffer.concat(output) };
}

function describe(error: Error): string {
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) return 'refused';
  const text = `${error.name}: ${error.message}`;
  const trap = TRAPS.find(([, , node]) => node.test(text));
  return trap ? normal(trap[0]) : text;
}
