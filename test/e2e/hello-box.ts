// The project's first promise: a C program in debian:bookworm becomes a box by `wbx build`; and what it prints natively.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

export const WBX = 'dist/src/cli/main.js';
export const HELLO_BOX = 'build/test/hello.wasm';
const STORE = 'build/test/data';
const CONTEXT = 'build/test/context';
const PROGRAM = `${CONTEXT}/a.out`;
const DOCKERFILE = `FROM debian:bookworm
RUN mkdir -p /app
COPY a.out /app
WORKDIR /app
CMD ["/app/a.out"]
`;

/** Compiles the program and builds HELLO_BOX from a Dockerfile, with an image store of its own. */
export function makeHelloBox(): void {
  rmSync(CONTEXT, { recursive: true, force: true });
  mkdirSync(CONTEXT, { recursive: true });
  succeed('gcc', ['-O2', '-o', PROGRAM, 'test/guests/c/hello.c', '-pthread', '-lm']);
  writeFileSync(`${CONTEXT}/Dockerfile`, DOCKERFILE);
  wbx(['import', 'build/bookworm', 'debian:bookworm']);
  wbx(['build', '-f', `${CONTEXT}/Dockerfile`, '-o', HELLO_BOX, CONTEXT]);
}

function wbx(args: string[]): void {
  succeed(process.execPath, [WBX, ...args], { ...process.env, XDG_DATA_HOME: resolve(STORE) });
}

function succeed(program: string, args: string[], env = process.env): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

/** What the real CPU and the real Linux say. */
export function runNatively(args: string[]): Outcome {
  return outcome(PROGRAM, args);
}

/** Runs a command to its end; a minute is far more than any engine takes for most. */
export function outcome(program: string, args: string[], timeout = 60_000): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout });
  if (error) throw error;
  return { status, stdout, stderr };
}
