// What a guest program printed, cut into its cases (check.h prints "== NAME" before each on both streams, and "-- END" after).

export interface Outcome {
  stdout: string;
  stderr: string;
  /** Exit status; text when the run itself went wrong (a timeout, a panic). */
  status: number | string;
}

export interface CaseOutput {
  name: string;
  stdout: string;
  stderr: string;
  /** The case came to its end. */
  finished: boolean;
}

/** The cases of a run in the order they ran. */
export function casesOf({ stdout, stderr }: Outcome): CaseOutput[] {
  const errors = new Map(sections(stderr));
  return sections(stdout).map(([name, text]) => ({
    name,
    stdout: text,
    stderr: errors.get(name) ?? '',
    finished: /^-- .*$/m.test(text),
  }));
}

function sections(text: string): [name: string, text: string][] {
  return text
    .split(/^== /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end + 1)];
    });
}
