// The guest programs about files with a host directory as their working directory, beside Linux: what differs is written
// down here with its reason (docs/MOUNTS.md), and must go on to differ.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runNatively } from './native.ts';
import { type CaseOutput, casesOf } from './outcome.ts';
import { compile, guestPrograms, type Program } from './programs.ts';

const TIMEOUT_MS = 120_000;
const NO_FIFOS = 'FIFOs are not made on the host';
const NO_XATTRS = 'Node has no call for extended attributes';
const MICROSECONDS = 'Node sets times in microseconds';
const GROW_ONLY = 'files of the host can only grow';

const DIFFERENT: Record<string, string> = {
  'fs/attributes:times': MICROSECONDS,
  'fs/attributes:umask_values': NO_FIFOS,
  'fs/directories:getdents_errors': 'a removed directory still lists "."',
  'fs/directories:listing': NO_FIFOS,
  'fs/fcntl:memfd_and_seals': 'a file of the host shows no seals instead of EINVAL',
  'fs/lseek:data_and_holes': 'holes are not looked for',
  'fs/open:o_tmpfile': 'no O_TMPFILE',
  'fs/openat2:at_variants': NO_FIFOS,
  'fs/read_write:times_move_on_write': MICROSECONDS,
  'fs/rename:exchange': 'Node has no renameat2',
  'fs/special:fifo_meets': NO_FIFOS,
  'fs/special:fifo_without_partner': NO_FIFOS,
  'fs/stat:kinds': NO_FIFOS,
  'fs/truncate:fallocate_grows': GROW_ONLY,
  'fs/truncate:punches_holes': GROW_ONLY,
  'fs/xattr:create_and_replace': NO_XATTRS,
  'fs/xattr:errors': NO_XATTRS,
  'fs/xattr:lists': NO_XATTRS,
  'fs/xattr:permissions': NO_XATTRS,
  'fs/xattr:set_get_remove': NO_XATTRS,
  'fs/xattr:symlinks_and_descriptors': NO_XATTRS,
};

/** The program's cases in a box, run from and in a directory of this machine. */
function runOnMount(path: string): CaseOutput[] {
  const directory = mkdtempSync(join(tmpdir(), 'guest-mount-'));
  mkdirSync(join(directory, 'work'));
  copyFileSync(path, join(directory, 'program'));
  const words = ['run', '-m', '1g', '-v', `${directory}:/mnt`, '-w', '/mnt/work', '--rootfs', 'build/bookworm'];
  const options = { encoding: 'latin1', timeout: TIMEOUT_MS, killSignal: 'SIGKILL' } as const;
  const result = spawnSync(process.execPath, ['dist/src/cli/main.js', ...words, '/mnt/program'], options);
  rmSync(directory, { recursive: true, force: true });
  return casesOf({ stdout: result.stdout, stderr: result.stderr, status: result.status ?? 'killed' });
}

async function differences(program: Program): Promise<string[]> {
  const binary = await compile(program);
  const native = casesOf(await runNatively(binary));
  assert.ok(native.length > 0, 'Linux ran no case');
  const box = new Map(runOnMount(binary.path).map((each) => [each.name, each.stdout]));
  return native.filter(({ name, stdout }) => box.get(name) !== stdout).map(({ name }) => `${program.name}:${name}`);
}

for (const program of guestPrograms(['fs/'])) {
  test(`${program.name} on a host mount`, async () => {
    const expected = Object.keys(DIFFERENT).filter((name) => name.startsWith(`${program.name}:`));
    assert.deepEqual((await differences(program)).sort(), expected.sort());
  });
}
