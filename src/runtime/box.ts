// A running box: instantiates the engine, boots it and resumes it until pid 1 has ended, serving the rings in between.
// Invariant: the host's event loop is never held for longer than a slice, and nothing is polled: an idle box sleeps until
// its deadline, a completion or a signal.

import { CONTROL_BASE, CPU_BASE } from '../../abi/box.ts';
import { CPU_RETIRED } from '../../abi/cpu.ts';
import * as H from '../../abi/host.ts';
import type { ImageSource } from '../box/source.ts';
import { xxh32 } from '../box/xxh32.ts';
import { WbxError } from '../errors.ts';
import { CommonPages } from '../snapshot/common-pages.ts';
import { guestFingerprint } from '../snapshot/guest-fingerprint.ts';
import type { Moment } from '../snapshot/moment.ts';
import type { Translator, TranslatorKernel, TranslatorOptions } from '../translate/translator.ts';
import { Alarm } from './alarm.ts';
import type { CpuQuota } from './cpu-quota.ts';
import type { FileServer } from './file-server.ts';
import { Fuel, type Gauge, SLICE_MS } from './fuel.ts';
import { InstructionReports } from './instruction/report.ts';
import { Memory } from './memory.ts';
import type { Messages } from './messages.ts';
import type { Network } from './net/network.ts';
import { type GuestProcess, Processes, type ProcessStreams } from './processes.ts';
import type { Recorder } from './recorder.ts';
import { RingServer, type RingServices } from './ring.ts';
import { SourceReader } from './source-reader.ts';
import type { ByteSink, ByteSource } from './streams.ts';
import { tableFunction } from './table-function.ts';
import { wasiImports } from './wasi.ts';
import { WholeWrites } from './whole-writes.ts';

/** How a platform lets other work of its event loop run. */
export interface Scheduler {
  yield(): Promise<void>;
}

export interface BoxOptions {
  /** kernel.wasm, or a box stripped of its data segments, compiled. */
  engine: WebAssembly.Module;
  scheduler: Scheduler;
  /** Calls back and ends the box at that number of retired instructions; of deterministic boxes. */
  until?: Until;
  /** Told when the box has met a limit for the first time: LIMIT_* of abi/host.ts. */
  onLimit?: (limit: number) => void;
  /** Told all that the box gets from its host; such a box cannot be saved, and is not translated at run time. */
  recorder?: Recorder;
  /** How far one resume runs; steered by time when absent. */
  fuel?: Gauge;
  /** Its share of the host's CPU; no limit when absent. */
  quota?: CpuQuota;
  /** Boot block (abi/boot.ts), */
  boot?: Uint8Array;
  /** or what a box goes on from. */
  state?: BoxState;
  image?: ImageSource;
  stdin?: ByteSource;
  stdout?: ByteSink;
  stderr?: ByteSink;
  /** Text of --strace and --trace; stderr when absent. */
  trace?: ByteSink;
  /** Receives the layer stream (abi/layer.ts) after pid 1 has ended. */
  layer?: ByteSink;
  /** Serves the host mounts of the boot block. */
  files?: FileServer;
  /** Translate hot code at run time; without it the interpreter runs everything. */
  translate?: TranslatorOptions;
  /** The host's end of /dev/wbx. Closed at the end. */
  messages?: Messages;
  /** What is outside of the box; the boot block gives it an address there. Closed at the end. */
  network?: Network;
}

export interface Until {
  instructions: number;
  reached: () => void;
}

/** A box to go on from: its memory, or another box of the same engine that runs beside us. */
export interface BoxState {
  memory: Moment | Box;
  /** HOST_* of abi/host.ts that this host serves. */
  hostFlags: number;
  /** CLOCK_*: what becomes of the time in between. */
  clock: number;
}

/** How a box ended: `status` as a shell shows it, `reason` one of EXITED_* of abi/host.ts. */
export interface BoxExit {
  status: number;
  reason: number;
  /** Guest instructions that were retired. */
  instructions: number;
  /** System calls that were answered with ENOSYS. */
  unknownSyscalls: number;
}

/** A panic is a sentence; a damaged memory may claim anything. */
const PANIC_MAX = 1000;

/** Status of what ends with the box: death by SIGKILL. */
const KILLED = 137;

interface Pause {
  ended: Promise<void>;
  end(): void;
}

function pausing(): Pause {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { ended, end };
}

interface Engine extends TranslatorKernel {
  wbx_boot(ptr: number, length: number): number;
  wbx_resume(fuel: number): number;
  wbx_kick(signal: number): void;
  wbx_spawn(ptr: number, length: number, id: number): number;
  wbx_signal(pid: number, signal: number): number;
  wbx_freeze(): void;
  wbx_thaw(flags: number, clock: number): void;
  wbx_clock(nanoseconds: bigint): bigint;
}

export class Box {
  readonly #options: BoxOptions;
  readonly #stdin: SourceReader | undefined;
  #engine!: Engine;
  #memory!: Memory;
  #common!: CommonPages;
  #ring!: RingServer;
  #translator: Translator | undefined;
  #processes!: Processes;
  readonly #fuel: Gauge;
  readonly #alarm = new Alarm();
  #wait = 0;
  #lastYield = 0;
  #ended = false;
  #pause: Pause | undefined;
  #isIdle = false;
  #idle: Pause | undefined;
  #until: Until | undefined;
  #limitsHit = 0;
  #stopped: { status: number; error?: unknown } | undefined;

  constructor(options: BoxOptions) {
    this.#options = options;
    this.#fuel = options.fuel ?? new Fuel();
    this.#stdin = options.stdin && new SourceReader(options.stdin);
  }

  /** Instantiates the box, so that it could run; done by run() if not before. */
  async start(): Promise<void> {
    await this.#instantiate();
    const { boot, state, translate, until } = this.#options;
    if (state) this.#thaw(state);
    else this.#boot(boot!);
    if (until) this.stopAt(until);
    if (translate) {
      // Loaded when needed: its forty modules would double the start of a short command.
      const { Translator } = await import('../translate/translator.ts');
      this.#translator = new Translator(this.#engine, this.#memory, translate);
    }
  }

  /** Boots the box, or goes on with it, and runs it to its end. */
  async run(): Promise<BoxExit> {
    if (!this.#engine) await this.start();
    try {
      this.#lastYield = performance.now();
      while (!this.#stopped && !(await this.#step())) {}
      if (this.#stopped?.error !== undefined) throw this.#stopped.error;
      if (!this.#stopped) await this.#finishWrites();
    } finally {
      this.#options.recorder?.end(this.fingerprint());
      this.#ended = true;
      this.#becomeIdle();
      this.#stdin?.close();
      this.#options.files?.close();
      this.#options.network?.close();
      this.#options.messages?.close();
      this.#processes.end(KILLED);
    }
    const control = (field: number) => this.#memory.u32(CONTROL_BASE + field);
    return {
      status: this.#stopped?.status ?? control(H.CONTROL_EXIT_STATUS),
      reason: control(H.CONTROL_EXIT_REASON),
      instructions: this.instructions,
      unknownSyscalls: control(H.CONTROL_UNKNOWN_SYSCALLS),
    };
  }

  /** Sends a signal to pid 1. Nothing happens before the box has booted. */
  kick(signal: number): void {
    this.#engine?.wbx_kick(signal);
    this.#alarm.wake();
  }

  /** Starts a process beside pid 1. `boot` is a boot block (abi/boot.ts) without an image. */
  exec(boot: Uint8Array, streams: ProcessStreams): GuestProcess {
    if (!this.#engine || this.#ended) throw new WbxError('UNSUPPORTED', 'the box does not run');
    const process = this.#processes.open(streams);
    const ptr = this.#give(boot);
    const pid = this.#guarded(() => this.#engine.wbx_spawn(ptr, boot.length, process.id));
    if (pid < 0) throw new WbxError('EXEC_FAILED', `the box starts no further process (errno ${-pid})`);
    process.pid = pid;
    this.#alarm.wake();
    return process;
  }

  /** Sends a signal to a process; false when there is none of that number. */
  signal(pid: number, signal: number): boolean {
    if (!this.#engine || this.#ended) return false;
    const errno = this.#guarded(() => this.#engine.wbx_signal(pid, signal));
    this.#alarm.wake();
    return errno === 0;
  }

  /** Nothing of it runs until `unpause`; what waits goes on waiting. */
  pause(): void {
    this.#pause ??= pausing();
  }

  unpause(): void {
    this.#pause?.end();
    this.#pause = undefined;
  }

  /** Resolves once all its programs wait: for a time, or for something from outside; or once it has ended. */
  idle(): Promise<void> {
    if (this.#ended || (this.#isIdle && !this.#alarm.woken)) return Promise.resolve();
    this.#idle ??= pausing();
    return this.#idle.ended;
  }

  #becomeIdle(): void {
    this.#isIdle = true;
    this.#idle?.end();
    this.#idle = undefined;
  }

  /** What it uses, nothing before it has started: bytes of linear memory, which never shrinks, tasks, system calls made and instructions retired. */
  get counters(): { memory: number; tasks: number; systemCalls: number; instructions: number } {
    if (!this.#memory) return { memory: 0, tasks: 0, systemCalls: 0, instructions: 0 };
    const control = (field: number) => this.#memory.u32(CONTROL_BASE + field);
    return {
      memory: this.#engine.memory.buffer.byteLength,
      tasks: control(H.CONTROL_TASKS),
      systemCalls: this.#memory.u64(CONTROL_BASE + H.CONTROL_SYSCALLS),
      instructions: this.#memory.u64(CPU_BASE + CPU_RETIRED),
    };
  }

  /** Ends the box from outside: its programs hear nothing of it. With an error, run() throws that. */
  stop(status: number, error?: unknown): void {
    this.#stopped ??= { status, error };
    this.unpause();
    this.#alarm.wake();
  }

  /** Ends the box at an instruction: there exactly if it is deterministic, otherwise at the end of a slice. */
  stopAt(until: Until): void {
    this.#until = until;
    this.#memory.setU64(CONTROL_BASE + H.CONTROL_STOP_AT, BigInt(until.instructions));
  }

  /** Regions that were translated while it ran. */
  get regions(): number {
    return this.#translator?.regions ?? 0;
  }

  /** Guest instructions that were retired. */
  get instructions(): number {
    return this.#memory.u64(CPU_BASE + CPU_RETIRED);
  }

  /** Its memory as it is between two resumes: the box goes on and does not notice. */
  save(): Moment {
    return this.#frozen().save();
  }

  #frozen(): CommonPages {
    if (this.#options.recorder)
      throw new WbxError('UNSUPPORTED', 'a run that is recorded cannot be saved: save its replay');
    if (!this.#engine || this.#ended) throw new WbxError('UNSUPPORTED', 'a box that does not run cannot be saved');
    this.#engine.wbx_freeze();
    return this.#common;
  }

  /** Of all its memory: runs that repeat end with the same. */
  fingerprint(): number {
    this.#common.settleAll();
    return xxh32(this.#memory.u8);
  }

  /** Of what programs can see: the same in every tier, too. */
  guestFingerprint(): string {
    this.#common.settleAll();
    return guestFingerprint(this.#memory.u8);
  }

  #thaw({ memory, hostFlags, clock }: BoxState): void {
    this.#checkVersion();
    this.#common.goOn(memory instanceof Box ? memory.#frozen().view() : memory);
    this.#checkVersion();
    this.#guarded(() => this.#engine.wbx_thaw(hostFlags, clock) ?? 0);
  }

  /** Moves the clocks of the box on; answers its CLOCK_REALTIME, in milliseconds. */
  moveClock(milliseconds: number): number {
    if (!this.#engine || this.#ended) throw new WbxError('UNSUPPORTED', 'the box does not run');
    const now = this.#engine.wbx_clock(BigInt(Math.round(milliseconds * 1e6)));
    this.#alarm.wake();
    return Number(BigInt.asUintN(64, now)) / 1e6;
  }

  /** Tells the box the new size of its terminal, or of that of a process that `exec` has started. */
  resize(columns: number, rows: number, id = 0): void {
    this.#ring?.resize(columns, rows, id * 4);
  }

  async #instantiate(): Promise<void> {
    const { recorder } = this.#options;
    const own = wasiImports(this.#options.engine, () => this.#memory);
    const imports = recorder?.imports(own) ?? own;
    const instance = await WebAssembly.instantiate(this.#options.engine, imports).catch((error: Error) => {
      throw new WbxError('BAD_BOX', `the engine of the box does not start: ${error.message}`, error);
    });
    const exports = instance.exports as unknown as Engine;
    this.#engine = recorder?.exports(exports) ?? exports;
    this.#memory = new Memory(this.#engine.memory);
    this.#common = new CommonPages(this.#engine.memory);
    this.#engine.table.set(
      H.TABLE_SLOT_SETTLE,
      tableFunction((ptr) => this.#common.settle(ptr >>> 0)),
    );
    this.#ring = new RingServer(this.#memory, this.#services(), () => this.#alarm.wake());
  }

  #services(): RingServices {
    const { stdout, stderr, trace = stderr, image, layer, files, network, messages, recorder } = this.#options;
    const sinks = new Map<number, ByteSink>();
    if (stdout) sinks.set(1, new WholeWrites(stdout));
    if (stderr) sinks.set(2, new WholeWrites(stderr));
    if (trace) sinks.set(H.RING_STREAM_TRACE, new WholeWrites(new InstructionReports(trace)));
    this.#processes = new Processes(sinks);
    return {
      stdin: this.#stdin,
      sources: this.#processes.sources,
      sinks,
      image,
      layer,
      files,
      network,
      messages,
      recorder,
      onClose: (handle) => this.#processes.closed(handle),
      onExited: (id, status) => this.#processes.exited(id, status),
    };
  }

  #checkVersion(): void {
    const version = this.#memory.u32(CONTROL_BASE + H.CONTROL_VERSION);
    if (version !== H.HOST_VERSION) throw new WbxError('BAD_BOX', versionSentence(version));
  }

  /** Puts bytes into memory that the kernel owns from then on. */
  #give(bytes: Uint8Array): number {
    const ptr = this.#guarded(() => this.#engine.wbx_alloc(bytes.length));
    if (!ptr) throw new WbxError('IO', 'no memory in the box for a boot block');
    this.#memory.u8.set(bytes, ptr);
    return ptr;
  }

  #boot(block: Uint8Array): void {
    this.#checkVersion();
    const ptr = this.#give(block);
    const errno = this.#guarded(() => this.#engine.wbx_boot(ptr, block.length));
    if (errno) throw new WbxError('BAD_BOX', `the box does not boot (errno ${Math.abs(errno)})`);
  }

  /** One resume and what it asks for. True at the end. */
  async #step(): Promise<boolean> {
    if (this.#pause) await this.#pause.ended;
    if (this.#stopped) return false;
    const reason = this.#resume();
    const progress = this.#ring.serve();
    this.#tellLimits();
    if (reason === H.REASON_EXITED) return true;
    if (reason === H.REASON_PANIC) throw this.#panic(undefined);
    if (this.#isThere()) return false;
    if (this.#wait > 0) await this.#rest();
    const idle = reason !== H.REASON_BUDGET && !progress;
    if (idle && this.#ring.isQuiet) this.#becomeIdle();
    if (idle && (await this.#sleep())) this.#lastYield = performance.now();
    else if (performance.now() - this.#lastYield >= SLICE_MS) await this.#yield();
    return false;
  }

  /** Has the instruction come that the host wants to see? */
  #isThere(): boolean {
    const until = this.#until;
    if (!until || this.instructions < until.instructions) return false;
    until.reached();
    this.stop(0);
    return true;
  }

  #tellLimits(): void {
    const hit = this.#memory.u32(CONTROL_BASE + H.CONTROL_LIMITS_HIT);
    const fresh = hit & ~this.#limitsHit;
    if (fresh === 0) return;
    this.#limitsHit = hit;
    for (const limit of [H.LIMIT_MEMORY, H.LIMIT_TASKS, H.LIMIT_FILES]) {
      if (fresh & limit) this.#options.onLimit?.(limit);
    }
  }

  #resume(): number {
    const before = performance.now();
    this.#isIdle = false;
    this.#alarm.clear();
    this.#translator?.serve();
    const fuel = this.#fuel.amount;
    const reason = this.#guarded(() => this.#engine.wbx_resume(fuel));
    const after = performance.now();
    if (reason === H.REASON_BUDGET) this.#fuel.spent(after - before);
    this.#wait = this.#options.quota?.ran(after) ?? 0;
    return reason;
  }

  /** Its share of the CPU is used up for now. */
  async #rest(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#wait));
    this.#lastYield = performance.now();
  }

  async #yield(): Promise<void> {
    await this.#options.scheduler.yield();
    this.#lastYield = performance.now();
  }

  /** Until the deadline or something that wakes the box; false when it has come already. */
  #sleep(): Promise<boolean> {
    const deadline = this.#memory.u64(CONTROL_BASE + H.CONTROL_DEADLINE) / 1e6;
    return this.#alarm.sleep(deadline - performance.now());
  }

  /** What pid 1 has written reaches its streams before the end is reported. */
  async #finishWrites(): Promise<void> {
    while (this.#ring.writesPending) {
      await this.#alarm.sleep();
      this.#alarm.clear();
    }
  }

  /** A trap of the engine is a panic of its kernel. */
  #guarded(call: () => number): number {
    try {
      return call();
    } catch (trap) {
      if (trap instanceof WbxError) throw trap;
      throw this.#panic(trap as Error);
    }
  }

  #panic(trap: Error | undefined): WbxError {
    const ptr = this.#memory.u32(CONTROL_BASE + H.CONTROL_PANIC_PTR);
    const length = this.#memory.u32(CONTROL_BASE + H.CONTROL_PANIC_LEN);
    const text = this.#memory.text(ptr, Math.min(length, PANIC_MAX));
    const what = text || trap?.message || 'no reason given';
    return new WbxError('PANIC', `the kernel of the box panicked: ${what}`, trap);
  }
}

function versionSentence(version: number): string {
  const kernel = `the kernel of this box has version ${version} of the host interface`;
  return version > H.HOST_VERSION
    ? `${kernel}, this wbx only ${H.HOST_VERSION}: update wbx`
    : `${kernel}, this wbx needs ${H.HOST_VERSION}: build the box again (in a checkout of wbx, its kernel: npm run build)`;
}
