// wbx push: an image of the local store, or a box, to a registry.
import { statSync } from 'node:fs';
import { imageOfBox } from '../box/oci-image.ts';
import { WbxError } from '../errors.ts';
import { familiarName, formatReference, parseReference, type Reference, repositoryOf } from '../image/reference.ts';
import { pushImage } from '../image/registry/push.ts';
import { Registries } from '../image/registry/registries.ts';
import { Store } from '../image/store/store.ts';
import { withoutDocker } from '../image/transport.ts';
import { newCommand, runCommand } from './command.ts';
import { transferProgress } from './transfer.ts';

interface PushFlags {
  allTags?: boolean;
  quiet?: boolean;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('push', 'Upload an image or a box to a registry.', [
    'wbx tag app localhost:5000/team/app:1 && wbx push localhost:5000/team/app:1',
    'wbx push app localhost:5000/team/app:1',
    'wbx push app.wasm localhost:5000/team/box:1   # an image for crun, runwasi and "wbx run"',
  ])
    .argument('<image|box.wasm>', 'NAME[:TAG], or a file')
    .argument('[destination]', 'the name to push under (default: its own)')
    .option('-a, --all-tags', 'every tag that the local store has of this repository')
    .option('-q, --quiet', 'print only the name of the image')
    .action(push);
  return runCommand(command, args);
}

async function push(source: string, destination: string | undefined, flags: PushFlags): Promise<void> {
  const store = new Store();
  const isBox = statSync(source, { throwIfNoEntry: false })?.isFile() ?? false;
  if (isBox && destination === undefined) {
    throw new WbxError(
      'BAD_ARGUMENT',
      `${source} is a file; say under which name to push the box: wbx push ${source} NAME`,
    );
  }
  const reference = parseReference(withoutDocker(destination ?? source));
  if (reference.digest !== undefined)
    throw new WbxError('BAD_ARGUMENT', 'a digest names nothing that could be pushed to');
  const name = formatReference(reference);
  if (isBox) await store.adding(async () => store.tag(await imageOfBox(store, source), name));
  else if (destination !== undefined) await store.tag(store.get(source), name);
  if (!flags.quiet) console.log(`The push refers to repository [${reference.repository}]`);
  const registries = new Registries();
  for (const each of flags.allTags ? tagsOf(store, reference) : [reference]) {
    await pushOne(store, registries, each, flags);
  }
}

function tagsOf(store: Store, { repository }: Reference): Reference[] {
  const names = [...store.names.list().keys()].filter((full) => repositoryOf(full) === repository);
  if (names.length > 0) return names.map(parseReference).filter(({ tag }) => tag !== undefined);
  throw new WbxError('NOT_FOUND', `the local store has no tag of ${familiarName(repository)}`);
}

async function pushOne(store: Store, registries: Registries, reference: Reference, flags: PushFlags): Promise<void> {
  const name = formatReference(reference);
  const progress = transferProgress(process.stdout, flags.quiet);
  const { digest, size } = await pushImage(store, registries, store.get(name), reference, progress);
  console.log(flags.quiet ? name : `${reference.tag}: digest: ${digest} size: ${size}`);
}
