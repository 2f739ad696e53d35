// `wbx rmi`: takes a name away and removes the blobs that no image needs any more.
import { WbxError } from '../../errors.ts';
import { familiarName, normalizeReference } from '../reference.ts';
import { isDigestName, type Store } from './store.ts';
import { sweep } from './sweep.ts';

/** Gives the names and digests that are gone, in Docker's words. A digest is refused while it has several names. */
export async function removeImage(store: Store, name: string, force = false): Promise<string[]> {
  // A damaged image has to go too, so it is not looked at.
  const digest = store.digestOf(name);
  if (!digest) throw new WbxError('NOT_FOUND', `no image "${name}" in the local store`);
  const named = [...store.names.list()].filter(([, each]) => each.digest === digest).map(([full]) => full);
  const wanted = named.filter((full) => full === safeNormalize(name));
  if (wanted.length === 0 && named.length > 1 && !force) {
    throw new WbxError(
      'BAD_ARGUMENT',
      `image ${name} has several names: ${named.map(familiarName).join(', ')}; remove those, or all of them with --force`,
    );
  }
  const gone = wanted.length > 0 ? wanted : named;
  for (const full of gone) await store.names.delete(full);
  const lines = gone.filter((full) => !isDigestName(full)).map((full) => `Untagged: ${familiarName(full)}`);
  if (gone.length === named.length) lines.push(`Deleted: ${digest}`);
  await sweep(store);
  return lines;
}

function safeNormalize(name: string): string | undefined {
  try {
    return normalizeReference(name);
  } catch {
    return undefined;
  }
}
