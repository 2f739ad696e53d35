// Sizes as Docker writes them: 512m, 2g, a bare number is bytes.
import { WbxError } from '../errors.ts';

const UNITS: Record<string, number> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes; undefined stays undefined. */
export function parseSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)([bkmgt]?)b?$/i.exec(text);
  if (!match) throw new WbxError('BAD_ARGUMENT', `invalid size: ${text}`);
  return Math.floor(Number(match[1]) * UNITS[match[2].toLowerCase()]);
}
