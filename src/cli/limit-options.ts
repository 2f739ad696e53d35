// The limits of `run`, in Docker's words: memory, processes, share of the CPU.
import { WbxError } from '../errors.ts';
import type { BootOptions } from '../box/boot-block.ts';
import type { OptionTable, ParsedOptions } from './options.ts';
import { parseSize } from './size.ts';

export const LIMIT_OPTIONS: OptionTable = [
  ['memory', 'value', 'm'],
  ['pids-limit', 'value'],
];

export const LIMIT_HELP = `  -m, --memory SIZE      limit of the memory, such as 512m
      --pids-limit N     processes and threads at once
`;

export function limitsOf(options: ParsedOptions): Pick<BootOptions, 'memoryLimit' | 'taskLimit'> {
  return { memoryLimit: parseSize(options.value('memory')), taskLimit: taskLimit(options.value('pids-limit')) };
}

/** -1 and 0 mean none, as in Docker. */
function taskLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(-1|\d{1,9})$/.test(text)) throw new WbxError('BAD_ARGUMENT', `--pids-limit ${text}: give a whole number`);
  return Number(text) > 0 ? Number(text) : undefined;
}
