// An idle box costs its host nothing: forty processes that wait, each in one of ten ways, and the CPU time of the host meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBox } from '../../src/runtime/node/run.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';

const SECONDS = 3;
/** Of the wall time; a box that looks after its processes ten times a second would take more. */
const MOST = 0.02;

const WAITERS = `
import os, select, signal, socket, sys, threading, time
def wait(kind):
    r, w = os.pipe()
    if kind == 0: select.select([r], [], [])
    if kind == 1: e = select.epoll(); e.register(r, select.EPOLLIN); e.poll()
    if kind == 2: lock = threading.Lock(); lock.acquire(); lock.acquire()
    if kind == 3: time.sleep(1000)
    if kind == 4: os.read(r, 1)
    if kind == 5: signal.pause()
    if kind == 6: s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); s.accept()
    if kind == 7: p = select.poll(); p.register(r, select.POLLIN); p.poll(1000000)
    if kind == 8: signal.sigwait([signal.SIGUSR1])
    if kind == 9:
        c = threading.Condition()
        with c: c.wait(1000)
pids = []
for i in range(40):
    pid = os.fork()
    if pid == 0: wait(i % 10); os._exit(1)
    pids.append(pid)
time.sleep(1); print('idle', flush=True); time.sleep(${SECONDS}); print('over', flush=True)
print(sum(os.waitpid(p, os.WNOHANG)[0] for p in pids))
for p in pids: os.kill(p, 9)
`;

test('forty processes that wait cost no CPU time', async () => {
  const box = runnableDirectory('build/software');
  const boot = await box.bootOptions({ command: ['python3', '-c', WAITERS], env: ['PATH=/usr/bin:/bin'] });
  const marks: NodeJS.CpuUsage[] = [];
  let output = '';
  const sink = {
    write(bytes: Uint8Array): number {
      output += Buffer.from(bytes).toString();
      marks.push(process.cpuUsage());
      return bytes.length;
    },
  };
  const { status } = await runBox({ ...box, boot, stdin: null, stdout: sink, stderr: sink });
  assert.deepEqual([output, status], ['idle\nover\n0\n', 0]);
  const used = (marks[1].user + marks[1].system - marks[0].user - marks[0].system) / 1e6;
  assert.ok(used < SECONDS * MOST, `${(used * 1000).toFixed(1)} ms of CPU time in ${SECONDS} s`);
});
