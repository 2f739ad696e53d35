// The image that a FROM or a `run` names: from the store, and from its registry when the store does not have it, or always.
import { WbxError } from '../../errors.ts';
import { checkPlatform } from '../config.ts';
import { BOX_RUNS } from '../platform.ts';
import { familiarName, formatReference, normalizeReference, parseReference, type Reference } from '../reference.ts';
import { type Image, isDigestName, type Store } from '../store/store.ts';
import type { Progress } from './progress.ts';
import type { PullOptions } from './pull.ts';

/** As `docker run --pull` has it. */
export type PullPolicy = 'always' | 'missing' | 'never';

export function parsePullPolicy(text: string): PullPolicy {
  if (text === 'always' || text === 'missing' || text === 'never') return text;
  throw new WbxError('BAD_ARGUMENT', `invalid pull policy "${text}": there are always, missing and never`);
}

/** `progress` is asked for when something is pulled, with the full name. Refuses what no box could run. */
export async function ensureImage(
  store: Store,
  name: string,
  policy: PullPolicy,
  progress: (name: string) => Progress,
  platforms = BOX_RUNS,
): Promise<Image> {
  const known = policy === 'always' && !isDigest(store, name) ? undefined : store.find(name);
  if (known) {
    checkPlatform(known.config, `the image ${name}`, platforms);
    return known;
  }
  if (policy === 'never') return store.get(name);
  const reference = parseReference(name);
  try {
    return await pulled(store, reference, { platforms, progress: progress(formatReference(reference)) });
  } catch (error) {
    if (!(error instanceof WbxError) || policy === 'always') throw error;
    const wanted = familiarName(normalizeReference(name));
    throw new WbxError(
      error.code,
      `no image "${wanted}" in the local store, and it cannot be pulled: ${error.message}`,
      error,
    );
  }
}

/** What talks to registries, TLS and all, is loaded only here: most builds and runs have what they need. */
async function pulled(store: Store, reference: Reference, options: PullOptions): Promise<Image> {
  const [{ pullImage }, { Registries }] = await Promise.all([import('./pull.ts'), import('./registries.ts')]);
  return (await pullImage(store, new Registries(), reference, options)).image;
}

/** The digest of an image of the store, which has no registry to ask. */
function isDigest(store: Store, name: string): boolean {
  return isDigestName(name) && store.find(name) !== undefined;
}
