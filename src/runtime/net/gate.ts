// Decides what a box reaches. Invariant: what is denied stays so; the host itself, link-local and metadata addresses are
// reached only through a rule that names them, never through `*` or through a name that resolves to them.
import { formatAddress } from './address.ts';
import type { NetworkPolicy } from '../policy.ts';
import { inBlock, nameMatches, parseRule, type Rule, ruleMatches, type Target } from './rule.ts';

/** Reached only when a rule names them: "this host", loopback, link-local, metadata services. */
const PRIVATE = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200',
  '::',
  '::1',
  'fe80::/10',
  'fd00:ec2::254',
];
/** Never reached: multicast, broadcast and reserved addresses. */
const NEVER = ['224.0.0.0/3', 'ff00::/8'];
/** Addresses whose names are remembered; the oldest are forgotten. */
const NAMES_MOST = 10_000;

export class Gate {
  readonly #allow: Rule[] | undefined;
  readonly #deny: Rule[];
  readonly #private = PRIVATE.map(parseRule);
  readonly #never = NEVER.map(parseRule);
  readonly #names = new Map<string, Set<string>>();

  constructor({ allow, deny = [] }: NetworkPolicy) {
    this.#allow = allow?.map(parseRule);
    this.#deny = deny.map(parseRule);
  }

  /** May the box reach that? */
  permits({ address, port, protocol }: Omit<Target, 'names'>): boolean {
    const target = { address, port, protocol, names: this.#names.get(formatAddress(address)) ?? [] };
    const matches = (rule: Rule) => ruleMatches(rule, target);
    if (this.#never.some(matches) || this.#deny.some(matches)) return false;
    const isPrivate = this.#private.some(({ block }) => inBlock(address, block!.address, block!.bits));
    if (isPrivate) return (this.#allow ?? []).some((rule) => rule.block !== undefined && matches(rule));
    return this.#allow === undefined || this.#allow.some(matches);
  }

  /** Does a rule forbid it, whatever else allows it? */
  denies({ address, port, protocol }: Omit<Target, 'names'>): boolean {
    const target = { address, port, protocol, names: this.#names.get(formatAddress(address)) ?? [] };
    return this.#deny.some((rule) => ruleMatches(rule, target));
  }

  /** May the box ask for that name? Not when no rule could let it use the answer. */
  permitsName(name: string): boolean {
    if (this.#deny.some((rule) => !rule.any && !rule.block && nameMatches(rule, name))) return false;
    return this.#allow === undefined || this.#allow.some((rule) => rule.block !== undefined || nameMatches(rule, name));
  }

  /** The box has been told that the name has this address. */
  learn(name: string, bytes: Uint8Array): void {
    const address = formatAddress(bytes);
    const names = this.#names.get(address) ?? new Set();
    this.#names.delete(address);
    this.#names.set(address, names.add(name.toLowerCase()));
    if (this.#names.size > NAMES_MOST) this.#names.delete(this.#names.keys().next().value!);
  }
}
