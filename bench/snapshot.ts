// What saving, restoring and forking a warmed Python costs, and a message: `npm run bench:snapshot`. Medians; the box stands
// still only for `save` and `fork`. Figures are for boxes in one process, from their memory and from their bytes.
import { existsSync, mkdirSync } from 'node:fs';
import { start, type RunningBox } from '../src/index.ts';
import { makePythonBox } from '../test/snapshot/python-box.ts';
import { median } from './measure.ts';

const BOX = 'build/bench/python.wasm';
const ROUNDS = 9;
const TWINS = 100;
const MESSAGES = 2000;
/** Brings the memory in use to about 50 MiB. */
const BALLAST = 'import json, sys; ballast = bytearray(b"x" * (20 << 20))';
const SCRIPT = `${BALLAST}\nprint("ready", flush=True)\nfor line in sys.stdin: print(eval(line), flush=True)`;

/** A Python that answers expressions, and what it says next. */
function talk(): {
  input: ReadableStream<Uint8Array>;
  ask(text: string): void;
  output(bytes: Uint8Array): void;
  next(): Promise<void>;
} {
  let send: ReadableStreamDefaultController<Uint8Array>;
  let heard = () => {};
  const input = new ReadableStream<Uint8Array>({
    start: (controller) => {
      send = controller;
    },
  });
  return {
    input,
    ask: (text) => send.enqueue(new TextEncoder().encode(text)),
    output: () => heard(),
    next: () =>
      new Promise((resolve) => {
        heard = resolve;
      }),
  };
}

async function warmed(): Promise<RunningBox> {
  const { input, output, next } = talk();
  const ready = next();
  const box = await start(BOX, { command: ['python3', '-c', SCRIPT], stdin: input, stdout: output });
  await ready;
  return box;
}

/** Milliseconds until a box that goes on has answered one expression. */
async function answerTime(begin: (streams: ReturnType<typeof talk>) => Promise<RunningBox>): Promise<number> {
  const streams = talk();
  const answered = streams.next();
  const before = performance.now();
  streams.ask('6 * 7\n');
  const box = await begin(streams);
  await answered;
  const time = performance.now() - before;
  await box.stop();
  return time;
}

/** On a busy machine the processor's time is what can be compared. */
async function repeat(measure: () => Promise<number>): Promise<string> {
  const times: number[] = [];
  const busy: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const before = process.cpuUsage();
    times.push(await measure());
    const { user, system } = process.cpuUsage(before);
    busy.push((user + system) / 1000);
  }
  return `${median(times).toFixed(1)} ms (processor ${median(busy).toFixed(1)})`;
}

async function timed(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function main(): Promise<void> {
  mkdirSync('build/bench', { recursive: true });
  if (!existsSync(BOX)) makePythonBox(BOX);
  const box = await warmed();
  const snapshot = box.snapshot();
  const bytes = new Uint8Array(snapshot.size).fill(1);
  console.log(
    `plain copy          ${await repeat(() => timed(() => new Uint8Array(bytes.length).set(bytes)))}   as much into fresh memory, for comparison`,
  );
  console.log(`memory in use       ${(snapshot.size / 2 ** 20).toFixed(0)} MiB`);
  console.log(`save                ${await repeat(() => timed(() => box.snapshot()))}   aim 50 ms`);
  console.log(
    `fork                ${await repeat(async () => {
      let twin: RunningBox | undefined;
      const time = await timed(async () => {
        twin = await box.fork({ stdin: new ReadableStream() });
      });
      await twin!.stop();
      return time;
    })}   aim 10 ms`,
  );
  const fromMemory = () => answerTime(({ input, output }) => snapshot.start({ stdin: input, stdout: output }));
  console.log(`restore to answer   ${await repeat(fromMemory)}   aim 30 ms`);
  const warm = await bytesOf(snapshot.toBox());
  console.log(
    `file                ${(warm.length / 2 ** 20).toFixed(1)} MiB, of it the delta ${((await snapshot.toDelta()).length / 2 ** 20).toFixed(1)} MiB`,
  );
  const fromFile = () => answerTime(({ input, output }) => start(warm, { stdin: input, stdout: output }));
  console.log(`file to answer      ${await repeat(fromFile)}`);
  const going = await start(warm, { stdin: new ReadableStream() });
  await going.exec(['python3', '-c', 'open("/tmp/x", "w").write("small")']).result;
  console.log(
    `delta, small change ${((await going.snapshot().toDelta()).length / 2 ** 20).toFixed(2)} MiB   aim 1 MiB`,
  );
  await going.stop();
  await manyTwins(box);
  await box.stop();
  await messages();
}

/** A Python that sends back what it gets. */
const ECHO = `import os
f = os.open("/dev/wbx", os.O_RDWR)
while True: os.write(f, os.read(f, 4096))`;

async function messages(): Promise<void> {
  await using box = await start(BOX, { command: ['python3', '-c', ECHO], messages: 'text' });
  const times: number[] = [];
  for (let i = 0; i < MESSAGES; i++) {
    times.push(
      await timed(async () => {
        const sent = box.send('question');
        await box.messages.next();
        await sent;
      }),
    );
  }
  // The first ones also start Python.
  console.log(`message and answer  ${(1000 * median(times.slice(MESSAGES / 4))).toFixed(0)} µs   aim 50 µs`);
}

async function manyTwins(box: RunningBox): Promise<void> {
  const before = process.memoryUsage.rss();
  const twins: RunningBox[] = [];
  const time = await timed(async () => {
    for (let i = 0; i < TWINS; i++) twins.push(await box.fork({ stdin: new ReadableStream() }));
  });
  const each = (process.memoryUsage.rss() - before) / TWINS / 2 ** 20;
  console.log(`${TWINS} forks           ${time.toFixed(0)} ms, ${each.toFixed(1)} MiB resident each`);
  await Promise.all(twins.map((twin) => twin.stop()));
}

await main();
