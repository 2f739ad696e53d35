// What a kept box was made from, for commands that compare with it or build on it.
import type { BoxRecord } from '../runtime/node/boxes/record.ts';
import type { Runnable } from '../runtime/node/runnable.ts';
import { WbxError } from '../errors.ts';
import { ParsedOptions } from './options.ts';
import { choose, RUN_OPTIONS } from './run.ts';

export async function baseOf(record: BoxRecord): Promise<Runnable> {
  const here = process.cwd();
  process.chdir(record.directory);
  try {
    const [runnable] = await choose(new ParsedOptions(RUN_OPTIONS, record.args));
    if (runnable.saved)
      throw new WbxError(
        'UNSUPPORTED',
        `the box ${record.name} was made of a snapshot: it has no image to compare with`,
      );
    return runnable;
  } finally {
    process.chdir(here);
  }
}
