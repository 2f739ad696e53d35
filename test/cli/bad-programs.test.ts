// Programs that cannot be run end as in Docker: 126 when they exist, 127 when they do not, one sentence on stderr.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Wbx } from './wbx.ts';

const wbx = new Wbx();
const EM_AARCH64 = 183;
const EM_386 = 3;

/** busybox-static, changed: e_machine is a u16 at 18, the class a byte at 4. */
function elf(change: (bytes: Buffer) => Buffer | undefined): Buffer {
  const bytes = Buffer.from(readFileSync('/bin/busybox'));
  return change(bytes) ?? bytes;
}

const PROGRAMS: Record<string, Buffer | string> = {
  arm64: elf((bytes) => void bytes.writeUInt16LE(EM_AARCH64, 18)),
  i386: elf((bytes) => {
    bytes.writeUInt16LE(EM_386, 18);
    bytes.writeUInt8(1, 4);
  }),
  'cut-header': elf((bytes) => bytes.subarray(0, 40)),
  'cut-table': elf((bytes) => bytes.subarray(0, 100)),
  'no-segments': elf((bytes) => void bytes.writeUInt16LE(0, 56)),
  empty: '',
  text: 'no program at all\n',
  'bad-interpreter': '#!/no/such/interpreter\n',
};

const CASES: [command: string, status: number, sentence: RegExp][] = [
  ['/arm64', 126, /exec format error/],
  ['/i386', 126, /exec format error/],
  ['/cut-header', 126, /exec format error/],
  ['/cut-table', 126, /exec format error|cannot be executed/],
  ['/no-segments', 126, /exec format error|cannot be executed/],
  ['/empty', 126, /exec format error/],
  ['/text', 126, /exec format error/],
  ['/bad-interpreter', 127, /no such file or directory/],
  ['/not-executable', 126, /permission denied/],
  ['/directory', 126, /permission denied|is a directory/],
  ['/loop', 126, /loop|cannot be executed/],
  ['/no/such', 127, /no such file or directory/],
  ['nosuch', 127, /executable file not found in \$PATH/],
];

before(() => {
  mkdirSync(wbx.path('root/directory'), { recursive: true });
  for (const [name, data] of Object.entries(PROGRAMS)) writeFileSync(wbx.path(`root/${name}`), data, { mode: 0o755 });
  writeFileSync(
    wbx.path('root/not-executable'),
    elf(() => undefined),
  );
  chmodSync(wbx.path('root/not-executable'), 0o644);
  symlinkSync('loop', wbx.path('root/loop'));
});
after(() => wbx.remove());

for (const [command, status, sentence] of CASES) {
  test(command, () => {
    const result = wbx.run('run', '--rootfs', 'root', command);
    assert.match(result.stderr, sentence);
    assert.equal(result.stderr.trimEnd().split('\n').length, 1, result.stderr);
    assert.equal(result.status, status);
    assert.equal(result.stdout, '');
  });
}
