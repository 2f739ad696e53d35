// wbx save: images of the local store as an archive or a directory.
import { WbxError } from '../errors.ts';
import { type NamedImage, saveDirectory, saveImages } from '../image/archive/save.ts';
import { directorySink, tarSink } from '../image/archive/sinks.ts';
import { normalizeReference } from '../image/reference.ts';
import { isDigestName, type Store, Store as LocalStore } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';
import { writeOutput } from './output.ts';

const FORMATS = ['docker-archive', 'oci-archive', 'oci-dir', 'docker-dir'];

interface SaveFlags {
  output?: string;
  format: string;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('save', 'Write images to an archive, which wbx, docker, podman and skopeo load.', [
    'wbx save -o debian.tar debian:bookworm',
    'wbx save app:1 app:2 | podman load',
    'wbx save --format oci-dir -o layout app:1',
  ])
    .argument('<image...>', 'names or digests')
    .option('-o, --output <path>', 'the file, or the directory for the formats -dir (default: stdout)')
    .option('--format <format>', FORMATS.join(', '), 'docker-archive')
    .action((names: string[], { output, format }: SaveFlags) => save(new LocalStore(), names, format, output));
  return runCommand(command, args);
}

function save(store: Store, names: string[], format: string, output: string | undefined): void {
  if (!FORMATS.includes(format)) {
    throw new WbxError('BAD_ARGUMENT', `"${format}" is no format; there are ${FORMATS.join(', ')}`);
  }
  const images = namedImages(store, names);
  const docker = format === 'docker-archive';
  if (format.endsWith('-archive')) {
    return writeOutput(output, '-o', (write) => saveImages(store, images, tarSink(write), docker));
  }
  if (output === undefined) throw new WbxError('BAD_ARGUMENT', `--format ${format} needs a directory: -o DIRECTORY`);
  if (format === 'oci-dir') return saveImages(store, images, directorySink(output), false);
  if (images.length !== 1) throw new WbxError('BAD_ARGUMENT', '--format docker-dir is for one image');
  saveDirectory(store, images[0][0], directorySink(output));
}

/** An image asked for by its digest is saved without a name, as Docker does it. */
export function namedImages(store: Store, names: string[]): NamedImage[] {
  const images = new Map<string, NamedImage>();
  for (const name of names) {
    const image = store.get(name);
    const [, known] = images.get(image.digest) ?? [image, []];
    images.set(image.digest, [image, isDigestName(name) ? known : [...known, normalizeReference(name)]]);
  }
  return [...images.values()];
}
