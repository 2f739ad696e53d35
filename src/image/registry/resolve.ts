// A reference becomes the manifest for one platform: through indexes, which may hold indexes.
import { WbxError } from '../../errors.ts';
import { checkIndex, checkManifest, isIndex, parseDocument } from '../manifest.ts';
import type { Descriptor, Manifest, Platform } from '../oci.ts';
import { type Reference, formatReference } from '../reference.ts';
import { chooseEntry, formatPlatform, platformsOf } from '../platform.ts';
import type { RemoteDocument, Repository } from './repository.ts';

export interface ResolvedManifest {
  manifest: Manifest;
  document: RemoteDocument;
  /** The digest of what the reference names: the manifest, or the index it was found in. */
  remote: RemoteDocument['digest'];
  /** The platform was chosen from an index. */
  chosen: boolean;
}

/** Deeper than anybody nests them; a loop cannot be written, since an index would have to hold its own digest. */
const MAX_DEPTH = 4;

export async function resolveManifest(
  repository: Repository,
  reference: Reference,
  platforms: readonly Platform[],
): Promise<ResolvedManifest> {
  const name = formatReference(reference);
  const first = await repository.document(reference.digest ?? reference.tag ?? 'latest');
  let document = first;
  for (let depth = 0; ; depth++) {
    const where = depth === 0 ? `the manifest of ${name}` : `a manifest of ${name}`;
    const parsed = parseDocument(document.bytes, where);
    if (!isIndex(document.mediaType, parsed)) {
      return { manifest: checkManifest(parsed, where), document, remote: first.digest, chosen: depth > 0 };
    }
    if (depth === MAX_DEPTH) throw new WbxError('BAD_IMAGE', `${name}: indexes nested too deep`);
    const entries = checkIndex(parsed, where).manifests;
    document = await follow(repository, chooseEntry(entries, platforms) ?? absent(name, entries, platforms));
  }
}

async function follow(repository: Repository, { digest, size }: Descriptor): Promise<RemoteDocument> {
  const document = await repository.document(digest);
  if (document.bytes.length === size) return document;
  throw new WbxError('BAD_IMAGE', `${digest} has ${document.bytes.length} bytes; its index says ${size}`);
}

function absent(name: string, entries: Descriptor[], [platform]: readonly Platform[]): never {
  throw new WbxError(
    'NOT_FOUND',
    `${name} is not there for ${formatPlatform(platform)}; it is for ${platformsOf(entries)}`,
  );
}
