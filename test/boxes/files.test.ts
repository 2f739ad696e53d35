// cp, diff and commit of boxes, those that run and those that do not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { after, before, test } from 'node:test';
import { KeptBoxes } from './kept.ts';

const wbx = new KeptBoxes();
const source = wbx.path('source');

before(() => {
  mkdirSync(`${source}/sub`, { recursive: true });
  writeFileSync(`${source}/a`, 'of a\n', { mode: 0o604 });
  writeFileSync(`${source}/sub/big`, Buffer.alloc(300_000, 'x'));
  symlinkSync('a', `${source}/link`);
  symlinkSync('/etc/absent', `${source}/sub/dangling`);
  chmodSync(`${source}/sub`, 0o710);
  wbx.must(
    'run',
    '-d',
    '--name',
    'box',
    '-v',
    `${wbx.path('volume')}:/volume`,
    '--rootfs',
    wbx.rootfs,
    '/bin/sleep',
    '1000',
  );
});
after(() => wbx.end());

const inBox = (script: string) => wbx.must('exec', 'box', 'sh', '-c', script);

test('a directory goes in, comes back and is the same', () => {
  wbx.must('cp', source, 'box:/tmp');
  assert.equal(
    inBox('cd /tmp/source; ls -R; readlink link; stat -c %a a sub'),
    '.:\na\nlink\nsub\n\n./sub:\nbig\ndangling\na\n604\n710\n',
  );
  wbx.must('cp', 'box:/tmp/source', wbx.path('back'));
  execFileSync('diff', ['-r', '--no-dereference', source, wbx.path('back')]);
  assert.deepEqual(
    [statSync(wbx.path('back/sub')).mode & 0o777, Math.floor(statSync(wbx.path('back/a')).mtimeMs)],
    [0o710, Math.floor(statSync(`${source}/a`).mtimeMs)],
  );
});

const RULES: [what: string, words: [string, string], check: string, result: string][] = [
  ['a file to a new name', ['source/a', 'box:/tmp/b'], 'cat /tmp/b', 'of a\n'],
  ['a file into a directory', ['source/a', 'box:/root'], 'ls /root', 'a\n'],
  ['a file over a file', ['source/sub/big', 'box:/tmp/b'], 'wc -c < /tmp/b', '300000\n'],
  ['what is in a directory', ['source/.', 'box:/volume'], 'ls /volume', 'a\nlink\nsub\n'],
  ['a directory to a new name', ['source/sub', 'box:/tmp/new'], 'ls /tmp/new', 'big\ndangling\n'],
  ['through a link to a directory of the box', ['source/a', 'box:/tmp/in/c'], 'ls /root', 'a\nc\n'],
];

test("Docker's rules of names and slashes", () => {
  inBox('ln -s /root /tmp/in');
  for (const [what, words, check, result] of RULES) {
    wbx.must('cp', ...words);
    assert.equal(inBox(check), result, what);
  }
  assert.equal(readFileSync(wbx.path('volume/a'), 'utf8'), 'of a\n');
});

const REFUSED: [words: [string, string], sentence: RegExp][] = [
  [['source/a', 'box:/absent/'], /the directory \/absent\/ does not exist/],
  [['source', 'box:/tmp/b'], /a directory cannot be copied to it/],
  [['source/a', 'box:/absent/b'], /the directory \/absent does not exist: make it first/],
  [['absent', 'box:/tmp'], /absent does not exist/],
  [['box:/absent', '.'], /\/absent does not exist/],
  [['source', 'back'], /one of the two is BOX:PATH/],
  [['nobox:/a', '.'], /no such box: nobox/],
];

test('what does not fit is refused with a sentence, status 1', () => {
  for (const [words, sentence] of REFUSED) {
    const { status, stderr } = wbx.run('cp', ...words);
    assert.equal(status, 1, words.join(' '));
    assert.match(stderr, sentence);
  }
});

test('archives, hard links in them', () => {
  inBox('ln /tmp/source/a /tmp/source/hard');
  const list = execFileSync('tar', ['-tv'], { input: wbx.run('cp', 'box:/tmp/source', '-').stdout, encoding: 'utf8' });
  assert.match(list, /hard link to source\/a|source\/a link to source\/hard/);
  linkSync(`${source}/a`, `${source}/b`);
  const archive = execFileSync('tar', ['-c', '--owner=7', '-C', wbx.directory, 'source']);
  assert.equal(wbx.runWith(archive, 'cp', '-', 'box:/root').status, 0);
  assert.equal(inBox('stat -c "%h %u" /root/source/a'), '2 7\n');
});

test('a box that does not run', () => {
  inBox('echo kept > /root/kept');
  wbx.must('stop', '-t', '0', 'box');
  wbx.must('cp', `${source}/a`, 'box:/root/later');
  wbx.must('cp', 'box:/root/kept', wbx.path('kept'));
  assert.equal(readFileSync(wbx.path('kept'), 'utf8'), 'kept\n');
  wbx.must('start', 'box');
  assert.equal(inBox('cat /root/later /root/kept'), 'of a\nkept\n');
});

test('a copy to this machine follows no link that came along', () => {
  inBox(
    'mkdir -p /tmp/evil/d; ln -s /etc /tmp/evil/d/out; mkdir -p /tmp/evil2/d/out; echo bad > /tmp/evil2/d/out/passwd-wbx',
  );
  wbx.must('cp', 'box:/tmp/evil/.', wbx.path('target'));
  const { status, stderr } = wbx.run('cp', 'box:/tmp/evil2/.', wbx.path('target'));
  assert.equal(status, 1);
  assert.match(stderr, /out is in the way: it is not a directory/);
  assert.equal(existsSync('/etc/passwd-wbx'), false);
});

test('diff and commit, while it runs and afterwards', () => {
  wbx.must('import', '-c', 'CMD ["/bin/true"]', wbx.rootfs, 'base');
  const script = 'echo new > /etc/new; rm /bin/yes; echo more >> /etc/old; sleep 1000';
  writeFileSync(`${wbx.rootfs}/etc/old`, 'old\n');
  wbx.must('import', wbx.rootfs, 'base');
  wbx.must('run', '-d', '--name', 'changed', 'base', '/bin/sh', '-c', script);
  const lines = 'C /bin\nD /bin/yes\nC /etc\nA /etc/new\nC /etc/old\n';
  while (wbx.must('diff', 'changed') !== lines);
  const digest = wbx.must('commit', '-m', 'edited', '-c', 'ENV MADE=here', 'changed', 'made');
  assert.match(digest, /^sha256:[0-9a-f]{64}\n$/);
  const show = 'cat /etc/new /etc/old; ls /bin/yes; echo $MADE';
  assert.equal(wbx.run('run', 'made', '/bin/sh', '-c', show).stdout, 'new\nold\nmore\nhere\n');
  assert.match(wbx.must('history', 'made'), /edited/);
  wbx.must('exec', 'changed', 'rm', '/etc/new');
  wbx.must('stop', '-t', '0', 'changed');
  assert.equal(wbx.must('diff', 'changed'), lines.replace('A /etc/new\n', ''));
  wbx.must('commit', 'changed', 'later');
  assert.equal(wbx.run('run', 'later', '/bin/sh', '-c', 'ls /etc').stdout, 'hostname\nhosts\nold\nresolv.conf\n');
});
