// The limits of `run`, in Docker's words: memory, processes, share of the CPU, what may be written, resource limits.
import { WbxError } from '../errors.ts';
import type { BootOptions, ResourceLimit } from '../box/boot-block.ts';
import type { OptionTable, ParsedOptions } from './options.ts';
import { parseSize } from './size.ts';

export const LIMIT_OPTIONS: OptionTable = [
  ['cpus', 'value'],
  ['memory', 'value', 'm'],
  ['pids-limit', 'value'],
  ['storage-opt', 'list'],
  ['ulimit', 'list'],
];

export const LIMIT_HELP = `  -m, --memory SIZE      limit of the memory, such as 512m
      --cpus N           share of one CPU of this machine, such as 0.5
      --pids-limit N     processes and threads at once
      --storage-opt size=SIZE
                         what may be written besides mounts
      --ulimit NAME=SOFT[:HARD]
                         a limit of setrlimit(2), such as nofile=1024:2048; -1 = none
`;

/** Numbers of RLIMIT_* by Docker's names: getrlimit(2). */
const RLIMITS: Record<string, number> = {
  core: 4,
  cpu: 0,
  data: 2,
  fsize: 1,
  locks: 10,
  memlock: 8,
  msgqueue: 12,
  nice: 13,
  nofile: 7,
  nproc: 6,
  rss: 5,
  rtprio: 14,
  rttime: 15,
  sigpending: 11,
  stack: 3,
};
const UNLIMITED = 0xffffffffffffffffn;

export function limitsOf(
  options: ParsedOptions,
): Pick<BootOptions, 'memoryLimit' | 'taskLimit' | 'upperLimit' | 'rlimits'> {
  return {
    memoryLimit: parseSize(options.value('memory')),
    taskLimit: taskLimit(options.value('pids-limit')),
    upperLimit: storageSize(options.list('storage-opt')),
    rlimits: options.list('ulimit').map(parseUlimit),
  };
}

/** Share of one CPU; absent = no limit. A box has one CPU: more than 1 is no limit either. */
export function cpusOf(options: ParsedOptions): number | undefined {
  const text = options.value('cpus');
  if (text === undefined) return undefined;
  const cpus = Number(text);
  if (!(cpus >= 0.01 && cpus <= 1024)) throw new WbxError('BAD_ARGUMENT', `--cpus ${text}: give a number from 0.01 on`);
  return cpus < 1 ? cpus : undefined;
}

/** -1 and 0 mean none, as in Docker. */
function taskLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(-1|\d{1,9})$/.test(text)) throw new WbxError('BAD_ARGUMENT', `--pids-limit ${text}: give a whole number`);
  return Number(text) > 0 ? Number(text) : undefined;
}

function storageSize(texts: string[]): number | undefined {
  const odd = texts.find((text) => !text.startsWith('size='));
  if (odd !== undefined) throw new WbxError('BAD_ARGUMENT', `--storage-opt ${odd}: size=SIZE is known`);
  return parseSize(texts.at(-1)?.slice('size='.length));
}

function parseUlimit(text: string): ResourceLimit {
  const [, name = '', soft, hard = soft] = /^(\w+)=(-1|\d{1,18})(?::(-1|\d{1,18}))?$/.exec(text) ?? [];
  if (!Object.hasOwn(RLIMITS, name)) {
    throw new WbxError(
      'BAD_ARGUMENT',
      `--ulimit ${text}: write NAME=SOFT[:HARD], NAME one of ${Object.keys(RLIMITS).join(' ')}`,
    );
  }
  const value = (digits: string) => (digits === '-1' ? UNLIMITED : BigInt(digits));
  if (value(soft) > value(hard))
    throw new WbxError('BAD_ARGUMENT', `--ulimit ${text}: the soft limit is above the hard one`);
  return { resource: RLIMITS[name], soft: value(soft), hard: value(hard) };
}
