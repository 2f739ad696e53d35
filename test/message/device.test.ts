// /dev/wbx under programs that use it badly or all at once, and in boxes that are saved.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { start } from '../../src/index.ts';
import { boxFile, python, received, startWithSdk } from './box.ts';

const TIMEOUT = { timeout: 120_000 };

/** Each line must hold in the box. */
async function holds(program: string, options = {}): Promise<void> {
  const box = await startWithSdk(options);
  try {
    const { status, stderr } = await python(box, program);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  } finally {
    await box.stop();
  }
}

test('lengths beyond the limit, frames that are cut, empty frames, many frames at once', TIMEOUT, async () => {
  const box = await startWithSdk({ messages: 'bytes' });
  const ran = python(
    box,
    `import os, errno, struct
fd = os.open('/dev/wbx', os.O_RDWR)
for n in (0xffffffff, (4 << 20) + 1):
    for head in ([struct.pack('<I', n)], [bytes([b]) for b in struct.pack('<I', n)]):
        try:
            for part in head: os.write(fd, part)
            assert False
        except OSError as e: assert e.errno == errno.EMSGSIZE, e
cut = os.open('/dev/wbx', os.O_RDWR)
os.write(cut, struct.pack('<I', 4 << 20) + b'begun')
os.close(cut)
cut = os.open('/dev/wbx', os.O_WRONLY)
os.write(cut, b'\\x01\\x00')
os.close(cut)
os.writev(fd, [struct.pack('<I', 0), struct.pack('<I', 1), b'a', struct.pack('<I', 2) + b'b', b'c'])
assert os.write(fd, struct.pack('<I', 4 << 20) + b'z' * (4 << 20)) == (4 << 20) + 4`,
  );
  try {
    const lengths = ((await received(box, 4)) as Uint8Array[]).map((bytes) => bytes.length);
    assert.deepEqual(lengths, [0, 1, 2, 4 << 20]);
    assert.equal((await ran).stderr, '');
    await assert.rejects(box.send(new Uint8Array((4 << 20) + 1)), { code: 'BAD_ARGUMENT' });
  } finally {
    await box.stop();
  }
});

test('what does not block, poll and epoll', TIMEOUT, async () => {
  const box = await startWithSdk();
  const ran = python(
    box,
    `import os, select, wbx
fd = os.open('/dev/wbx', os.O_RDWR | os.O_NONBLOCK)
try: os.read(fd, 4); assert False
except BlockingIOError: pass
poll = select.poll(); poll.register(fd, select.POLLIN | select.POLLOUT)
assert poll.poll(0) == [(fd, select.POLLOUT)]
edge = select.epoll(); edge.register(fd, select.EPOLLIN | select.EPOLLET)
assert edge.poll(0) == []
wbx.send('ask')
assert edge.poll() == [(fd, select.EPOLLIN)]
assert edge.poll(0) == []
assert os.read(fd, 100) == b'\\x02\\0\\0\\x0042'
os.set_blocking(fd, False)
full = 0
# The host takes some of it meanwhile: full is what stays full.
while poll.poll(300):
    try:
        while True: full += os.write(fd, b'\\0\\x04\\0\\0' + b'1' * 1024)
    except BlockingIOError: pass
assert full < 2 << 20, full
wbx.channel()
assert poll.poll() == [(fd, select.POLLOUT)]`,
  );
  try {
    assert.deepEqual(await received(box, 1), ['ask']);
    await box.send(42);
    // Room is made now and then, however long the program takes to find that there is none.
    let ended = false;
    const end = ran.then(() => {
      ended = true;
    });
    while (!ended) {
      await Promise.race([setTimeout(1000), end]);
      if (!ended) await Promise.race([received(box, 64), end]);
    }
    const { status, stderr } = await ran;
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  } finally {
    await box.stop();
  }
});

test('several readers and writers get and send whole messages', TIMEOUT, async () => {
  const box = await startWithSdk();
  const ran = python(
    box,
    `import os, wbx
children = []
for n in range(4):
    pid = os.fork()
    if not pid:
        for value in wbx.messages(): wbx.send([n, value * 1000])
        os._exit(0)
    children.append(pid)
for pid in children: assert os.waitpid(pid, 0)[1] == 0`,
  );
  try {
    const answers = received(box, 40);
    for (let i = 0; i < 40; i++) await box.send(String(i));
    const texts = ((await answers) as [number, string][]).map(([, text]) => text);
    const expected = Array.from({ length: 40 }, (_, i) => String(i).repeat(1000));
    assert.deepEqual(texts.sort(), expected.sort());
    box.endMessages();
    assert.equal((await ran).stderr, '');
  } finally {
    await box.stop();
  }
});

test('a flood stays in the box: the host holds little of it', TIMEOUT, async () => {
  const box = await startWithSdk({ messages: 'bytes' });
  const ran = python(box, 'import wbx\nc = wbx.Channel()\nfor n in range(2000): c.send_bytes(bytes(65536))');
  try {
    await received(box, 1);
    global.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    await setTimeout(2000);
    assert.ok(process.memoryUsage().arrayBuffers - before < 16 << 20);
    await received(box, 1999);
    assert.equal((await ran).status, 0);
  } finally {
    await box.stop();
  }
});

test('what is no JSON, and what a schema refuses, is an error of that message alone', TIMEOUT, async () => {
  const box = await startWithSdk();
  void python(box, "import wbx\nc = wbx.channel()\nc.send_bytes(b'{')\nc.send_bytes(b'\\xff')\nc.send(1)");
  try {
    await assert.rejects(box.messages.next(), { code: 'BAD_MESSAGE' });
    await assert.rejects(box.messages.next(), { code: 'BAD_MESSAGE' });
    assert.deepEqual(await received(box, 1), [1]);
    await assert.rejects(box.send(undefined), { code: 'BAD_MESSAGE' });
  } finally {
    await box.stop();
  }
});

test('without a host that talks there is no device to open', TIMEOUT, async () => {
  await holds('import os\nassert os.stat("/dev/wbx").st_rdev == 0xafa');
});

test('messages on their way are in a snapshot, and reach the host of each box that goes on', TIMEOUT, async () => {
  const box = await startWithSdk({ messages: 'text' });
  void python(
    box,
    `import wbx
c = wbx.Channel()
for n in range(700): c.send_text('%d ' % n + 'x' * 2000)
while (text := c.next_text()) is not None: c.send_text(text + '!')`,
  );
  try {
    assert.match(String((await box.messages.next()).value), /^0 /);
    await setTimeout(2000); // now it waits for room
    const snapshot = box.snapshot();
    const twin = await snapshot.start({ messages: 'text' });
    const numbers = async (of: typeof box, n: number) =>
      (await received(of, n)).map((text) => Number.parseInt(String(text), 10));
    const own = await numbers(box, 699);
    assert.deepEqual(
      own,
      Array.from({ length: 699 }, (_, i) => i + 1),
    );
    const first = (await numbers(twin, 1))[0];
    assert.ok(first > 1 && first < 400, `the first that the old host had not taken: ${first}`);
    const rest = await numbers(twin, 699 - first);
    assert.deepEqual(
      rest,
      Array.from({ length: 699 - first }, (_, i) => first + 1 + i),
    );
    await twin.send('hello');
    await box.send('hallo');
    assert.deepEqual([await received(twin, 1), await received(box, 1)], [['hello!'], ['hallo!']]);
    await twin.stop();
  } finally {
    await box.stop();
  }
});

test('what was sent before the end is received after it', TIMEOUT, async () => {
  const command = ['sh', '-c', "printf '\\2\\0\\0\\00042\\4\\0\\0\\0null' > /dev/wbx"];
  const box = await start(boxFile(), { command });
  assert.equal((await box.exit).status, 0);
  assert.deepEqual(await received(box, 3), [42, null, undefined]);
  await assert.rejects(box.send(1), { code: 'UNSUPPORTED' });
});
