// `wbx build --output`: a file name alone is a box; `type=...,dest=...` as with `docker buildx build`.
import type { BuildResult } from '../build/build.ts';
import type { ProgressSink } from '../build/progress/progress.ts';
import { WbxError } from '../errors.ts';
import { saveImages } from '../image/archive/save.ts';
import { directorySink, tarSink } from '../image/archive/sinks.ts';
import { changesOfTree } from '../image/import.ts';
import { writeLayer } from '../image/layer/tar.ts';
import type { Store } from '../image/store/store.ts';
import { writeToDirectory } from '../image/to-directory.ts';
import { exportBox, type TrainFlags } from './export-box.ts';
import { writeOutput } from './output.ts';

const TYPES = ['box', 'docker', 'local', 'oci', 'tar'] as const;

export interface BuildOutput {
  type: (typeof TYPES)[number];
  /** Undefined: stdout. */
  path?: string;
  /** False: a directory instead of an archive. */
  tar: boolean;
}

export function parseOutput(text: string): BuildOutput {
  if (!/(^|,)(type|dest|tar)=/.test(text)) {
    return text === '-' ? { type: 'tar', tar: true } : { type: 'box', path: text, tar: true };
  }
  const fields = new Map(text.split(',').map((field) => field.split(/=(.*)/s, 2) as [string, string]));
  const unknown = [...fields.keys()].find((name) => !['type', 'dest', 'tar'].includes(name));
  if (unknown !== undefined)
    throw new WbxError('BAD_ARGUMENT', `--output has no "${unknown}"; it takes type, dest and tar`);
  const type = TYPES.find((each) => each === (fields.get('type') ?? 'box'));
  if (!type) throw new WbxError('BAD_ARGUMENT', `--output type=${fields.get('type')}: it can be ${TYPES.join(', ')}`);
  const path = fields.get('dest') === '-' ? undefined : fields.get('dest');
  const output = { type, path, tar: fields.get('tar') !== 'false' };
  if (path === undefined && (type === 'local' || type === 'box' || !output.tar)) {
    throw new WbxError('BAD_ARGUMENT', `--output type=${type} needs a place: dest=PATH`);
  }
  return output;
}

export async function writeBuild(
  store: Store,
  { image, rootfs }: BuildResult,
  names: string[],
  { type, path, tar }: BuildOutput,
  flags: TrainFlags,
  log: ProgressSink,
): Promise<void> {
  if (type === 'box') return exportBox(image, await rootfs(), path as string, flags, log);
  if (type === 'local') writeToDirectory(await rootfs(), path as string);
  else if (type === 'tar') {
    const tree = await rootfs();
    writeOutput(path, '--output', (write) => writeLayer(changesOfTree(tree), write));
  } else if (!tar) saveImages(store, [[image, names]], directorySink(path as string), type === 'docker');
  else writeOutput(path, '--output', (write) => saveImages(store, [[image, names]], tarSink(write), type === 'docker'));
  if (path !== undefined) log.write(`wrote ${path}\n`);
}
