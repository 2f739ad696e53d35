// The keywords of a Dockerfile, and the nearest one to a misspelt word.

export const KEYWORDS = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

/** What to do about a word that is no keyword. */
export function nearestKeyword(word: string): string {
  const [best, distance] = [...KEYWORDS]
    .map((keyword) => [keyword, editDistance(word, keyword)] as const)
    .reduce((a, b) => (b[1] < a[1] ? b : a));
  return distance <= 2 ? `did you mean ${best}?` : 'an instruction starts with one of FROM, RUN, COPY, ENV and so on';
}

/** Levenshtein's, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
