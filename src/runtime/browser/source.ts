// Where a page has its box from: bytes, a File or Blob, or a server that answers ranges (RFC 9110, section 14).
import type { ByteRange } from '../../box/source.ts';
import { rangeOf } from '../../box/source.ts';
import { WbxError } from '../../errors.ts';
import { BlockCache } from './block-cache.ts';

/** A box as a page may have it. A URL is read by ranges: only the parts of the image that are used are loaded. */
export type BoxSource = Uint8Array | Blob | URL;

export async function openSource(source: BoxSource): Promise<ByteRange> {
  if (source instanceof Uint8Array) return rangeOf(source);
  if (source instanceof Blob) return rangeOfBlob(source);
  return rangeOfUrl(source);
}

function rangeOfBlob(blob: Blob): ByteRange {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

async function rangeOfUrl(url: URL): Promise<ByteRange> {
  const response = await fetch(url, { headers: { Range: 'bytes=0-0' } });
  if (!response.ok) throw new WbxError('NOT_FOUND', `${url}: the server answers ${response.status}`);
  const total = /\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1];
  if (response.status !== 206 || total === undefined) return rangeOf(new Uint8Array(await response.arrayBuffer()));
  return new BlockCache(Number(total), (offset, length) => fetchRange(url, offset, length));
}

async function fetchRange(url: URL, offset: number, length: number): Promise<Uint8Array> {
  const response = await fetch(url, { headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
  if (response.status !== 206) throw new WbxError('IO', `${url}: the server answers ${response.status} to a range`);
  return new Uint8Array(await response.arrayBuffer());
}
