// wbx pull: an image from a registry into the local store.
import { WbxError } from '../errors.ts';
import { parsePlatform } from '../image/platform.ts';
import { familiarName, formatReference, parseReference, type Reference } from '../image/reference.ts';
import { pullImage } from '../image/registry/pull.ts';
import { Registries } from '../image/registry/registries.ts';
import { Store } from '../image/store/store.ts';
import { withoutDocker } from '../image/transport.ts';
import { newCommand, runCommand } from './command.ts';
import { transferProgress } from './transfer.ts';

interface PullFlags {
  allTags?: boolean;
  platform?: string;
  quiet?: boolean;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('pull', 'Download an image from a registry.', [
    'wbx pull debian:bookworm',
    'wbx pull --platform linux/amd64 registry.example/team/app@sha256:0123...',
    'wbx pull localhost:5000/app          # plain HTTP will do for registries of this machine',
  ])
    .argument('<image>', 'NAME[:TAG|@DIGEST]')
    .option('-a, --all-tags', 'every tag of the repository')
    .option('--platform <platform>', 'of an image that exists for several (default: linux/amd64)')
    .option('-q, --quiet', 'print only the name of the image')
    .action(pull);
  return runCommand(command, args);
}

async function pull(image: string, flags: PullFlags): Promise<void> {
  const reference = parseReference(withoutDocker(image));
  const registries = new Registries();
  if (!flags.allTags) {
    const hasTag = reference.digest !== undefined || /:[^/]*$/.test(image);
    if (!hasTag && !flags.quiet) console.log(`Using default tag: ${reference.tag}`);
    return pullOne(reference, registries, flags);
  }
  if (formatReference({ repository: reference.repository, tag: 'latest' }) !== formatReference(parseReference(image))) {
    throw new WbxError('BAD_ARGUMENT', 'a tag makes no sense with --all-tags');
  }
  for (const tag of await registries.target(reference).tags()) {
    await pullOne({ repository: reference.repository, tag }, registries, flags);
  }
}

async function pullOne(reference: Reference, registries: Registries, flags: PullFlags): Promise<void> {
  const name = formatReference(reference);
  const say = (line: string): void => void (flags.quiet || console.log(line));
  say(`${reference.tag ?? reference.digest}: Pulling from ${familiarName(reference.repository)}`);
  const { digest, changed } = await pullImage(new Store(), registries, reference, {
    platforms: flags.platform === undefined ? undefined : [parsePlatform(flags.platform)],
    progress: transferProgress(process.stdout, flags.quiet),
  });
  say(`Digest: ${digest}`);
  say(`Status: ${changed ? 'Downloaded newer image' : 'Image is up to date'} for ${familiarName(name)}`);
  console.log(name);
}
