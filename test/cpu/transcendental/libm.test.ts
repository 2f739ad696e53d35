// glibc's long doubles: libm.c in a box, and on this CPU with the transcendental instructions executed by the box's unit. Both give the
// same bits and exceptions for every function and input, so that all by which a box's long doubles differ from this CPU's is what these
// instructions differ in, which are the correctly rounded ones (rounding.test.ts). By how much is printed.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { before, test } from 'node:test';
import { Machine, newMachine } from '../machine.ts';
import { hasOracle } from '../native.ts';
import { CODE, FX_SIZE, STACK } from '../testcase.ts';

const ROOT = 'build/test/libm';
const PROGRAM = `${ROOT}/libm`;
const TRAPPING = `${ROOT}/libm-trapping`;
const INPUTS = Number(process.env.WBX_CPU_SETS ?? 20) * 10;
const SKIP = hasOracle() ? false : 'needs an x86-64 Linux and gcc';

const FUNCTIONS =
  `acos acosh asin asinh atan atanh cbrt cos cosh erf erfc exp exp10 exp2 expm1 j0 j1 lgamma log log10 log1p log2 sin sinh
  tan tanh tgamma y0 y1 atan2 hypot pow creal(cexp) cimag(clog) creal(clog) creal(csinh) creal(catan) cimag(csqrt)`.split(
    /\s+/,
  );
const TRANSCENDENTAL = /^\s*([0-9a-f]+):\s+d9 \w\w\s+(f2xm1|fcos|fpatan|fptan|fsin|fsincos|fyl2x|fyl2xp1)\s*$/gm;
const INT3 = 0xcc;
const RSP = 4;
const X87 = 0xd9;
/** Of struct request: the byte behind D9, then an FXSAVE image, of which the answer gives the x87 unit. */
const REQUEST = 8 + 512;
const UNIT = 160;
/** Of struct result: value and exceptions; the error comes behind them. */
const RESULT = 16;
const COMPARED = 12;

before(() => {
  if (SKIP) return;
  rmSync(ROOT, { recursive: true, force: true });
  mkdirSync(ROOT, { recursive: true });
  execFileSync('gcc', ['-O1', '-static', '-o', PROGRAM, 'test/cpu/transcendental/libm.c', '-lm']);
  writeFileSync(TRAPPING, withTraps(readFileSync(PROGRAM)));
  chmodSync(TRAPPING, 0o755);
});

function withTraps(program: Buffer): Buffer {
  const listing = execFileSync('objdump', ['-d', '--wide', PROGRAM], { encoding: 'utf8', maxBuffer: 1 << 30 });
  const places = [...listing.matchAll(TRANSCENDENTAL)].map(([, va]) => Number.parseInt(va, 16));
  assert.ok(places.length > 10, `${places.length} instructions`);
  for (const va of places) {
    const at = offsetOf(program, va);
    assert.equal(program[at], X87);
    program[at] = INT3;
  }
  return program;
}

/** Where the program's headers (elf(5)) say an address is in the file. */
function offsetOf(program: Buffer, va: number): number {
  const [table, size, count] = [
    Number(program.readBigUInt64LE(32)),
    program.readUInt16LE(54),
    program.readUInt16LE(56),
  ];
  for (let header = table; header < table + size * count; header += size) {
    const field = (at: number): number => Number(program.readBigUInt64LE(header + at));
    if (program.readUInt32LE(header) === 1 && va >= field(16) && va < field(16) + field(32))
      return va - field(16) + field(8);
  }
  throw new Error(`nothing at ${va}`);
}

/** What a command writes; `serve` gets its descriptors 3 and 4. */
async function outputOf(command: string[], serve?: (asks: Readable, answers: Writable) => void): Promise<Buffer> {
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  child.stdout!.on('data', (chunk: Buffer) => chunks.push(chunk));
  serve?.(child.stdio[3] as Readable, child.stdio[4] as Writable);
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(status, 0, command.join(' '));
  return Buffer.concat(chunks);
}

/** Executes what the program asks for in the box's x87 unit. */
function served(machine: Machine): { serve(asks: Readable, answers: Writable): void; count: number } {
  const gpr = new BigUint64Array(16);
  gpr[RSP] = STACK + 2048n;
  const server = {
    count: 0,
    serve(asks: Readable, answers: Writable): void {
      let rest = Buffer.alloc(0);
      asks.on('data', (chunk: Buffer) => {
        for (rest = Buffer.concat([rest, chunk]); rest.length >= REQUEST; rest = rest.subarray(REQUEST)) {
          const fx = new Uint8Array(FX_SIZE);
          fx.set(rest.subarray(8, REQUEST));
          const code = Uint8Array.of(X87, rest[0]);
          const state = machine.run({ name: '', gpr, rflags: 2n, rip: CODE, gsBase: 0n, code, fx });
          answers.write(state.fx!.slice(0, UNIT));
          server.count++;
        }
      });
    },
  };
  return server;
}

/** A line about each function of which results differ. */
function summary(box: Buffer, cpu: Buffer): string[] {
  return FUNCTIONS.flatMap((name, n) => {
    const count = { differ: 0, box: 0, cpu: 0 };
    for (let at = n * RESULT; at < box.length; at += FUNCTIONS.length * RESULT) {
      if (!box.subarray(at, at + COMPARED).equals(cpu.subarray(at, at + COMPARED))) count.differ++;
      count.box = Math.max(count.box, box.readFloatLE(at + COMPARED));
      count.cpu = Math.max(count.cpu, cpu.readFloatLE(at + COMPARED));
    }
    const [mine, theirs] = [count.box, count.cpu].map((error) => error.toPrecision(3));
    return count.differ
      ? [`${name}l: ${count.differ} of ${INPUTS} differ; error up to ${mine} ulp, CPU ${theirs}`]
      : [];
  });
}

test('long doubles of a box differ from the CPU by its transcendental instructions only', { skip: SKIP }, async (t) => {
  const server = served(new Machine(await newMachine()));
  const count = String(INPUTS);
  const box = await outputOf([process.execPath, 'dist/src/cli/main.js', 'run', '--rootfs', ROOT, '/libm', count]);
  const cpu = await outputOf([PROGRAM, count]);
  const substituted = await outputOf([TRAPPING, count, 'served'], server.serve);
  assert.equal(box.length, INPUTS * FUNCTIONS.length * RESULT);
  assert.equal(substituted.length, box.length);
  assert.ok(server.count > INPUTS * 20, `${server.count} instructions`);
  const wrong = new Set<string>();
  for (let at = 0; at < box.length; at += RESULT) {
    const name = FUNCTIONS[(at / RESULT) % FUNCTIONS.length];
    if (!box.subarray(at, at + COMPARED).equals(substituted.subarray(at, at + COMPARED))) wrong.add(name);
  }
  for (const line of summary(box, cpu)) t.diagnostic(line);
  assert.deepEqual([...wrong], []);
});
