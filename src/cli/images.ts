// wbx images: what the local store holds.
import { WbxError } from '../errors.ts';
import type { Descriptor } from '../image/oci.ts';
import { ANNOTATION_REMOTE } from '../image/oci.ts';
import { shortHex } from '../image/digest.ts';
import { familiarName, normalizeReference, parseReference, repositoryOf } from '../image/reference.ts';
import { type Image, isDigestName, Store } from '../image/store/store.ts';
import { ago } from './ago.ts';
import { newCommand, runCommand } from './command.ts';
import { formatLines } from './format.ts';
import { formatSize, formatTable } from './table.ts';

interface ImagesFlags {
  digests?: boolean;
  filter?: string[];
  format?: string;
  quiet?: boolean;
  trunc: boolean;
}

/** An image as --format sees it. */
interface Row {
  Repository: string;
  Tag: string;
  Digest: string;
  ID: string;
  CreatedSince: string;
  CreatedAt: string;
  Size: string;
}

const TITLES: Record<string, string> = { ID: 'IMAGE ID', CreatedSince: 'CREATED', CreatedAt: 'CREATED AT' };
const NONE = '<none>';

export function main(args: string[]): Promise<number> {
  const command = newCommand('images', 'List the images of the local store.', [
    'wbx images',
    'wbx images debian                    # its tags',
    "wbx images --format '{{.Repository}}:{{.Tag}} {{.Size}}'",
    'wbx images --quiet --filter dangling=true',
  ])
    .argument('[name]', 'a repository, or one tag of it')
    .option('-a, --all', 'there is nothing more to show: wbx keeps no intermediate images')
    .option('--digests', 'show the digests that registries know')
    .option('-f, --filter <what=value>', 'dangling=true|false, label=KEY[=VALUE], reference=NAME', collect)
    .option('--format <template>', 'json, table, or a Go template')
    .option('--no-trunc', 'whole digests')
    .option('-q, --quiet', 'digests only')
    .action((name: string | undefined, flags: ImagesFlags) => {
      for (const line of lines(list(new Store(), name, flags), flags)) console.log(line);
    });
  return runCommand(command, args);
}

function list(store: Store, wanted: string | undefined, flags: ImagesFlags): Row[] {
  const filters = (flags.filter ?? []).map(parseFilter);
  return [...store.names.list()].flatMap(([name, descriptor]) => {
    if (wanted !== undefined && !matches(name, wanted)) return [];
    const image = store.tryOpen(descriptor.digest);
    if (!image || !filters.every((filter) => filter(name, image))) return [];
    return [describe(name, descriptor, image, flags.trunc)];
  });
}

function describe(name: string, descriptor: Descriptor, image: Image, short: boolean): Row {
  const dangling = isDigestName(name);
  const { repository, tag } = dangling ? { repository: NONE, tag: NONE } : parseReference(name);
  const { digest, config, layers } = image;
  return {
    Repository: familiarName(repository),
    Tag: tag ?? NONE,
    Digest: descriptor.annotations?.[ANNOTATION_REMOTE] ?? NONE,
    ID: short ? shortHex(digest) : digest,
    CreatedSince: ago(config.created),
    CreatedAt: config.created ?? '',
    Size: formatSize(layers.reduce((sum, { layer }) => sum + layer.size, 0)),
  };
}

function lines(rows: Row[], { quiet, format, digests }: ImagesFlags): string[] {
  if (quiet) return rows.map(({ ID }) => ID);
  if (format !== undefined && format !== 'table') return formatLines(format, rows, TITLES);
  const digest = digests ? ['DIGEST'] : [];
  return formatTable(
    ['REPOSITORY', 'TAG', ...digest, 'IMAGE ID', 'CREATED', 'SIZE'],
    rows.map((row) => [row.Repository, row.Tag, ...(digests ? [row.Digest] : []), row.ID, row.CreatedSince, row.Size]),
  );
}

/** A name without a tag means every tag of the repository. */
function matches(name: string, wanted: string): boolean {
  const full = normalizeReference(wanted);
  return /[:@][^/]*$/.test(wanted) ? name === full : repositoryOf(name) === repositoryOf(full);
}

type Filter = (name: string, image: Image) => boolean;

function parseFilter(text: string): Filter {
  const [, key, value] = /^(\w+)=(.*)$/.exec(text) ?? [];
  if (key === 'dangling') return (name) => isDigestName(name) === /^(true|1)$/.test(value);
  if (key === 'reference') return (name) => !isDigestName(name) && matches(name, value);
  if (key !== 'label')
    throw new WbxError('BAD_ARGUMENT', `invalid filter "${text}": there are dangling, label, reference`);
  const [label, wanted] = value.split(/=(.*)/s);
  return (_name, { config }) => {
    const found = config.config?.Labels?.[label];
    return found !== undefined && (wanted === undefined || found === wanted);
  };
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
