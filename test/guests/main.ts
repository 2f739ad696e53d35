// npm run test:guests [-- [--strace] [--native] WORD[:CASE]...]: guest programs whose name holds a word, case by case, with what differs.
import { compare, difference } from './compare.ts';
import { knownFailures } from './known-failures.ts';
import { runNatively } from './native.ts';
import { compile, guestPrograms, type Program } from './programs.ts';

const args = process.argv.slice(2);
const words = args.filter((arg) => !arg.startsWith('--'));
const strace = args.includes('--strace');
const cases = words.flatMap((word) => word.split(':')[1] ?? []);
const programs = guestPrograms(words.map((word) => word.split(':')[0]));
const known = knownFailures();
const total = { same: 0, known: 0, all: 0 };

async function showNative(program: Program): Promise<void> {
  const { stdout, stderr, status } = await runNatively(await compile(program), cases);
  console.log(`${stdout}${stderr}status ${status}`);
}

async function showComparison(program: Program): Promise<void> {
  const start = performance.now();
  const result = await compare(program, cases, strace);
  const failed = result.cases.filter(({ same }) => !same);
  total.all += result.cases.length;
  total.same += result.cases.length - failed.length;
  total.known += failed.filter(({ name }) => known.has(name)).length;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const mark = failed.length === 0 ? 'ok  ' : 'FAIL';
  console.log(
    `${mark} ${program.name}  ${result.cases.length - failed.length}/${result.cases.length}  ${seconds} s ${result.difference}`,
  );
  for (const each of failed)
    console.log(`  ${each.name}${known.has(each.name) ? ' (known)' : ''}\n${difference(each)}`);
}

for (const program of programs) {
  await (args.includes('--native') ? showNative(program) : showComparison(program)).catch((error: Error) => {
    console.log(`FAIL ${program.name}: ${error.message}`);
    process.exitCode = 1;
  });
}
if (total.all > 0) console.log(`${total.same} of ${total.all} cases are the same, ${total.known} known to differ`);
if (total.same + total.known < total.all) process.exitCode = 1;
