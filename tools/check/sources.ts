// The sources that the checks look at: every TypeScript file git knows about or would add.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface SourceFile {
  path: string;
  lines: string[];
}

/** All that people write; with `generated` what generators write, too. */
export function sourceFiles(generated = false): SourceFile[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
    encoding: 'utf8',
  });
  return list
    .split('\n')
    .filter((path) => path !== '' && (generated || !path.endsWith('.gen.ts')) && existsSync(path))
    .map((path) => ({ path, lines: readFileSync(path, 'utf8').trimEnd().split('\n') }));
}

/** Prints what is wrong and sets the exit status. */
export function report(problems: string[]): void {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
