// wbx push: an image of the local store to a registry.
import { WbxError } from '../errors.ts';
import { familiarName, formatReference, parseReference, type Reference, repositoryOf } from '../image/reference.ts';
import { pushImage } from '../image/registry/push.ts';
import { Registries } from '../image/registry/registries.ts';
import { Store } from '../image/store/store.ts';
import { newCommand, runCommand } from './command.ts';
import { transferProgress } from './transfer.ts';

interface PushFlags {
  allTags?: boolean;
  quiet?: boolean;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('push', 'Upload an image to a registry.', [
    'wbx tag app localhost:5000/team/app:1 && wbx push localhost:5000/team/app:1',
  ])
    .argument('<image>', 'NAME[:TAG]')
    .option('-a, --all-tags', 'every tag that the local store has of this repository')
    .option('-q, --quiet', 'print only the name of the image')
    .action(push);
  return runCommand(command, args);
}

async function push(name: string, flags: PushFlags): Promise<void> {
  const store = new Store();
  const reference = parseReference(name);
  if (reference.digest !== undefined)
    throw new WbxError('BAD_ARGUMENT', 'a digest names nothing that could be pushed to');
  const registries = new Registries();
  if (!flags.quiet) console.log(`The push refers to repository [${reference.repository}]`);
  if (!flags.allTags) return pushOne(store, registries, reference, flags);
  const tags = [...store.names.list().keys()].filter((full) => repositoryOf(full) === reference.repository);
  if (tags.length === 0)
    throw new WbxError('NOT_FOUND', `the local store has no tag of ${familiarName(reference.repository)}`);
  for (const full of tags) await pushOne(store, registries, parseReference(full), flags);
}

async function pushOne(store: Store, registries: Registries, reference: Reference, flags: PushFlags): Promise<void> {
  const name = formatReference(reference);
  const progress = transferProgress(process.stdout, flags.quiet);
  const { digest, size } = await pushImage(store, registries, store.get(name), reference, progress);
  console.log(flags.quiet ? name : `${reference.tag}: digest: ${digest} size: ${size}`);
}
