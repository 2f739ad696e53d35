// What a box tells its host beside its output.
import { LIMIT_FILES, LIMIT_MEMORY } from '../../abi/host.ts';
import type { BoxExit } from '../runtime/box.ts';
import type { LimitName } from '../runtime/policy.ts';

/** How a box ended. */
export interface Exit extends BoxExit {
  /** The limit that ended it. */
  limit?: LimitName;
}

/**
 * `limit` comes once for each limit, when it first stops somebody: `memory`, `tasks` and `files` are the programs' to
 * handle, `time` and `instructions` end the box. `exec` and `execExit` are those of {@link RunningBox.exec}.
 */
export type BoxEvent =
  | { type: 'limit'; limit: LimitName }
  | { type: 'exec'; pid: number; command: string[] }
  | { type: 'execExit'; pid: number; status: number }
  | { type: 'exit'; exit: Exit };

/** `limit` is one of LIMIT_* of abi/host.ts. */
export function nameOfLimit(limit: number): LimitName {
  if (limit === LIMIT_MEMORY) return 'memory';
  return limit === LIMIT_FILES ? 'files' : 'tasks';
}
