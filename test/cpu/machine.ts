// Runs test cases on the interpreter, from the same memory and registers as native_runner.c.
import { CPU_BASE } from '../../abi/box.ts';
import * as cpu from '../../abi/cpu.ts';
import type { TranslatorKernel } from '../../src/translate/translator.ts';
import { compileAsc, failingImports } from '../asc.ts';
import {
  CODE,
  CODE_SIZE,
  DATA,
  DATA_SIZE,
  dataPattern,
  FX_SIZE,
  INT3,
  PAGE,
  READONLY,
  STACK,
  type State,
  type TestCase,
} from './testcase.ts';

export interface MachineExports extends TranslatorKernel {
  boot(): void;
  map(va: bigint, length: bigint, prot: number): bigint;
  page(va: bigint, access: number): number;
  cpu_run(fuel: number): number;
  flags_get(): bigint;
  flags_set(rflags: bigint): void;
  code_invalidate(frame: number): void;
  fx_image(): number;
  fx_load(): number;
  fx_save(): void;
  heat(va: bigint): void;
}

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
/** Cases run a handful of instructions; the slice only ends those that loop by mistake. */
const FUEL = 500_000;
const MOST_SLICES = 100;
const SELECTORS_SIZE = 12;
const SIGALRM = 14;
const SIGSYS = 31;
/** si_code of a system call that the filter of native_runner.c stopped. */
const SYS_SECCOMP = 1;

/** `wasi`: the host's functions that its cases may call; there are none otherwise. */
export async function newMachine(wasi: WebAssembly.ModuleImports = {}): Promise<MachineExports> {
  const module = await compileAsc('test/cpu/machine.as.ts');
  const imports = failingImports(module);
  Object.assign(imports.wasi_snapshot_preview1, wasi);
  const instance = await WebAssembly.instantiate(module, imports);
  const machine = instance.exports as unknown as MachineExports;
  machine.boot();
  return machine;
}

/** A stretch of guest memory that every case starts with the same contents of. */
class Region {
  private readonly machine: MachineExports;
  private readonly frames: number[] = [];
  private readonly va: bigint;
  private readonly before: BigUint64Array;

  constructor(machine: MachineExports, va: bigint, before: Uint8Array) {
    this.machine = machine;
    this.va = va;
    this.before = new BigUint64Array(before.buffer, 0, before.length / 8);
    for (let at = 0; at < before.length; at += PAGE) {
      this.frames.push(machine.page(va + BigInt(at), cpu.ACCESS_WRITE));
      this.words(at / PAGE).set(this.before.subarray(at / 8, (at + PAGE) / 8));
    }
  }

  private words(page: number): BigUint64Array {
    return new BigUint64Array(this.machine.memory.buffer, this.frames[page], PAGE / 8);
  }

  private isAsBefore(page: number): boolean {
    const now = Buffer.from(this.machine.memory.buffer, this.frames[page], PAGE);
    return now.equals(new Uint8Array(this.before.buffer, page * PAGE, PAGE));
  }

  /** Adds what differs from the start to `changed` and puts it back. */
  restore(changed: Map<bigint, bigint>): void {
    this.frames.forEach((_, n) => {
      const words = this.words(n);
      if (this.isAsBefore(n)) return;
      const first = (n * PAGE) / 8;
      for (let i = 0; i < PAGE / 8; i++) {
        if (words[i] === this.before[first + i]) continue;
        changed.set(this.va + BigInt((first + i) * 8), words[i]);
        words[i] = this.before[first + i];
      }
    });
  }
}

export class Machine {
  protected readonly machine: MachineExports;
  private readonly regions: Region[];
  private readonly frames: number[];
  /** Instructions executed so far, without those of endless cases. */
  executed = 0;

  constructor(machine: MachineExports) {
    this.machine = machine;
    const writable = PROT_READ | PROT_WRITE;
    machine.map(CODE, BigInt(CODE_SIZE), writable | PROT_EXEC);
    machine.map(DATA, BigInt(DATA_SIZE), writable);
    machine.map(READONLY, BigInt(PAGE), PROT_READ);
    machine.map(STACK, BigInt(PAGE), writable);
    this.frames = [CODE, CODE + BigInt(PAGE)].map((va) => machine.page(va, cpu.ACCESS_WRITE));
    this.regions = [new Region(machine, DATA, dataPattern()), new Region(machine, STACK, new Uint8Array(PAGE))];
  }

  // Views are made anew each time: memory may have grown.
  private get bytes(): Uint8Array {
    return new Uint8Array(this.machine.memory.buffer);
  }

  private get view(): DataView {
    return new DataView(this.machine.memory.buffer, CPU_BASE);
  }

  run(c: TestCase): State {
    this.load(c);
    const words = new Map<bigint, bigint>();
    try {
      this.execute();
    } finally {
      for (const region of this.regions) region.restore(words);
    }
    return { ...this.state(), words, fx: c.fx && this.fxState() };
  }

  /** Runs to the case's end; a slice may be over early when TF is set. */
  private execute(): void {
    const retired = (): number => Number(this.view.getBigUint64(cpu.CPU_RETIRED, true));
    const before = retired();
    let exit: number;
    let slices = 0;
    do exit = this.machine.cpu_run(FUEL);
    while (exit === cpu.EXIT_FUEL && retired() - before < FUEL && ++slices < MOST_SLICES);
    if (exit !== cpu.EXIT_FUEL) this.executed += retired() - before;
  }

  protected load(c: TestCase): void {
    const { bytes, view } = this;
    this.loadCode(c);
    c.gpr.forEach((v, r) => {
      view.setBigUint64(cpu.GPR_RAX + r * 8, v, true);
    });
    view.setBigUint64(cpu.CPU_RIP, c.rip, true);
    view.setBigUint64(cpu.REG_GS_BASE, c.gsBase, true);
    view.setBigUint64(cpu.REG_FS_BASE, c.fsBase ?? 0n, true);
    bytes.fill(0, CPU_BASE + cpu.CPU_SELECTORS, CPU_BASE + cpu.CPU_SELECTORS + SELECTORS_SIZE);
    this.machine.flags_set(c.rflags);
    if (!c.fx) return;
    bytes.set(c.fx, this.machine.fx_image());
    this.machine.fx_load();
  }

  /** Code that is there already stays decoded, and translated. */
  private loadCode(c: TestCase): void {
    const code = new Uint8Array(CODE_SIZE).fill(INT3);
    code.set(c.code, Number(c.rip - CODE));
    this.frames.forEach((frame, i) => {
      const page = code.subarray(i * PAGE, (i + 1) * PAGE);
      if (Buffer.from(this.machine.memory.buffer, frame, PAGE).equals(page)) return;
      this.machine.code_invalidate(frame);
      this.bytes.set(page, frame);
    });
  }

  private state(): Omit<State, 'words'> {
    const view = this.view;
    const exit = view.getUint32(cpu.CPU_EXIT, true);
    const rip = view.getBigUint64(cpu.CPU_RIP, true);
    return {
      gpr: BigUint64Array.from({ length: 16 }, (_, r) => this.register(r, exit)),
      rflags: this.machine.flags_get(),
      rip,
      gsBase: view.getBigUint64(cpu.REG_GS_BASE, true),
      fsBase: view.getBigUint64(cpu.REG_FS_BASE, true),
      address: exit === cpu.EXIT_FAULT ? view.getBigUint64(cpu.CPU_FAULT_VA, true) : isCall(exit) ? rip : 0n,
      ...this.signal(),
    };
  }

  /** The 32-bit gate lets the host's kernel see eax only. */
  private register(r: number, exit: number): bigint {
    const value = this.view.getBigUint64(cpu.GPR_RAX + r * 8, true);
    return r === 0 && exit === cpu.EXIT_INT80 ? value & 0xffffffffn : value;
  }

  /** The signal that ended the case, as native_runner.c sees it: system calls and endless loops raise one there. */
  private signal(): { signal: number; sigcode: number } {
    const { view } = this;
    const exit = view.getUint32(cpu.CPU_EXIT, true);
    if (exit === cpu.EXIT_FUEL) return { signal: SIGALRM, sigcode: 0 };
    if (isCall(exit)) return { signal: SIGSYS, sigcode: SYS_SECCOMP };
    return { signal: view.getUint32(cpu.CPU_FAULT_SIG, true), sigcode: view.getUint32(cpu.CPU_FAULT_CODE, true) };
  }

  private fxState(): Uint8Array {
    this.machine.fx_save();
    const at = this.machine.fx_image();
    return this.bytes.slice(at, at + FX_SIZE);
  }
}

function isCall(exit: number): boolean {
  return exit === cpu.EXIT_SYSCALL || exit === cpu.EXIT_INT80;
}
