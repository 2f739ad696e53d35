// The page of `wbx web` in Chromium: a shell, Python, ctrl-C, resizing, files, a preview, sessions; the main thread stays free.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { makePythonBox } from '../../snapshot/python-box.ts';
import { StaticServer } from './static-server.ts';

const DIRECTORY = 'build/test/site';
const BOX = `${DIRECTORY}.wasm`;
const WAIT_MS = 60_000;
const SERVER = `from http.server import *
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = ("<title>inside</title><h1>path " + self.path + "</h1><img src=/pixel>").encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = HTTPServer(("", 8000), Handler)
print("serving")
server.serve_forever()
`;

let browser: Browser;
let page: Page;
let server: StaticServer;
let origin: string;

before(async () => {
  makePythonBox(BOX, {
    config: {
      Cmd: ['bash', '--norc'],
      Env: ['PS1=$ ', 'TERM=xterm-256color', 'PATH=/usr/bin:/bin'],
      WorkingDir: '/tmp',
    },
  });
  rmSync(DIRECTORY, { recursive: true, force: true });
  const made = spawnSync(process.execPath, ['dist/src/cli/main.js', 'web', BOX, '-o', DIRECTORY], { encoding: 'utf8' });
  assert.deepEqual({ status: made.status, stderr: made.stderr }, { status: 0, stderr: '' });
  server = new StaticServer(DIRECTORY);
  origin = await server.listen();
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  page = await browser.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(origin);
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** Until the screen has a line that matches. */
async function shows(pattern: RegExp): Promise<void> {
  await page.waitForFunction(
    (source) => new RegExp(source, 'm').test(document.querySelector<HTMLElement>('.xterm-rows')?.innerText ?? ''),
    pattern.source,
  );
}

async function type(line: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(`${line}\n`);
}

async function says(text: string | RegExp): Promise<void> {
  await page.getByRole('status').getByText(text).waitFor();
}

test('a shell without cross-origin isolation; only a part of the box is loaded', async () => {
  await shows(/^\$/);
  await type('echo $((6 * 7)) $(tty)');
  await shows(/^42 \/dev\/pts\/0/);
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  assert.ok(
    server.bytesSent < server.sizeOf('box.wasm') / 2,
    `${server.bytesSent} bytes of ${server.sizeOf('box.wasm')}`,
  );
});

test('ctrl-C, and the size of the window', async () => {
  await type('sleep 1000');
  await page.keyboard.press('Control+c');
  await type('echo status $?');
  await shows(/^status 130/);
  let asked = 0;
  const columns = async () => {
    const question = `size-${++asked}`;
    await type(`clear; echo ${question} $(stty size)`);
    await shows(new RegExp(`^${question} \\d+ \\d+`));
    const text = await page.locator('.xterm-rows').innerText();
    return Number(new RegExp(`^${question} \\d+ (\\d+)`, 'm').exec(text)![1]);
  };
  await page.setViewportSize({ width: 1200, height: 700 });
  let wide = 0;
  // The page tells the box about a new size when the browser has laid it out.
  while (wide < 100) wide = await columns();
  await page.setViewportSize({ width: 700, height: 700 });
  while ((await columns()) >= wide) {}
});

test('no task of the main thread takes 50 ms while idle and typing', async () => {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
  });
  await page.waitForTimeout(1000);
  await type('echo the quick brown fox');
  await page.waitForTimeout(1000);
  const tasks = await page.evaluate(() => (globalThis as unknown as { tasks: number[] }).tasks);
  assert.deepEqual(tasks, []);
});

test('files come in and go out', async () => {
  await page.locator('#upload').setInputFiles({ name: 'up.txt', mimeType: 'text/plain', buffer: Buffer.from('upped') });
  await says('/tmp/up.txt is there');
  await type('clear; tr u U < /tmp/up.txt > /tmp/out.txt; echo done');
  await shows(/^done/);
  page.once('dialog', (dialog) => void dialog.accept('/tmp/out.txt'));
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  assert.equal(Buffer.concat(chunks).toString(), 'Upped');
});

test('a server in the box in a frame; paths outside of previews are not answered by it', async () => {
  await page.locator('#upload').setInputFiles({ name: 's.py', mimeType: 'text/plain', buffer: Buffer.from(SERVER) });
  await says('/tmp/s.py is there');
  await type('clear; python3 /tmp/s.py &');
  // Behind the prompt or before it.
  await shows(/serving/);
  await page.locator('#port').fill('8000');
  await page.locator('#preview button').click();
  await page.frameLocator('#frame').getByText('path /').waitFor();
  await shows(/GET \/pixel/);
  const status = (path: string) => page.evaluate(async (url) => (await fetch(url)).status, path);
  assert.equal(await status('preview/8000/a?b=c'), 200);
  assert.equal(await status('preview/1/'), 502);
  assert.equal(await status('preview/0/'), 404);
  assert.equal(await status('preview/65536/'), 404);
  assert.equal(await status('preview/8000/../../nothing'), 404);
  assert.equal(await status('preview/%2e%2e/x'), 404);
});

test('the page is loaded anew: the session goes on', async () => {
  await type('clear; fg');
  await page.keyboard.press('Control+c');
  await type('clear; python3 -q');
  await shows(/^>>>/);
  await type('kept = 6 * 7');
  await page.locator('#save').click();
  await says('session saved');
  await page.reload();
  await says(/session restored|running/);
  await shows(/^>>>/);
  await type('print("kept", kept)');
  await shows(/^kept 42/);
});
