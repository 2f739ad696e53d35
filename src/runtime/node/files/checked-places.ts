// Places where there is no /proc/self/fd: the directory of a path is resolved and compared with what it should be before every
// call, and links in the last place are not followed. Somebody who swaps a directory for a link between the check and the
// call wins: on such hosts do not run a hostile box on a directory that another box or program changes meanwhile.
import { constants, lstatSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ELOOP, ENOTDIR } from '../../../../abi/linux/errno.ts';
import { HostError } from './host-error.ts';
import { checkNames, type Places } from './places.ts';

export class CheckedPlaces implements Places {
  readonly isFile: boolean;
  readonly #root: string;

  constructor(root: string) {
    this.#root = realpathSync(root);
    this.isFile = statSync(this.#root).isFile();
  }

  at(path: Uint8Array): Buffer {
    if (path.length === 0) return Buffer.from(this.#root);
    checkNames(path);
    if (this.isFile) throw new HostError(ENOTDIR);
    const names = Buffer.from(path).toString().split('/');
    const name = names.pop()!;
    const directory = join(this.#root, ...names);
    if (realpathSync(directory) !== directory) throw new HostError(ELOOP);
    return Buffer.from(join(directory, name));
  }

  pinned<T>(path: Uint8Array, use: (path: Buffer, fd: number) => T): T {
    const at = this.at(path);
    if (lstatSync(at).isSymbolicLink()) throw new HostError(ELOOP);
    return use(at, -1);
  }

  forget(): void {}

  close(): void {}
}

/** Flags that keep an open from following a link or waiting for a FIFO, where nothing is pinned. */
export const CAREFUL = constants.O_NOFOLLOW | constants.O_NONBLOCK;
