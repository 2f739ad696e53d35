// The boxes of a compose project, found by the labels that Docker's compose uses: there is no other list of them.
import { createHash } from 'node:crypto';
import type { Project } from '../../compose/project.ts';
import { runWords } from '../../compose/service.ts';
import { Store } from '../../image/store/store.ts';
import type { Boxes, KnownBox } from '../../runtime/node/boxes/boxes.ts';
import type { BoxRecord } from '../../runtime/node/boxes/record.ts';
import { ParsedOptions } from '../options.ts';
import { RUN_OPTIONS } from '../run.ts';
import { createBox } from '../run-kept.ts';

const PREFIX = 'com.docker.compose.';

/** Of a box, such as `service`. */
export function composeLabel({ labels }: BoxRecord, name: string): string | undefined {
  return labels[PREFIX + name];
}

/** In the order of their numbers; of some services alone if these are named. */
export function boxesOf(boxes: Boxes, project: string, services?: string[]): KnownBox[] {
  const wanted = ({ record }: KnownBox) => {
    const service = composeLabel(record, 'service');
    return composeLabel(record, 'project') === project && (!services || services.includes(service ?? ''));
  };
  const number = ({ record }: KnownBox) => Number(composeLabel(record, 'container-number') ?? 0);
  return boxes
    .list()
    .filter(wanted)
    .sort((a, b) => number(a) - number(b));
}

interface Specification {
  words: string[];
  command: string[];
  image: string;
  /** Changes when anything of it does, and with the image's contents. */
  hash: string;
}

export function specificationOf(project: Project, service: string): Specification {
  const { options, command } = runWords(project, service);
  const image = project.image(service);
  const networks = project.networksOf(service);
  const networkWords = networks?.map(({ name, aliases, address }) => {
    const fields = [`name=${name}`, `alias=${service}`, ...aliases.map((alias) => `alias=${alias}`)];
    return `--network=${[...fields, ...(address === undefined ? [] : [`ip=${address}`])].join(',')}`;
  });
  const words = [...options, ...(networkWords ?? ['--network=none'])];
  const digest = new Store().find(image)?.digest;
  const hash = createHash('sha256')
    .update(JSON.stringify([words, command, image, digest]))
    .digest('hex');
  return { words, command, image, hash };
}

/** Makes the record of one box of a service. */
export function createOf(boxes: Boxes, project: Project, service: string, number: number): BoxRecord {
  const { words, command, image, hash } = specificationOf(project, service);
  const labels: Record<string, string> = {
    project: project.name,
    service,
    'container-number': String(number),
    'config-hash': hash,
    oneoff: 'False',
    'project.working_dir': project.directory,
    'project.config_files': project.files.join(','),
  };
  const labelWords = Object.entries(labels).map(([name, value]) => `--label=${PREFIX}${name}=${value}`);
  const all = [`--name=${project.boxName(service, number)}`, ...words, ...labelWords, '--', image, ...command];
  return createBox(boxes, new ParsedOptions(RUN_OPTIONS, all));
}
