// Who owns the host's files, as the box sees it. Run by root, wbx shows and sets the numbers as they are, like Docker. Otherwise
// the user who runs wbx is the box's user, in both directions, and everybody else is nobody.
import { EPERM } from '../../../../abi/linux/errno.ts';
import { HostError } from './host-error.ts';

const NOBODY = 65534;
/** chown: leave as it is. */
export const LEAVE = 0xffffffff;

export class Owners {
  readonly #identity: boolean;
  readonly #host: readonly [uid: number, gid: number];
  readonly #box: readonly [uid: number, gid: number];

  /** `uid`, `gid`: of the box's first process. */
  constructor(uid: number, gid: number) {
    this.#host = [process.geteuid?.() ?? NOBODY, process.getegid?.() ?? NOBODY];
    this.#identity = this.#host[0] === 0;
    this.#box = [uid, gid];
  }

  uid(host: number): number {
    return this.#identity ? host : host === this.#host[0] ? this.#box[0] : NOBODY;
  }

  gid(host: number): number {
    return this.#identity ? host : host === this.#host[1] ? this.#box[1] : NOBODY;
  }

  /** The owner for what the box makes; undefined = as the host does by itself. */
  created(uid: number, gid: number): [number, number] | undefined {
    return this.#identity ? [uid, gid] : undefined;
  }

  /** The host's numbers for a chown of something that `uid` and `gid` of the host own; undefined = nothing changes. */
  changed(wanted: readonly [number, number], uid: number, gid: number): [number, number] | undefined {
    const [wantedUid, wantedGid] = wanted;
    if (this.#identity) return [wantedUid === LEAVE ? uid : wantedUid, wantedGid === LEAVE ? gid : wantedGid];
    if (wantedUid !== LEAVE && wantedUid !== this.uid(uid)) throw new HostError(EPERM);
    if (wantedGid !== LEAVE && wantedGid !== this.gid(gid)) throw new HostError(EPERM);
    return undefined;
  }
}
