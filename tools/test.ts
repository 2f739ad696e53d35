// `npm test`: sets the machine up, then runs every *.test.js below dist. Words given select files by part of their path.
// *.long.test.js take minutes: they run when a word says so (`npm run test:long`).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setUp } from './setup-tests.ts';

const LONG = '.long.';
const wanted = process.argv.slice(2).map((word) => word.replace(/\.ts$/, '.js'));
const files = readdirSync('dist', { recursive: true, encoding: 'utf8' })
  // dist keeps what deleted sources once became.
  .filter((path) => path.endsWith('.test.js') && existsSync(path.replace(/\.js$/, '.ts')))
  .filter((path) => !path.includes(LONG) || wanted.some((word) => word.includes(LONG)))
  .map((path) => `dist/${path}`)
  .filter((path) => wanted.length === 0 || wanted.some((word) => path.includes(word)))
  .sort();

// Without names, the runner would look for tests everywhere, also in the root file systems below build.
if (files.length === 0) throw new Error(`no test matches ${wanted.join(' ')}`);
setUp(files);
const reporters = ['spec', './dist/tools/slowest-files.js'].flatMap((reporter) => [
  `--test-reporter=${reporter}`,
  '--test-reporter-destination=stdout',
]);
const MINUTES = Number(process.env.WBX_TEST_MINUTES ?? 10);
/** A file that hangs fails after that time, and one that leaves something running ends with its last test. */
const GUARDS = [`--test-timeout=${MINUTES * 60_000}`, '--test-force-exit'];
/** As many files at once as there are cores: for tests that only compute. Otherwise one core is left to what they start. */
const AT_ONCE = process.env.WBX_TEST_ALL_CORES ? [`--test-concurrency=${availableParallelism()}`] : [];
const { status } = spawnSync(process.execPath, ['--test', ...GUARDS, ...AT_ONCE, ...reporters, ...files], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
