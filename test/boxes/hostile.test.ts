// What a box process stands: garbage on its control socket (what is no frame ends the connection), clients that do not read, floods of output, many boxes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { KeptBoxes, until } from './kept.ts';

const wbx = new KeptBoxes();
before(() => {
  const flood = 'while :; do echo 0123456789012345678901234567890123456789; done';
  wbx.script(['-d', '--name', 'flood', '--log-opt', 'max-size=20k', '--log-opt', 'max-file=3'], flood);
});
after(() => wbx.end());

function frame(body: string | Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(Buffer.byteLength(body));
  return Buffer.concat([head, Buffer.from(body)]);
}

/** What the box answers before it ends the connection. */
async function answerTo(bytes: Buffer): Promise<string> {
  const socket = connect(wbx.socket('flood'));
  let text = '';
  socket.on('error', () => {}).on('data', (data) => (text += data.toString()));
  socket.write(bytes);
  await once(socket, 'close');
  return text.slice(4);
}

const GARBAGE: [what: string, bytes: Buffer, answer: RegExp][] = [
  ['an oversize frame', Buffer.from([0xff, 0xff, 0xff, 0xff, 1]), /^$/],
  ['no JSON', frame('hello'), /^$/],
  ['a piece of a stream first', frame(Buffer.of(0, 65, 66)), /does not know the request/],
  ['null', frame('null'), /does not know the request/],
  ['a name of every object', frame('{"op":"constructor"}'), /does not know the request/],
  ['a signal that is none', frame('{"op":"signal","signal":"9; rm"}'), /there is no signal/],
  ['exec of nothing', frame('{"op":"exec","argv":[]}'), /needs a command/],
  ['exec of a NUL', frame('{"op":"exec","argv":["a\\u0000b"]}'), /needs a command/],
  ['a terminal without a size', frame('{"op":"exec","argv":["true"],"tty":true,"columns":-1}'), /1 to 65535 columns/],
  ['a layer to nowhere', frame('{"op":"layer","path":{}}'), /needs a file/],
  ['a snapshot to nowhere', frame('{"op":"snapshot","path":5}'), /needs a file/],
];

for (const [what, bytes, answer] of GARBAGE) {
  test(`the control socket and ${what}`, async () => assert.match(await answerTo(bytes), answer));
}

test('a client that says half a frame, or nothing, keeps nobody waiting', () => {
  const half = connect(wbx.socket('flood'));
  half.write(Buffer.from([9, 0]));
  const silent = connect(wbx.socket('flood'));
  assert.equal(wbx.run('exec', 'flood', 'true').status, 0);
  half.destroy();
  silent.destroy();
});

test('the log of a flood is bounded, and its host answers', async () => {
  const log = wbx.path(`data/wbx/boxes/${wbx.id('flood')}/log`);
  await until('a third file', () => statSync(`${log}.2`, { throwIfNoEntry: false }));
  // Between two files of a rotation, a name may stand for nothing.
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  assert.ok([log, `${log}.1`, `${log}.2`].every((path) => sizeOf(path) <= 20_480));
  assert.equal(statSync(`${log}.3`, { throwIfNoEntry: false }), undefined);
  assert.equal(wbx.run('exec', 'flood', 'echo', 'here').stdout, 'here\n');
});

test('who attaches and does not read is let go; the memory of the process does not grow with the output', async () => {
  const socket = connect(wbx.socket('flood'));
  socket.on('error', () => {}).pause();
  socket.write(frame('{"op":"attach"}'));
  await until('more output', () => wbx.run('exec', 'flood', 'sleep', '1').status === 0);
  const stat = readFileSync(`/proc/${wbx.state('flood').pid}/status`, 'utf8');
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(stat)?.[1]);
  assert.ok(kilobytes < 400_000, `${kilobytes} kB`);
  socket.destroy();
});

test('many records are one list', () => {
  for (let i = 0; i < 20; i++) assert.equal(wbx.run('create', '--name', `box${i}`, 'image').status, 0);
  assert.equal(wbx.must('ps', '-a', '-q', '-f', 'name=box').trim().split('\n').length, 20);
  assert.match(wbx.must('ps', '-a', '--json'), /"Names":"box19"/);
});
