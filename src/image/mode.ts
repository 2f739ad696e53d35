// Permissions as chmod(1) takes them: octal, or symbolic clauses that are applied to what a file has.
// Invariant: only the twelve permission bits change.
import { S_IFDIR, S_IFMT } from './rootfs.ts';

/** Applied to an inode's mode, type bits included; answers the new one. */
export type ModeChange = (mode: number) => number;

interface Clause {
  /** The bits of the classes named: rwx, set-id and sticky bits that belong to them. */
  who: number;
  operator: string;
  permissions: string;
}

const OCTAL = /^[0-7]{1,5}$/;
const CLAUSE = /^([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)$/;
const OPERATION = /([-+=])([ugo]|[rwxXst]*)/g;
const SHIFT: Record<string, number> = { u: 6, g: 3, o: 0 };
/** Set-user-id, set-group-id and sticky bit of each class. */
const SPECIAL: Record<string, number> = { u: 0o4000, g: 0o2000, o: 0o1000 };
const PERMISSION: Record<string, number> = { r: 4, w: 2, x: 1 };

/** Undefined when the text is no mode. */
export function parseMode(text: string): ModeChange | undefined {
  if (OCTAL.test(text)) {
    const bits = Number.parseInt(text, 8) & 0o7777;
    return (mode) => (mode & S_IFMT) | bits;
  }
  const clauses: Clause[] = [];
  for (const part of text.split(',')) {
    const match = CLAUSE.exec(part);
    if (!match) return undefined;
    const who = classBits(match[1] === '' || match[1].includes('a') ? 'ugo' : match[1]);
    for (const [, operator, permissions] of match[2].matchAll(OPERATION)) clauses.push({ who, operator, permissions });
  }
  return (mode) => clauses.reduce(applyClause, mode);
}

function classBits(classes: string): number {
  return [...classes].reduce((bits, name) => bits | (7 << SHIFT[name]) | SPECIAL[name], 0);
}

function applyClause(mode: number, { who, operator, permissions }: Clause): number {
  const bits = bitsOf(permissions, mode) & who;
  if (operator === '+') return mode | bits;
  if (operator === '-') return mode & ~bits;
  // A directory keeps its set-id bits unless they are named, as GNU chmod has it.
  const kept = (mode & S_IFMT) === S_IFDIR && !permissions.includes('s') ? 0o6000 : 0;
  return (mode & ~(who & ~kept)) | bits;
}

/** For all classes; the caller takes those it means. */
function bitsOf(permissions: string, mode: number): number {
  if (/^[ugo]$/.test(permissions)) return everyone((mode >> SHIFT[permissions]) & 7);
  let bits = 0;
  for (const letter of permissions) {
    if (letter === 's') bits |= 0o6000;
    else if (letter === 't') bits |= 0o1000;
    else if (letter !== 'X') bits |= everyone(PERMISSION[letter]);
    else if ((mode & S_IFMT) === S_IFDIR || (mode & 0o111) !== 0) bits |= 0o111;
  }
  return bits;
}

function everyone(bits: number): number {
  return bits * 0o111;
}
