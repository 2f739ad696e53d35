// Files of a running box, read and written by its own cat, sh and ls, with the rights of the user it was built for: a box
// without these programs (FROM scratch) cannot be reached this way.
import { WbxError } from '../errors.ts';
import type { RunningBox } from './running-box.ts';

export async function readFile(box: RunningBox, path: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const process = box.exec(['cat', '--', path], { stdout: (bytes) => parts.push(bytes) });
  await succeeded(process.result);
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

export async function writeFile(box: RunningBox, path: string, contents: string | Uint8Array): Promise<void> {
  await succeeded(box.exec(['sh', '-c', 'cat > "$1"', 'sh', path], { stdin: contents }).result);
}

export async function listDirectory(box: RunningBox, path: string): Promise<string[]> {
  const { stdout } = await succeeded(box.exec(['ls', '-1A', '--', path]).result);
  return stdout.split('\n').filter((name) => name !== '');
}

async function succeeded<R extends { status: number; stderr: string }>(result: Promise<R>): Promise<R> {
  const outcome = await result;
  if (outcome.status !== 0) throw new WbxError('NOT_FOUND', outcome.stderr.trim() || 'the box has ended');
  return outcome;
}
