// Runs one of the law's programs with clocks that count instructions and prints what it came to: run by every engine.
import { bootBlock } from '../../src/box/boot-block.ts';
import { deterministicStart } from '../../src/box/deterministic.ts';
import { Box } from '../../src/runtime/box.ts';
import { hostFlags } from '../../src/runtime/host-flags.ts';
import { kernelModule } from '../../src/runtime/node/engine.ts';
import { scheduler } from '../../src/runtime/node/scheduler.ts';
import { lawPrograms } from './programs.ts';

const [name, seed] = process.argv.slice(2);
const { box: runnable, command } = lawPrograms()[name];
const output: Buffer[] = [];
const sink = { write: (bytes: Uint8Array) => output.push(Buffer.from(bytes)) && bytes.length };
const boot = { ...(await runnable.bootOptions({ command })), ...deterministicStart(Number(seed)) };
const box = new Box({
  engine: await kernelModule(),
  scheduler,
  boot: bootBlock(boot, runnable.layout, hostFlags({ stdin: false, deterministic: true })),
  image: runnable.image,
  stdout: sink,
  stderr: sink,
});
const { status, instructions } = await box.run();
const text = Buffer.concat(output).toString();
console.log(JSON.stringify({ status, instructions, memory: box.fingerprint(), text }));
