// Answers a box's name queries through the host's resolver: addresses as programs of the host get them (its hosts file
// included), other records from its name servers. Names that the policy keeps from the box are refused.
import { lookup, Resolver } from 'node:dns/promises';
import { parseAddress } from '../../net/address.ts';
import {
  type Answer,
  isInternet,
  parseQuery,
  type Query,
  RCODE,
  TYPE,
  writeName,
  writeReply,
} from '../../net/dns-message.ts';
import type { Gate } from '../../net/gate.ts';

/** The host's resolver does not tell how long addresses are valid. */
const TTL = 30;
/** Boxes come and go. */
const OWN_TTL = 0;
/** Errors of Node's resolvers that mean "there is no such name", and "none of this type". */
const NO_NAME = ['ENOTFOUND', 'EAI_NONAME'];
const NO_DATA = ['ENODATA', 'EAI_NODATA', 'ENONAME'];

/** Names that are known before the host is asked. */
export interface OwnNames {
  addressesOf(name: string): string[];
  nameOf(address: string): string | undefined;
}

export class NameService {
  readonly #gate: Gate;
  readonly #own: OwnNames;
  readonly #resolver: Resolver;

  /** `servers` replace those of the host for records other than addresses. */
  constructor(gate: Gate, own: OwnNames, servers?: string[]) {
    this.#gate = gate;
    this.#own = own;
    this.#resolver = new Resolver({ tries: 2 });
    if (servers) this.#resolver.setServers(servers);
  }

  /** The reply; undefined for what is not a query. */
  async answer(message: Uint8Array): Promise<Uint8Array | undefined> {
    const query = parseQuery(message);
    if (!query) return undefined;
    if (!isInternet(query)) return writeReply(query, RCODE.NOTIMP);
    const known = this.#known(query);
    if (known) return writeReply(query, RCODE.NOERROR, known);
    if (!this.#gate.permitsName(query.name)) return writeReply(query, RCODE.REFUSED);
    try {
      const answers = await this.#resolve(query);
      return answers ? writeReply(query, RCODE.NOERROR, answers) : writeReply(query, RCODE.NOTIMP);
    } catch (error) {
      return writeReply(query, rcodeOf((error as NodeJS.ErrnoException).code ?? ''));
    }
  }

  #known({ name, type }: Query): Answer[] | undefined {
    const reverse = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/i.exec(name);
    if (type === TYPE.PTR && reverse) {
      const found = this.#own.nameOf(reverse.slice(1).reverse().join('.'));
      return found === undefined ? undefined : [{ type, ttl: OWN_TTL, data: writeName(found) }];
    }
    const addresses = this.#own.addressesOf(name);
    if (addresses.length === 0) return undefined;
    if (type !== TYPE.A) return [];
    return addresses.map((address) => ({ type, ttl: OWN_TTL, data: parseAddress(address)!.slice(12) }));
  }

  close(): void {
    this.#resolver.cancel();
  }

  #resolve({ name, type }: Query): Promise<Answer[] | undefined> {
    if (type === TYPE.A || type === TYPE.AAAA) return this.#addresses(name, type);
    return this.#records(name, type);
  }

  async #addresses(name: string, type: number): Promise<Answer[]> {
    const found = await lookup(name, { all: true });
    const wanted = found.filter(({ family }) => family === (type === TYPE.A ? 4 : 6));
    return wanted.map(({ address }) => {
      const bytes = parseAddress(address)!;
      this.#gate.learn(name, bytes);
      return { type, ttl: TTL, data: type === TYPE.A ? bytes.slice(12) : bytes };
    });
  }

  async #records(name: string, type: number): Promise<Answer[] | undefined> {
    const resolver = this.#resolver;
    const all = (data: Uint8Array[]) => data.map((bytes) => ({ type, ttl: TTL, data: bytes }));
    switch (type) {
      case TYPE.PTR:
        return all((await resolver.resolvePtr(name)).map(writeName));
      case TYPE.CNAME:
        return all((await resolver.resolveCname(name)).map(writeName));
      case TYPE.NS:
        return all((await resolver.resolveNs(name)).map(writeName));
      case TYPE.TXT:
        return all((await resolver.resolveTxt(name)).map((strings) => Buffer.concat(strings.map(writeString))));
      case TYPE.MX:
        return all((await resolver.resolveMx(name)).map((mx) => numbered([mx.priority], mx.exchange)));
      case TYPE.SRV:
        return all((await resolver.resolveSrv(name)).map((s) => numbered([s.priority, s.weight, s.port], s.name)));
      default:
        return undefined;
    }
  }
}

function writeString(text: string): Uint8Array {
  const bytes = Buffer.from(text).subarray(0, 255);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function numbered(numbers: number[], name: string): Uint8Array {
  const bytes = Buffer.alloc(numbers.length * 2);
  for (const [i, n] of numbers.entries()) bytes.writeUInt16BE(n, 2 * i);
  return Buffer.concat([bytes, writeName(name)]);
}

function rcodeOf(code: string): number {
  if (NO_NAME.includes(code)) return RCODE.NXDOMAIN;
  return NO_DATA.includes(code) ? RCODE.NOERROR : RCODE.SERVFAIL;
}
