// What compose says while it works: a line for each thing, on stderr, as Docker's does.

export function say(what: 'Network' | 'Volume' | 'Container', name: string, done: string): void {
  process.stderr.write(` ${what} ${name}  ${done}\n`);
}
