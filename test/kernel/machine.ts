// The memory management under test (mm.as.ts), with addresses as bigint and results as plain numbers where they fit.
import { compileAsc, failingImports } from '../asc.ts';

interface Exports {
  memory: WebAssembly.Memory;
  alloc_frames(order: number): number;
  put_frame(p: number): void;
  free_frames(): number;
  set_limit(frames: number): void;
  slab_alloc(size: number): number;
  slab_free(p: number): void;
  boot(): void;
  create(): number;
  fork(mm: number): number;
  destroy(mm: number): void;
  rlimit(mm: number, resource: number, soft: bigint): void;
  set_brk_start(mm: number, va: bigint): void;
  mmap(mm: number, addr: bigint, len: bigint, prot: number, flags: number): bigint;
  munmap(mm: number, addr: bigint, len: bigint): bigint;
  mprotect(mm: number, addr: bigint, len: bigint, prot: number): bigint;
  mremap(mm: number, addr: bigint, old: bigint, len: bigint, flags: number, to: bigint): bigint;
  madvise(mm: number, addr: bigint, len: bigint, advice: number): bigint;
  brk(mm: number, va: bigint): bigint;
  vma_count(mm: number): number;
  vma_start(mm: number, i: number): bigint;
  vma_end(mm: number, i: number): bigint;
  vma_flags(mm: number, i: number): number;
  rss(mm: number): number;
  total_vm(mm: number): bigint;
  data_vm(mm: number): bigint;
  peek(mm: number, va: bigint, n: number): bigint;
  poke(mm: number, va: bigint, n: number, value: number): number;
  fault_signal(): number;
  fault_code(): number;
  fault_va(): bigint;
  fork_rounds(mm: number, n: number): void;
  fault_rounds(mm: number, pages: number, n: number): void;
}

export const PAGE = 4096n;

const compiled = compileAsc('test/kernel/mm.as.ts');

/** A fresh machine: its own memory, nothing mapped. */
export async function machine(): Promise<Exports> {
  const module = await compiled;
  const instance = await WebAssembly.instantiate(module, failingImports(module));
  const exports = instance.exports as unknown as Exports;
  exports.boot();
  return exports;
}

export type Machine = Exports;

/** The fault that the last peek or poke met, in the words of siginfo_t. */
export function fault(m: Machine): { signal: number; code: number; address: bigint } {
  return { signal: m.fault_signal(), code: m.fault_code(), address: BigInt.asUintN(64, m.fault_va()) };
}

/** The areas as "start-end flags" in pages from base. */
export function areas(m: Machine, mm: number, base: bigint): string[] {
  const list: string[] = [];
  for (let i = 0; i < m.vma_count(mm); i++) {
    const [start, end] = [m.vma_start(mm, i), m.vma_end(mm, i)].map((va) => Number((va - base) / PAGE));
    list.push(`${start}-${end} ${m.vma_flags(mm, i)}`);
  }
  return list;
}

/** xorshift32: the same operations in every run. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  below(n: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % n;
  }
}
