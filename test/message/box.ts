// A box with Python, Node and the SDKs, and programs that are run in it. Files come in as the box's first process writes them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { start, type RunningBox, type StartOptions } from '../../src/index.ts';
import { makePythonBox } from '../snapshot/python-box.ts';

export const DIRECTORY = 'build/test/message';
const BOX = `${DIRECTORY}/box.wasm`;
/** Node reads its own library below /usr/share. */
const LEFT_OUT = /^\/(usr\/share\/(?!nodejs(?:\/|$)).*|usr\/include|var|boot|usr\/lib\/gcc|usr\/libexec)$/;
const KERNEL = 'build/kernel.wasm';

/** The box's file, made anew for a newer kernel. */
export function boxFile(): string {
  mkdirSync(DIRECTORY, { recursive: true });
  if (!existsSync(BOX) || statSync(BOX).mtimeMs < statSync(KERNEL).mtimeMs) makePythonBox(BOX, { leftOut: LEFT_OUT });
  return BOX;
}

/** The box with the SDKs in /sdk, where nothing runs yet. */
export async function startWithSdk(options: StartOptions = {}): Promise<RunningBox> {
  const box = await start(boxFile(), { command: ['sleep', 'infinity'], ...options });
  await box.exec(['mkdir', '/sdk']).result;
  await box.writeFile('/sdk/wbx.py', readFileSync('sdk/python/wbx.py'));
  await box.writeFile('/sdk/wbx.mjs', readFileSync('sdk/javascript/wbx.mjs'));
  return box;
}

export interface Ran {
  status: number;
  stderr: string;
}

/** Runs a Python program that has `wbx`. */
export function python(box: RunningBox, program: string): Promise<Ran> {
  return box.exec(['python3', '-c', program], { env: { PYTHONPATH: '/sdk' } }).result;
}

/** Compiles on this machine, statically, and puts the program into the box. */
export async function compiled(box: RunningBox, compiler: string[], source: string, name: string): Promise<string> {
  execFileSync(compiler[0], [...compiler.slice(1), source, '-o', `${DIRECTORY}/${name}`]);
  await box.writeFile(`/sdk/${name}`, readFileSync(`${DIRECTORY}/${name}`));
  await box.exec(['chmod', '755', `/sdk/${name}`]).result;
  return `/sdk/${name}`;
}

/** The next n messages. */
export async function received(box: RunningBox, n: number): Promise<unknown[]> {
  const values: unknown[] = [];
  while (values.length < n) values.push((await box.messages.next()).value);
  return values;
}
