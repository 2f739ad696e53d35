// Environments as lists of `NAME=value`, merged as containers do: environ(7).

/** The last value of each name, at the place of its first. */
export function mergeEnv(variables: string[]): string[] {
  const merged = new Map<string, string>();
  for (const variable of variables) merged.set(variable.split('=', 1)[0], variable);
  return [...merged.values()];
}
