// Where a copy goes: Docker's rules about what exists, trailing slashes and "/.". docker-cp(1).
import { posix } from 'node:path';
import { WbxError } from '../../errors.ts';
import type { Kind, Place } from './place.ts';

export interface Plan {
  /** Exists. */
  directory: string;
  /** Of the copy in it; '' = what is in the source goes straight into the directory. */
  name: string;
}

export async function planCopy(source: string, kind: Kind, to: Place, target: string): Promise<Plan> {
  const found = await to.kind(target);
  const contents = /(^|\/)\.$/.test(source);
  if (found === 'directory') {
    return { directory: target, name: kind === 'directory' && contents ? '' : posix.basename(posix.normalize(source)) };
  }
  if (found !== undefined && kind === 'directory')
    throw new WbxError('BAD_ARGUMENT', `${target} is a file: a directory cannot be copied to it`);
  if (found !== undefined && target.endsWith('/')) throw new WbxError('NOT_FOUND', `${target} is not a directory`);
  if (kind !== 'directory' && target.endsWith('/'))
    throw new WbxError('NOT_FOUND', `the directory ${target} does not exist`);
  const directory = posix.dirname(target);
  if ((await to.kind(directory)) !== 'directory')
    throw new WbxError('NOT_FOUND', `the directory ${directory} does not exist: make it first`);
  return { directory, name: posix.basename(target) };
}
