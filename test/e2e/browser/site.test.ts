// The page of `wbx web` in Chromium: a shell, vim, Python, ctrl-C, resizing, files, previews of Python's server and of nginx, sessions; the
// main thread stays free.
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

const NGINX = `worker_processes 2; pid nginx.pid; error_log /tmp/nginx.log crit; events {}
http {
  types { text/html html; text/css css; }
  access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 8081; root /tmp/www; }
}
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
  const screen = () => page.locator('.xterm-rows').innerText();
  const seen = page.waitForFunction(
    (source) => new RegExp(source, 'm').test(document.querySelector<HTMLElement>('.xterm-rows')?.innerText ?? ''),
    pattern.source,
  );
  await seen.catch(async (cause) => assert.fail(`${cause.message}\n${pattern}\n${await screen()}`));
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

/** Milliseconds of each task of the main thread that took more than 50 while that was done. */
async function longTasks(work: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((each) => each.duration)));
    observer.observe({ type: 'longtask' });
    Object.assign(globalThis, { watched: { tasks, observer } });
  });
  await work();
  return page.evaluate(() => {
    const { watched } = globalThis as unknown as { watched: { tasks: number[]; observer: PerformanceObserver } };
    const rest = watched.observer.takeRecords().map(({ duration }) => duration);
    watched.observer.disconnect();
    return [...watched.tasks, ...rest];
  });
}

test('no task of the main thread takes 50 ms while idle and typing', async () => {
  const tasks = await longTasks(async () => {
    await page.waitForTimeout(1000);
    await type('echo the quick brown fox');
    await page.waitForTimeout(1000);
  });
  assert.deepEqual(tasks, []);
  // What a task that takes longer looks like.
  const busy = () =>
    page.evaluate(() =>
      setTimeout(() => {
        const end = performance.now() + 80;
        while (performance.now() < end) {}
      }),
    );
  assert.equal(
    (
      await longTasks(async () => {
        await busy();
        await page.waitForTimeout(300);
      })
    ).length,
    1,
  );
});

test('vim: the screen, keys that come one by one, a file; the main thread stays free', async () => {
  await type('clear; vim -u NONE -N /tmp/poem');
  await shows(/^~/);
  const tasks = await longTasks(async () => {
    await page.keyboard.type('iroses are red');
    await shows(/^-- INSERT --/);
    await page.keyboard.press('Enter');
    await page.keyboard.type('violets are blue', { delay: 20 });
    await page.keyboard.press('Escape');
    await page.keyboard.type(':%s/are/were/g\n');
    await shows(/^violets were blue/);
    await page.keyboard.type('ggyyGp');
    await shows(/^violets were blue\nroses were red/);
  });
  await page.keyboard.type(':w\n');
  await shows(/3L, \d+B written/);
  await page.keyboard.type(':q\n');
  await shows(/^\$\s*$/);
  await type('clear; sort /tmp/poem');
  await shows(/^roses were red\nroses were red\nviolets were blue/);
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

test('nginx in a frame: a page, its style sheet, a link to another page, an error', async () => {
  const put = async (name: string, text: string) => {
    await page.locator('#upload').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    await says(`/tmp/${name} is there`);
  };
  await put('nginx.conf', NGINX);
  await put(
    'index.html',
    '<link rel=stylesheet href=/style.css><h1>served by nginx</h1><a href="/deep/other.html">on</a>',
  );
  await put('style.css', 'h1 { color: rgb(1, 2, 3) }');
  await put('other.html', '<p>the other page</p>');
  await type(
    'clear; mkdir -p www/deep; mv index.html style.css www; mv other.html www/deep; /usr/sbin/nginx -p /tmp -c nginx.conf; echo up $?',
  );
  await shows(/^up 0/);
  await page.locator('#port').fill('8081');
  await page.locator('#preview button').click();
  const frame = page.frameLocator('#frame');
  const heading = frame.getByRole('heading', { name: 'served by nginx' });
  await heading.waitFor();
  assert.equal(await heading.evaluate((element) => getComputedStyle(element).color), 'rgb(1, 2, 3)');
  await frame.getByRole('link').click();
  await frame.getByText('the other page').waitFor();
  const answer = await page.evaluate(async () => {
    const { status, headers } = await fetch('preview/8081/missing');
    return [status, headers.get('server')];
  });
  assert.equal(answer[0], 404);
  assert.match(String(answer[1]), /^nginx/);
  await type('clear; /usr/sbin/nginx -p /tmp -c nginx.conf -s stop; echo down $?');
  await shows(/^down 0/);
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
