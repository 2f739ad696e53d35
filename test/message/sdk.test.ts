// The SDKs, each in a box with the real interpreter, or built by the real compiler.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { compiled, python, received, type Ran, startWithSdk } from './box.ts';

const TIMEOUT = { timeout: 120_000 };
const VALUES = [{ a: [1, null, 'ü'] }, 'text', 0, '', [], 'x'.repeat(300_000)];

const PYTHON: Record<string, string> = {
  waiting: 'import wbx\nfor value in wbx.messages(): wbx.send(value)',
  'call by call': `import wbx
try:
    while True: wbx.send(wbx.next())
except EOFError: pass`,
  asyncio: `import asyncio, wbx
async def main():
    box, ticks = wbx.channel(), 0
    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1
    ticking = asyncio.create_task(tick())
    async for value in box.stream(): await box.send_async(value)
    assert ticks > 0
asyncio.run(main())`,
};

const JAVASCRIPT: Record<string, string> = {
  promises: "import { messages, send } from '/sdk/wbx.mjs'; for await (const value of messages()) await send(value);",
  'call by call': `import { nextSync, sendSync } from '/sdk/wbx.mjs';
for (let value = nextSync(); value !== undefined; value = nextSync()) sendSync(value);`,
};

async function echoes(run: (box: Awaited<ReturnType<typeof startWithSdk>>) => Promise<Ran>): Promise<void> {
  const box = await startWithSdk();
  try {
    const ran = run(box);
    for (const value of VALUES) {
      await Promise.race([box.send(value), ran.then(({ stderr }) => assert.fail(stderr))]);
      assert.deepEqual((await box.messages.next()).value, value);
    }
    box.endMessages();
    const { status, stderr } = await ran;
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  } finally {
    await box.stop();
  }
}

for (const [style, program] of Object.entries(PYTHON)) {
  test(`Python, ${style}`, TIMEOUT, () => echoes((box) => python(box, program)));
}

for (const [style, program] of Object.entries(JAVASCRIPT)) {
  test(`JavaScript, ${style}`, TIMEOUT, () =>
    echoes((box) => box.exec(['node', '--input-type=module', '-e', program]).result),
  );
}

const hasRust = spawnSync('rustc', ['--version']).status === 0;
const COMPILED: [name: string, compiler: string[], source: string, skip: boolean][] = [
  ['C', ['gcc', '-static', '-std=gnu99', '-Wall', '-Wextra', '-Werror', '-O1'], 'test/message/echo.c', false],
  ['C++', ['g++', '-static', '-Wall', '-Werror', '-O1', '-x', 'c++'], 'test/message/echo.c', false],
  ['Rust', ['rustc', '-C', 'target-feature=+crt-static', '-O'], 'test/message/echo.rs', !hasRust],
];

for (const [name, compiler, source, skip] of COMPILED) {
  test(name, { ...TIMEOUT, skip }, async () => {
    const box = await startWithSdk({ messages: 'text' });
    try {
      const program = await compiled(box, compiler, source, name.toLowerCase());
      const ran = box.exec([program]).result;
      assert.deepEqual(await received(box, 1), ['ready']);
      for (const text of ['abc', '', 'x'.repeat(100_000)]) {
        await box.send(text);
        assert.deepEqual(await received(box, 1), [[...text].reverse().join('')]);
      }
      box.endMessages();
      const { status, stderr } = await ran;
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    } finally {
      await box.stop();
    }
  });
}
