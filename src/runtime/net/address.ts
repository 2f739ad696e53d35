// Addresses of IP as the box writes them, 16 bytes in network order with IPv4 mapped, and as text.
import { isIPv4, isIPv6 } from './ip-text.ts';

/** ::ffff:0.0.0.0/96 */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

export function isMapped(bytes: Uint8Array): boolean {
  return MAPPED.every((byte, i) => bytes[i] === byte);
}

/** `a.b.c.d`, or eight groups in hexadecimal. */
export function formatAddress(bytes: Uint8Array): string {
  if (isMapped(bytes)) return bytes.subarray(12, 16).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] << 8) | bytes[2 * i + 1]).toString(16));
  return groups.join(':');
}

/** The 16 bytes of an address, or undefined when the text is none. A zone (`%eth0`) is left out. */
export function parseAddress(text: string): Uint8Array | undefined {
  const bare = text.split('%', 1)[0];
  if (isIPv4(bare)) return Uint8Array.from([...MAPPED, ...bare.split('.').map(Number)]);
  return isIPv6(bare) ? parseIPv6(bare) : undefined;
}

function parseIPv6(text: string): Uint8Array {
  const [head, tail] = text.split('::') as [string, string | undefined];
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = new Array<number>(16 - before.length - after.length).fill(0);
  return Uint8Array.from([...before, ...(tail === undefined ? [] : zeros), ...after]);
}

/** Bytes of groups between colons; the last may be an IPv4 address. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
