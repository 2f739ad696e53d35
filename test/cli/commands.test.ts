// What the commands print and write when all goes well.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Wbx } from './wbx.ts';

const wbx = new Wbx();

const COMMANDS = [
  ...['build', 'run', 'convert', 'pull', 'push', 'images', 'tag', 'rmi', 'inspect', 'history'],
  ...['save', 'load', 'export', 'import', 'login', 'logout'],
];

before(() => {
  mkdirSync(wbx.path('app'));
  writeFileSync(
    wbx.path('app/Dockerfile'),
    'FROM scratch\nCOPY data /data\nENV A=1\nLABEL who=me\nCMD ["/data", "x"]\n',
  );
  writeFileSync(wbx.path('app/data'), 'data'.repeat(10_000));
});
after(() => wbx.remove());

function run(...args: string[]): string {
  const { status, stdout, stderr } = wbx.run(...args);
  assert.equal(status, 0, stderr);
  return stdout;
}

test('help and version', () => {
  assert.match(run('--help'), /^Usage: wbx COMMAND/);
  assert.equal(run(), run('help'));
  assert.match(run('--version'), /^wbx \d+\.\d+\.\d+\n$/);
  for (const command of COMMANDS) {
    assert.match(run(command, '--help'), /Usage: wbx [\s\S]*Examples:\n {2}\$ /, command);
    assert.equal(run('help', command), run(command, '--help'));
  }
});

test('build without -t and -o writes a box named after the directory', () => {
  run('build', 'app');
  assert.ok(existsSync(wbx.path('app.wasm')));
  assert.equal(run('images'), 'REPOSITORY   TAG   IMAGE ID   CREATED   SIZE\n');
});

test('build -o writes a box that says what is in it', () => {
  run('build', '-o', 'out.wasm', 'app');
  const [{ box, config }] = JSON.parse(run('inspect', 'out.wasm'));
  assert.equal(box, 'out.wasm');
  assert.deepEqual(config.config.Cmd, ['/data', 'x']);
  assert.deepEqual(config.config.Labels, { who: 'me' });
});

test('the same inputs give the same box', () => {
  process.env.SOURCE_DATE_EPOCH = '1000000000';
  run('build', '-o', '1.wasm', 'app');
  run('build', '-o', '2.wasm', '--no-cache', 'app');
  delete process.env.SOURCE_DATE_EPOCH;
  const [one, two] = ['1.wasm', '2.wasm'].map((name) => wbx.digest(name));
  assert.equal(one, two);
});

test('build -t names an image and writes no box', () => {
  run('build', '-t', 'app:1', '-t', 'other/app', 'app');
  assert.match(run('images'), /^app +1 +[0-9a-f]{12} .* 4\dkB\nother\/app +latest/m);
  const [image] = JSON.parse(run('inspect', 'app:1'));
  assert.deepEqual(image.RepoTags, ['app:1', 'other/app:latest']);
  assert.equal(
    run('rmi', 'app:1', 'other/app')
      .split('\n')
      .filter((line) => line.startsWith('Deleted')).length,
    1,
  );
});

test('an imported directory is a base image', () => {
  assert.match(run('import', 'app', 'base:1', '--cmd', '/data', 'y'), /^sha256:[0-9a-f]{64}\n$/);
  writeFileSync(wbx.path('from.Dockerfile'), 'FROM base:1\nENV B=2\n');
  run('build', '-f', 'from.Dockerfile', '-t', 'derived', 'app');
  const [{ Config }] = JSON.parse(run('inspect', 'derived'));
  assert.deepEqual(Config.Cmd, ['/data', 'y']);
});
