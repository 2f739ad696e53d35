// References: `debian`, `debian:bookworm`, `ghcr.io/a/b@sha256:...`, spelled out the way Docker does it.
// Grammar: distribution/reference. Invariant: two spellings of one image have one full form.
import { WbxError } from '../errors.ts';
import { type Digest, parseDigest } from './digest.ts';

export interface Reference {
  /** With the registry: `docker.io/library/debian`. */
  repository: string;
  tag?: string;
  digest?: Digest;
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const DOMAIN = /^(?:[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Parses a name as a user writes it; without tag and digest the tag is `latest`. */
export function parseReference(text: string): Reference {
  const [named, digestText] = cut(text, text.indexOf('@'));
  const digest = digestText === undefined ? undefined : parseDigest(digestText, `the image name ${text}`);
  const colon = named.lastIndexOf(':');
  const [name, tag] = colon > named.lastIndexOf('/') ? cut(named, colon) : [named, undefined];
  if (tag !== undefined && !TAG.test(tag)) throw badName(text, `"${tag}" is no tag`);
  const repository = spellOut(name, text);
  return { repository, tag: tag ?? (digest ? undefined : 'latest'), digest };
}

/** The full form, the name under which the store keeps an image. */
export function formatReference({ repository, tag, digest }: Reference): string {
  return repository + (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}

export function normalizeReference(text: string): string {
  return formatReference(parseReference(text));
}

/** `docker.io/library/debian` of a full form. */
export function repositoryOf(full: string): string {
  return full.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

/** `docker.io/library/debian` -> the registry and the repository's path there. */
export function splitRepository(repository: string): { registry: string; path: string } {
  const slash = repository.indexOf('/');
  return { registry: repository.slice(0, slash), path: repository.slice(slash + 1) };
}

/** Whether a word from outside can be a tag. */
export function isTag(text: unknown): text is string {
  return typeof text === 'string' && TAG.test(text);
}

/** The short form that people know: `docker.io/library/` and `docker.io/` fall away. */
export function familiarName(full: string): string {
  return full.replace(/^docker\.io\/(?:library\/)?/, '');
}

function spellOut(name: string, text: string): string {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const hasDomain = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const domain = hasDomain ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io';
  let path = hasDomain ? name.slice(slash + 1) : name;
  if (domain === 'docker.io' && !path.includes('/')) path = `library/${path}`;
  if (!DOMAIN.test(domain)) throw badName(text, `"${domain}" is no registry`);
  const bad = path.split('/').find((component) => !COMPONENT.test(component));
  if (bad !== undefined) throw badName(text, `"${bad}" may hold only a-z, 0-9 and separators`);
  return `${domain}/${path}`;
}

function cut(text: string, at: number): [string, string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function badName(text: string, why: string): WbxError {
  return new WbxError('BAD_ARGUMENT', `invalid image name "${text}": ${why}`);
}
