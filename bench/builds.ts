// Builds beside buildah in the same run: a Dockerfile of RUN steps, all of them carried out, by each tier; two stages beside one;
// and the rebuild of a Dockerfile of twenty steps where nothing has changed. Whole processes, interleaved; a JSON document on stdout.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleave, median } from './measure.ts';

const ROUNDS = Number(process.env.WBX_BENCH_ROUNDS ?? 3);
const BASE = 'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n';

/** RUN steps that make files, hash, compress and search. */
const WORK = [
  'mkdir -p /w && seq 1 200000 > /w/numbers',
  'sha256sum /w/numbers > /w/sum',
  'gzip -k /w/numbers && gunzip -c /w/numbers.gz | tail -1 > /w/last',
  'for i in $(seq 1 300); do echo $i > /w/f$i; done',
  'grep -c 7 /w/numbers > /w/sevens; sort -rn /w/numbers | head -3 > /w/top',
  'tar -cf /w.tar /w && mkdir /x && tar -xf /w.tar -C /x',
  'find /x -type f | xargs wc -c | tail -1 > /total',
  'awk "{s += \\$1} END {print s}" /w/numbers > /s && rm -r /x /w.tar',
];

/** What a stage computes, of which one and two are built. */
const stage = (name: string): string => `FROM base AS ${name}\nRUN seq 1 60000 | sort -rn | sha256sum > /${name}\n`;

const directory = mkdtempSync(join(tmpdir(), 'wbx-bench-'));

function dockerfile(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function milliseconds(command: string, args: string[]): number {
  const start = performance.now();
  const env = { ...process.env, XDG_DATA_HOME: join(directory, 'data') };
  execFileSync(command, args, { stdio: 'pipe', env });
  return performance.now() - start;
}

const context = join(directory, 'context');
const wbx = (...args: string[]) => milliseconds(process.execPath, ['dist/bin/wbx.cjs', ...args]);

function buildah(file: string): number {
  const place = ['--root', join(directory, 'root'), '--runroot', join(directory, 'run'), '--storage-driver', 'vfs'];
  return milliseconds('buildah', [
    ...place,
    'bud',
    '--quiet',
    '--isolation',
    'chroot',
    '-f',
    file,
    '-t',
    'work',
    context,
  ]);
}

async function measure(): Promise<object> {
  mkdirSync(context);
  copyFileSync('/bin/busybox', join(context, 'busybox'));
  const work = dockerfile('work', BASE + WORK.map((line) => `RUN ${line}\n`).join(''));
  const steps = Array.from({ length: 8 }, (_, i) => `RUN echo ${i} > /r${i}\nENV E${i}=${i}\n`).join('');
  const twenty = dockerfile('twenty', `${BASE}${steps}WORKDIR /w\n`);
  const base = BASE.replace('scratch', 'scratch AS base');
  const one = dockerfile('one', `${base}${stage('a')}`);
  const two = dockerfile('two', `${base}${stage('a')}${stage('b')}FROM base\nCOPY --from=a /a /\nCOPY --from=b /b /\n`);
  const all = (file: string, ...flags: string[]) =>
    wbx('build', '-q', '--no-cache', ...flags, '-f', file, '-t', 'work', context);
  wbx('build', '-q', '-f', twenty, '-t', 'twenty', context);
  const samples = await interleave(
    [
      { name: 'wbx', run: () => all(work, '--tier', 'interp') },
      { name: 'jit', run: () => all(work, '--tier', 'jit') },
      { name: 'buildah', run: () => buildah(work) },
      { name: 'one', run: () => all(one) },
      { name: 'two', run: () => all(two) },
      { name: 'rebuild', run: () => wbx('build', '-q', '-f', twenty, '-t', 'twenty', context) },
      { name: 'start', run: () => wbx('--version') },
    ],
    ROUNDS,
  );
  const of = (name: string) => Math.round(median(samples.get(name)!));
  const ratio = (a: string, b: string) => Math.round((100 * of(a)) / of(b)) / 100;
  return {
    runSteps: { interp: of('wbx'), jit: of('jit'), buildah: of('buildah') },
    runStepsToBuildah: { interp: ratio('wbx', 'buildah'), jit: ratio('jit', 'buildah') },
    stages: { one: of('one'), two: of('two'), ratio: ratio('two', 'one') },
    rebuildOfTwentySteps: { beyondProcessStart: of('rebuild') - of('start'), processStart: of('start') },
  };
}

try {
  console.log(JSON.stringify(await measure(), null, 2));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
