// One rule of a NetworkPolicy: HOST[:PORT[-PORT]][/tcp|/udp].
import { WbxError } from '../../errors.ts';
import { isMapped, parseAddress } from './address.ts';

export type Protocol = 'tcp' | 'udp';

/** What somebody wants to reach: an address and the names it is known by. */
export interface Target {
  address: Uint8Array;
  port: number;
  protocol: Protocol;
  names: Iterable<string>;
}

export interface Rule {
  /** Everything. */
  any: boolean;
  /** Address and how many of its bits count. */
  block?: { address: Uint8Array; bits: number };
  /** Lower case; a leading `.` means that subdomains match. */
  name?: string;
  firstPort: number;
  lastPort: number;
  protocol?: Protocol;
}

/** An address of IPv6 or its block in brackets, with none, or any other host; then ports. */
const HOST_AND_PORTS = /^(?:\[([^\]]+)\]|([^:]*:[^:]*:.*)|([^:]*))(?::(\d+)(?:-(\d+))?)?$/;

export function parseRule(text: string): Rule {
  const protocol = /\/(tcp|udp)$/.exec(text)?.[1] as Protocol | undefined;
  const rest = protocol ? text.slice(0, -4) : text;
  const [, bracketed, bare, plain, first, last] = HOST_AND_PORTS.exec(rest) ?? [];
  const host = bracketed ?? bare ?? plain;
  if (!host) throw wrong(text, 'write HOST[:PORT[-PORT]][/tcp|/udp]');
  const firstPort = first === undefined ? 0 : Number(first);
  const lastPort = last === undefined ? (first === undefined ? 65535 : firstPort) : Number(last);
  if (lastPort > 65535 || firstPort > lastPort) throw wrong(text, 'ports go from 0 to 65535');
  return { any: host === '*', ...hostOf(text, host), firstPort, lastPort, protocol };
}

function hostOf(text: string, host: string): Pick<Rule, 'block' | 'name'> {
  if (host === '*') return {};
  const [bare, width] = host.split('/', 2);
  const address = parseAddress(bare);
  if (address) return { block: { address, bits: blockBits(text, address, width) } };
  if (width !== undefined || !/^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(bare)) {
    throw wrong(text, `"${host}" is neither an address nor a name`);
  }
  return { name: bare.toLowerCase().replace(/^\*/, '') };
}

function blockBits(text: string, address: Uint8Array, width: string | undefined): number {
  const most = isMapped(address) ? 32 : 128;
  const bits = width === undefined ? most : Number(width);
  if (!(bits <= most)) throw wrong(text, `a block of this address has at most ${most} bits`);
  return bits + (128 - most);
}

function wrong(text: string, why: string): WbxError {
  return new WbxError('BAD_ARGUMENT', `network rule "${text}": ${why}`);
}

/** Does the rule speak of the target? */
export function ruleMatches(rule: Rule, target: Target): boolean {
  if (rule.protocol !== undefined && rule.protocol !== target.protocol) return false;
  if (target.port < rule.firstPort || target.port > rule.lastPort) return false;
  if (rule.any) return true;
  if (rule.block) return inBlock(target.address, rule.block.address, rule.block.bits);
  for (const name of target.names) if (nameMatches(rule, name)) return true;
  return false;
}

export function nameMatches({ any, name }: Rule, given: string): boolean {
  if (any || name === undefined) return any;
  const lower = given.toLowerCase();
  return name.startsWith('.') ? lower.endsWith(name) : lower === name;
}

/** Are the first bits of both addresses the same? */
export function inBlock(address: Uint8Array, block: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== block[i]) return false;
  const mask = (0xff00 >> (bits & 7)) & 0xff;
  return ((address[whole] ^ block[whole]) & mask) === 0;
}
