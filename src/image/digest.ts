// Digests of the OCI image spec: `sha256:` and 64 hex digits. Everything the store keeps is named by one.
import { createHash, type Hash } from 'node:crypto';
import { WbxError } from '../errors.ts';

export type Digest = `sha256:${string}`;

const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** Checks a digest that came from outside: it becomes part of a path. */
export function parseDigest(text: unknown, where: string): Digest {
  if (typeof text === 'string' && SHA256.test(text)) return text as Digest;
  throw new WbxError('BAD_IMAGE', `${where} holds "${String(text).slice(0, 80)}" where a sha256 digest is expected`);
}

export function digestOf(bytes: Uint8Array | string): Digest {
  return digestFrom(createHash('sha256').update(bytes));
}

/** The digest of all that a SHA-256 hash was given. */
export function digestFrom(hash: Hash): Digest {
  return `sha256:${hash.digest('hex')}`;
}

/** The first 12 hex digits, as people are shown them. */
export function shortHex(digest: Digest): string {
  return hexOf(digest).slice(0, 12);
}

/** The 64 hex digits, the name of the blob's file. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
