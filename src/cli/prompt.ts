// Asks a person at the terminal, with the answer shown or not; reads stdin as a whole where there is no terminal.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** One line; undefined at the end of the input. `hidden`: what is typed does not appear. */
export async function ask(question: string, hidden = false): Promise<string | undefined> {
  process.stderr.write(question);
  const output = hidden ? new Writable({ write: (_bytes, _encoding, done) => done() }) : process.stderr;
  const terminal = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, output, terminal });
  const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  const answer = await Promise.race([lines.question(''), closed]);
  lines.close();
  if (hidden) process.stderr.write('\n');
  return answer;
}

export async function readStdin(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
