// The law of snapshots (test/snapshot/law.ts) for WebAssembly programs in a pipeline, and for one that forks, waits and is interrupted.
import { after } from 'node:test';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';
import { testLaw } from '../snapshot/law-tests.ts';
import { program } from './compile.ts';
import { WasmRoot } from './in-box.ts';

const root = new WasmRoot({
  hello: program('hello'),
  primes: program('primes'),
  upper: program('upper'),
  wali: program('wali', ['-O2', '-nostartfiles', '-ffreestanding']),
});
after(() => root.remove());

const box = runnableDirectory(root.directory);
const sh = (script: string) => ({ box, command: ['/bin/busybox', 'sh', '-c', `PATH=/bin; cd /work; ${script}`] });

testLaw({
  'a pipeline of WebAssembly programs': sh('seq 300 | upper | hello x | upper | tail -n 3; primes 20000 | upper'),
  'one with system calls of Linux': sh('wali word | upper'),
});
