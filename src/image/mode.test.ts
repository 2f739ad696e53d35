// Symbolic modes, with chmod(1) of this machine as the oracle.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseMode } from './mode.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-mode-'));
after(() => rmSync(directory, { recursive: true }));

const MODES = [
  '644',
  '0755',
  '4711',
  'u+x',
  'go-w',
  'a=r',
  'u=rwx,go=rx',
  'g=u',
  'o=g,u-w',
  'u+s,g+s',
  '+t',
  'a+X',
  'go=X',
  'u=rws',
  'ug-s',
  '=rx',
  'u+x-w',
  'g+rX,o=',
  'o+t',
];
const BEFORE = [0o644, 0o755, 0o600, 0o4755, 0o2711, 0o1777, 0o000];

test('as chmod does it, to files and directories', () => {
  const file = join(directory, 'file');
  const folder = join(directory, 'folder');
  writeFileSync(file, '');
  mkdirSync(folder);
  for (const path of [file, folder]) {
    // Docker sets an octal mode as it stands; chmod keeps set-id bits of directories.
    for (const text of MODES.filter((each) => path === file || !/^\d/.test(each))) {
      for (const before of BEFORE) {
        chmodSync(path, before);
        const mode = parseMode(text)?.(statSync(path).mode);
        // No umask: a clause without classes would otherwise leave bits out.
        execFileSync('sh', ['-c', 'umask 0; chmod -- "$0" "$1"', text, path]);
        assert.equal(
          mode?.toString(8),
          statSync(path).mode.toString(8),
          `${text} on ${path === file ? 'a file' : 'a directory'} of ${before.toString(8)}`,
        );
      }
    }
  }
});

test('what is no mode', () => {
  for (const text of ['', 'x', '888', 'u', 'u+q', 'u+x,', 'z+x', '1234567'])
    assert.equal(parseMode(text), undefined, text);
});
