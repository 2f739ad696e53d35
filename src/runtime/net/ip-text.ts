// Is a text an address of IP? Node's net knows, but a page has no such module.
const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^(?:${BYTE}\\.){3}${BYTE}$`);

export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

export function isIPv6(text: string): boolean {
  const parts = text.split('::');
  if (parts.length > 2 || !text.includes(':')) return false;
  const groups = parts.flatMap((part) => (part === '' ? [] : part.split(':')));
  const last = groups.at(-1);
  const dotted = last !== undefined && isIPv4(last);
  const hex = dotted ? groups.slice(0, -1) : groups;
  const count = groups.length + (dotted ? 1 : 0);
  return hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (parts.length === 2 ? count < 8 : count === 8);
}
