// The cases that are known to differ in a box, each with its reason: known-failures.txt, a line a case.
// The list can only shrink: a case on it that passes is an error, too.
import { readFileSync } from 'node:fs';

const LIST = 'test/guests/known-failures.txt';

/** Case (`family/name:case`) -> reason. */
export function knownFailures(): Map<string, string> {
  const lines = readFileSync(LIST, 'utf8').split('\n');
  return new Map(
    lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [, name, reason] = /^(\S+)\s+(\S.*)$/.exec(line) ?? [];
        if (!name) throw new Error(`${LIST}: a line is a case and a reason: "${line}"`);
        return [name, reason];
      }),
  );
}
