// wbx build --output, --progress, --check, --no-cache-filter, and wbx builder prune, as a user calls them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { Wbx } from '../cli/wbx.ts';

const wbx = new Wbx();
after(() => wbx.remove());
mkdirSync(wbx.path('context'));
writeFileSync(wbx.path('context/a.txt'), 'a');
dockerfile('FROM scratch AS one\nCOPY a.txt /one/\nFROM one\nCOPY --chmod=640 a.txt /two/\n');

function dockerfile(text: string): void {
  writeFileSync(wbx.path('context/Dockerfile'), text);
}

function build(...flags: string[]) {
  return wbx.run('build', ...flags, 'context');
}

test('an image goes out as OCI layout, docker archive, tar, directory and box, several at once', () => {
  const { status, stderr } = build(
    ...[
      'type=oci,dest=oci.tar',
      'type=oci,tar=false,dest=oci',
      'type=docker,dest=docker.tar',
      'type=tar,dest=files.tar',
    ]
      .concat('type=local,dest=files', 'type=box,dest=app.wasm', 'plain.wasm')
      .flatMap((output) => ['-o', output]),
  );
  assert.equal(status, 0, stderr);
  const names = ['one/', 'one/a.txt', 'two/', 'two/a.txt'];
  assert.deepEqual(tarNames('files.tar'), names);
  assert.equal(lstatSync(wbx.path('files/two/a.txt')).mode & 0o777, 0o640);
  assert.ok(existsSync(wbx.path('oci/index.json')));
  for (const source of ['oci-archive:oci.tar', 'oci:oci', 'docker-archive:docker.tar']) {
    assert.equal(wbx.run('convert', source, '-o', 'again.wasm').status, 0, source);
    assert.equal(wbx.run('export', '-o', 'again.tar', 'again.wasm').status, 0);
    assert.deepEqual(tarNames('again.tar'), names, source);
  }
  assert.ok(existsSync(wbx.path('app.wasm')) && existsSync(wbx.path('plain.wasm')));
});

function tarNames(file: string): string[] {
  return execFileSync('tar', ['-tf', wbx.path(file)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((name) => name.replace(/^\.\//, ''))
    .filter((name) => name !== '')
    .sort();
}

test('outputs that are none, or would overwrite, are refused', () => {
  const cases: [output: string, sentence: RegExp][] = [
    ['type=zip,dest=x', /type=zip: it can be box, docker, local, oci, tar/],
    ['type=local', /needs a place: dest=PATH/],
    ['type=oci,compression=zstd,dest=x', /has no "compression"/],
    ['type=local,dest=context', /context is not empty/],
  ];
  for (const [output, sentence] of cases) {
    const { status, stderr } = build('-o', output);
    assert.deepEqual([status, sentence.test(stderr)], [125, true], stderr);
  }
});

test('--progress rawjson is a JSON document a line, tty draws, another word is refused', () => {
  const lines = build('--progress', 'rawjson', '-t', 'x')
    .stderr.split('\n')
    .filter((line) => line.startsWith('{'));
  const vertexes = lines.flatMap(
    (line) => (JSON.parse(line) as { vertexes?: { name: string; cached?: boolean }[] }).vertexes ?? [],
  );
  assert.ok(vertexes.some(({ name, cached }) => name === '[stage-1 2/2] COPY --chmod=640 a.txt /two/' && cached));
  assert.match(build('--progress', 'tty', '-t', 'x').stderr, /\[\+\] Building [\d.]+s \(4\/4\) FINISHED/);
  assert.match(build('--progress', 'loud', '-t', 'x').stderr, /it can be auto, plain, rawjson or tty/);
});

test('--no-cache-filter builds one stage anew', () => {
  build('-t', 'x');
  const { stderr } = build('-t', 'x', '--no-cache-filter', 'one');
  assert.match(stderr, /\[one 2\/2\] COPY .*\n#2 DONE/);
  assert.match(build('-t', 'x').stderr, /\[one 2\/2\] COPY .*\n#2 CACHED/);
});

test('a build that is all from the cache gives the same image', () => {
  build('-t', 'x', '--iidfile', 'first');
  build('-t', 'x', '--iidfile', 'second');
  assert.equal(readFileSync(wbx.path('first'), 'utf8'), readFileSync(wbx.path('second'), 'utf8'));
});

test('--check tells what is doubtful and builds nothing', () => {
  assert.match(build('--check').stdout, /no warnings found/);
  dockerfile('FROM scratch\nMAINTAINER me\nCOPY missing /\n');
  const { status, stdout } = build('--check');
  assert.notEqual(status, 0);
  assert.match(stdout, /1 warning found:\n - MaintainerDeprecated: .* \(line 2\)/);
});

test('a failed build shows the lines round the instruction', () => {
  dockerfile('FROM scratch\nENV A=1\nCOPY missing \\\n  /x\nENV B=2\n');
  const { stderr } = build('-t', 'y');
  assert.match(
    stderr,
    /Dockerfile:3\n-+\n {3}1 \| {5}FROM scratch\n.*\n {3}3 \| >>> COPY missing \\\n {3}4 \| >>> {3}\/x\n/,
  );
});

test('builder prune removes steps and layers that no image holds', () => {
  dockerfile('FROM scratch\nCOPY a.txt /kept\n');
  build('-t', 'kept');
  dockerfile('FROM scratch\nCOPY a.txt /gone\n');
  assert.equal(build('-o', 'gone.wasm').status, 0);
  const { stdout, status } = wbx.run('builder', 'prune', '--force');
  assert.equal(status, 0);
  assert.match(stdout, /steps \d+, layers that no image holds\t[1-9].*\nTotal reclaimed space: [1-9]/);
  assert.doesNotMatch(build('-t', 'gone').stderr, /CACHED/);
  assert.equal(wbx.run('export', '-o', 'kept.tar', 'kept').status, 0);
  assert.match(wbx.run('builder', 'prune', '--force').stdout, /Total reclaimed space/);
});
