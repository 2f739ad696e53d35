// Runs a box in a page, on its main thread or in a worker. Needs neither SharedArrayBuffer nor cross-origin isolation.
import { CLOCK_JUMP } from '../../../abi/host.ts';
import { bootBlock } from '../../box/boot-block.ts';
import type { ConfigOverrides } from '../../box/boot-config.ts';
import { overrideBoot } from '../../box/boot-options.ts';
import { readBootOptions } from '../../box/boot-reader.ts';
import { openBox } from '../../box/inspect.ts';
import { WbxError } from '../../errors.ts';
import { readMoment } from '../../snapshot/state.ts';
import { Box, type BoxExit } from '../box.ts';
import { hostFlags } from '../host-flags.ts';
import { scheduler } from './scheduler.ts';
import { type BoxSource, openSource } from './source.ts';
import { type Output, sinkOf, sourceOf } from '../web-streams.ts';

export interface RunOptions extends Omit<ConfigOverrides, 'tty' | 'user'> {
  box: BoxSource;
  stdin?: ReadableStream<Uint8Array>;
  stdout?: Output;
  stderr?: Output;
  /** The streams are a terminal of this size; `stdin` carries its keys, `stdout` what it shows. */
  tty?: { columns: number; rows: number };
}

/**
 * A box that runs in a page.
 *
 * @example
 * const running = await startBox({ box: new URL('hello.wasm', location.href), stdout: (bytes) => show(bytes) });
 * const { status } = await running.exit;
 */
export interface RunningBox {
  exit: Promise<BoxExit>;
  /** Sends a signal to pid 1. */
  kill(signal: number): void;
  resize(columns: number, rows: number): void;
}

/** Loads a box and starts it. */
export async function startBox(options: RunOptions): Promise<RunningBox> {
  const { boot, layout, image, engine, info, readState } = await openBox(await openSource(options.box), 'box');
  const tty = options.tty !== undefined;
  const features = { stdin: options.stdin !== undefined, tty };
  const flags = hostFlags(features);
  const saved = async () => ({
    state: { memory: await readMoment({ readState }), hostFlags: flags, clock: CLOCK_JUMP },
  });
  const booted = async () => {
    const start = await overrideBoot(readBootOptions(boot), { ...options, tty }, noUsers);
    return { boot: bootBlock({ ...start, ...options.tty }, layout, flags) };
  };
  const box = new Box({
    engine: await WebAssembly.compile(engine),
    scheduler,
    ...(info.state ? await saved() : await booted()),
    image,
    stdin: options.stdin && sourceOf(options.stdin),
    stdout: options.stdout && sinkOf(options.stdout),
    stderr: options.stderr && sinkOf(options.stderr),
  });
  return {
    exit: box.run(),
    kill: (signal) => box.kick(signal),
    resize: (columns, rows) => box.resize(columns, rows),
  };
}

/** Looking a user up would need the image at once; pages start a box as the user it was built for. */
function noUsers(): never {
  throw new WbxError('UNSUPPORTED', 'a page cannot choose the user of a box');
}
