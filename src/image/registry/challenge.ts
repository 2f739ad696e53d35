// WWW-Authenticate, RFC 9110 11.6.1: the schemes a server offers, each with its parameters.

export interface Challenge {
  /** In lower case: basic, bearer. */
  scheme: string;
  parameters: Map<string, string>;
}

/** Pieces of the header: a scheme, or `name=value` with a token or a quoted string for the value. */
const PIECE = /\s*(?:([A-Za-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))|([A-Za-z][\w-]*))\s*,?/y;

/** What cannot be read ends the list: a broken challenge is like none. */
export function parseChallenges(header: string | undefined): Challenge[] {
  const challenges: Challenge[] = [];
  PIECE.lastIndex = 0;
  for (let match = PIECE.exec(header ?? ''); match; match = PIECE.exec(header ?? '')) {
    const [, name, quoted, token, scheme] = match;
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    else challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token);
  }
  return challenges;
}
