// Platforms: `linux/amd64`, `linux/arm/v7`; and which entry of an index is for one. OCI image spec, image-index.md.
import { WbxError } from '../errors.ts';
import type { Descriptor, Platform } from './oci.ts';

export const LINUX_AMD64: Platform = { os: 'linux', architecture: 'amd64' };
/** A box that was pushed as an image (box/oci-image.ts). */
export const WASI_WASM: Platform = { os: 'wasi', architecture: 'wasm' };

/** Images a box can be made of. */
export const BOX_RUNS: readonly Platform[] = [LINUX_AMD64];
/** Images that `wbx run` runs, the best first. */
export const RUNNABLE: readonly Platform[] = [LINUX_AMD64, WASI_WASM];

const SYNONYMS: Record<string, string> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64' };
/** Levels of x86-64 (psABI) that the machine of a box has, in the order of preference; 'v1' goes unsaid. */
const AMD64_VARIANTS = ['', 'v1', 'v2'];

export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.toLowerCase().split('/');
  if (!os || !architecture || rest.length > 0) {
    throw new WbxError('BAD_ARGUMENT', `"${text}" is no platform; write OS/ARCHITECTURE, such as linux/amd64`);
  }
  return { os, architecture: SYNONYMS[architecture] ?? architecture, ...(variant ? { variant } : {}) };
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

/** The best entry for the first platform there is. An entry that names none may be for any: it is the last choice. */
export function chooseEntry(entries: Descriptor[], platforms: readonly Platform[]): Descriptor | undefined {
  const found = platforms.map((platform) => bestFor(entries, platform)).find((entry) => entry !== undefined);
  return found ?? entries.find(({ platform }) => !platform);
}

function bestFor(entries: Descriptor[], wanted: Platform): Descriptor | undefined {
  const variants = wanted.variant ? [wanted.variant] : wanted.architecture === 'amd64' ? AMD64_VARIANTS : undefined;
  const matching = entries.filter(({ platform }) => platform && isFor(platform, wanted));
  if (!variants) return matching[0];
  const best = variants.flatMap((variant) => matching.filter(({ platform }) => (platform?.variant ?? '') === variant));
  return best[0];
}

/** Whether something made for `have` is for `wanted`, variants apart. */
export function isFor(have: Platform, wanted: Platform): boolean {
  return have.os === wanted.os && have.architecture === wanted.architecture;
}

/** What errors list; entries that are no images (attestations) have platform unknown/unknown. */
export function platformsOf(entries: Descriptor[]): string {
  const names = entries.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  const known = [...new Set(names)].filter((name) => !name.startsWith('unknown'));
  return known.slice(0, 20).join(', ') || 'none';
}
