// Sizes that a reader can take in: no file above 500 lines, no function above 80. The formatter's indentation tells where a
// function ends. Tables of data are not functions.
import { report, type SourceFile, sourceFiles } from './sources.ts';

const MAX_FILE = 500;
const MAX_FUNCTION = 80;

/** What is allowed to be longer, and why. */
const LONG_FILES: [path: RegExp, why: string][] = [
  [/^isa\//, 'tables of encodings'],
  [/^abi\/syscalls\.ts$/, 'the table of system calls'],
  [/^kernel\/cpu\/interp\.ts$/, 'the interpreter loop'],
];
const LONG_FUNCTIONS: [path: RegExp, why: string][] = [
  [/^kernel\/cpu\//, 'dispatch: one dense switch each, a row an operation'],
  [/^isa\//, 'tables of encodings'],
];

const FUNCTION_START =
  /^(\s*)(?:export )?(?:default )?(?:(?:static |async |private )*(?:function\*? )?\*?#?\w+(?:<.*>)?\(.*|const \w+ = .*=>) \{$/;
const KEYWORD_START = /^\s*(?:if|for|while|switch|else|do|try|catch|return|describe|test)\b/;

function longFunctions({ path, lines }: SourceFile): string[] {
  const problems: string[] = [];
  for (const [start, line] of lines.entries()) {
    const indent = FUNCTION_START.exec(line)?.[1];
    if (indent === undefined || KEYWORD_START.test(line)) continue;
    const length = lines.slice(start).findIndex((each) => each.startsWith(`${indent}}`)) + 1;
    if (length > MAX_FUNCTION)
      problems.push(`${path}:${start + 1}: a function of ${length} lines; the limit is ${MAX_FUNCTION}`);
  }
  return problems;
}

function problemsOf(file: SourceFile): string[] {
  const listed = (list: [RegExp, string][]): boolean => list.some(([path]) => path.test(file.path));
  const tooLong = file.lines.length > MAX_FILE && !listed(LONG_FILES);
  const own = tooLong ? [`${file.path}: ${file.lines.length} lines; the limit is ${MAX_FILE}`] : [];
  return listed(LONG_FUNCTIONS) ? own : [...own, ...longFunctions(file)];
}

report(sourceFiles().flatMap(problemsOf));
