// Runs a box in a process of its own and keeps its record up to date: starts it again by its policy, logs what it prints and
// answers the control socket. Invariant: state.json is written before somebody is told.
import { setTimeout } from 'node:timers/promises';
import { EXITED_LIMIT_MEMORY, EXITED_NO_COMMAND } from '../../../../abi/host.ts';
import { WbxError } from '../../../errors.ts';
import type { Box, BoxExit } from '../../box.ts';
import { serveControl } from '../control/server.ts';
import { type RunOptions, runBox } from '../run.ts';
import type { Runnable } from '../runnable.ts';
import type { Boxes } from './boxes.ts';
import { SHORT_ID } from './boxes.ts';
import { emitEvent } from './events.ts';
import { startOf } from './host-process.ts';
import { HealthMonitor } from './health.ts';
import { Inlet } from './inlet.ts';
import { newLayer } from './layers.ts';
import { LogFile } from './log-file.ts';
import { Output } from './output.ts';
import { runToEnd } from './exec.ts';
import { type BoxRecord, type BoxState, freshState, type PortState } from './record.ts';
import { requestHandlers } from './requests.ts';
import { Restarts } from './restart.ts';

/** What one start of the box needs; made anew for each. */
export interface Prepared {
  runnable: Runnable;
  options: Partial<RunOptions>;
  ports: PortState[];
}

/** How far it has come, for who has started us. */
export interface Progress {
  /** The control socket is there; the box waits for its first client when it was asked to. */
  listening(): void;
  started(): unknown;
}

export class Keeper {
  readonly boxes: Boxes;
  readonly output: Output;
  readonly #log: LogFile | undefined;
  readonly #restarts = new Restarts();
  readonly #ended: Promise<number>;
  readonly #cancelWait = new AbortController();
  #end!: (status: number) => void;
  #record: BoxRecord;
  #state: BoxState;
  #health: HealthMonitor | undefined;
  #firstClient: (() => void) | undefined;
  /** Somebody has asked for the end: no policy starts it again. */
  #stopping = false;
  /** Of the terminal of who attached last. */
  terminalSize = { columns: 80, rows: 24 };
  /** Its program could not be started: no file, or none that can be executed. */
  neverRan = false;
  stdin: Inlet | undefined;
  box: Box | undefined;
  prepared: Prepared | undefined;

  constructor(boxes: Boxes, record: BoxRecord) {
    this.boxes = boxes;
    this.#record = record;
    this.#log = record.log.driver === 'none' ? undefined : new LogFile(boxes.path(record.id, 'log'), record.log);
    this.output = new Output(this.#log);
    this.#freshInput();
    this.#state = { ...freshState(), pid: process.pid, pidStart: startOf(process.pid) };
    this.#ended = new Promise((resolve) => (this.#end = resolve));
  }

  get record(): BoxRecord {
    return this.#record;
  }

  get state(): BoxState {
    return this.#state;
  }

  /** The status of its last run. */
  get ended(): Promise<number> {
    return this.#ended;
  }

  /** Runs the box until it is not started again. */
  async run(
    prepare: (keeper: Keeper) => Promise<Prepared>,
    progress: Progress,
    waitForClient: boolean,
  ): Promise<number> {
    const close = await serveControl(this.#record.id.slice(0, SHORT_ID), requestHandlers(this));
    let status = 125;
    try {
      const client = waitForClient ? new Promise<void>((resolve) => (this.#firstClient = resolve)) : undefined;
      progress.listening();
      await client;
      status = await this.#runs(prepare, progress);
    } catch (error) {
      this.change({ status: 'exited', exitCode: status, error: (error as Error).message, finishedAt: now() });
      throw error;
    } finally {
      close();
      this.#log?.close();
      if (this.#record.autoRemove) this.boxes.remove(this.#record);
      if (this.#record.autoRemove) emitEvent(this.boxes, this.#record, 'destroy');
      this.#end(status);
    }
    return status;
  }

  async #runs(prepare: (keeper: Keeper) => Promise<Prepared>, progress: Progress): Promise<number> {
    for (;;) {
      const begin = Date.now();
      this.prepared = await prepare(this);
      const exit = await this.#runOnce(this.prepared, progress);
      this.#log?.flush();
      this.neverRan = exit.reason === EXITED_NO_COMMAND;
      const told = this.#stopping || this.neverRan;
      const delay = told ? undefined : this.#restarts.next(this.#record.restart, exit.status, Date.now() - begin);
      const restartCount = this.#restarts.count;
      this.change({
        status: delay === undefined ? 'exited' : 'restarting',
        exitCode: exit.status,
        outOfMemory: exit.reason === EXITED_LIMIT_MEMORY,
        finishedAt: now(),
        restartCount,
        ports: delay === undefined ? [] : this.#state.ports,
      });
      emitEvent(this.boxes, this.#record, 'die', { exitCode: String(exit.status) });
      if (delay === undefined) return exit.status;
      await setTimeout(delay, undefined, { signal: this.#cancelWait.signal }).catch(() => {});
      if (this.#stopping) {
        this.change({ status: 'exited', ports: [] });
        return exit.status;
      }
    }
  }

  async #runOnce({ options, ports }: Prepared, progress: Progress): Promise<BoxExit> {
    const layer = this.#record.autoRemove ? undefined : newLayer(this.boxes, this.#record.id);
    let complete = false;
    try {
      const exit = await runBox({
        ...(options as RunOptions),
        stdin: this.stdin ?? null,
        stdout: this.output.sink('stdout'),
        stderr: this.output.sink('stderr'),
        layer,
        tty: this.#record.tty,
        terminalSize: this.terminalSize,
        attach: async (box) => {
          this.box = box;
          this.change({ status: 'running', startedAt: now(), ports, error: '', limitsMet: [] });
          emitEvent(this.boxes, this.#record, 'start');
          this.#watchHealth();
          progress.started();
          return () => this.#left();
        },
      });
      complete = true;
      return exit;
    } finally {
      layer?.close(complete);
    }
  }

  /** Told in its log, its state and as an event. */
  limitMet(sentence: string): void {
    this.output.sink('stderr').write(Buffer.from(`wbx: ${sentence}\n`));
    this.change({ limitsMet: [...this.#state.limitsMet, sentence] });
    emitEvent(this.boxes, this.#record, 'limit', { limit: sentence });
  }

  /** Clients may send input before the box has started. */
  #freshInput(): void {
    this.stdin = this.#record.interactive ? new Inlet() : undefined;
  }

  #left(): void {
    this.box = undefined;
    this.#freshInput();
    this.#health?.stop();
    this.#health = undefined;
  }

  #watchHealth(): void {
    const { health } = this.#record;
    if (!health) return;
    const check = (command: string[], timeout: number) => runToEnd(this, command, timeout);
    this.#health = new HealthMonitor(health, check, (state, before) => {
      this.change({ health: state });
      if (state.status !== before) emitEvent(this.boxes, this.#record, `health_status: ${state.status}`);
    });
    this.change({ health: this.#health.state });
  }

  /** Its box, which must run. */
  running(): Box {
    if (!this.box) throw new WbxError('UNSUPPORTED', `the box ${this.#record.name} is not running`);
    return this.box;
  }

  change(fields: Partial<BoxState>): void {
    this.#state = { ...this.#state, ...fields };
    this.boxes.writeState(this.#record.id, this.#state);
  }

  /** The record has been changed by somebody else. */
  reload(): void {
    const { name, restart, labels } = this.boxes.find(this.#record.id).record;
    this.#record = { ...this.#record, name, restart, labels };
  }

  /** With what its image says. */
  adopt(record: BoxRecord): void {
    this.#record = record;
  }

  clientAttached(): void {
    this.#firstClient?.();
  }

  /** Its end is wanted; `keep`: it will be started again by who asks. */
  endWanted(keep: boolean): void {
    this.#stopping = true;
    if (keep) this.#record = { ...this.#record, autoRemove: false };
    this.#cancelWait.abort();
  }
}

function now(): string {
  return new Date().toISOString();
}
