// What is outside of a box in a page. A page has neither sockets nor a resolver: each name gets an address of its own, by which it is
// known when a program connects there; then HTTP goes by fetch, and everything by a relay where there is one.
// Invariant: nothing is reached that the gate does not permit.
import { ECONNREFUSED, ENETUNREACH } from '../../../../abi/linux/errno.ts';
import { formatAddress, parseAddress } from '../../net/address.ts';
import { isInternet, parseQuery, RCODE, TYPE, writeReply } from '../../net/dns-message.ts';
import type { Endpoint } from '../../net/frames.ts';
import { Gate } from '../../net/gate.ts';
import { DEFAULT_SUBNET } from '../../net/subnet.ts';
import type { Connection, Outward } from '../../net/visitor.ts';
import type { NetworkPolicy } from '../../policy.ts';
import { serveByFetch } from './fetch-server.ts';
import { openRelay } from './relay-client.ts';

const DNS_PORT = 53;
const HTTP_PORT = 80;
const HTTPS_PORT = 443;
const TTL = 60;
/** Of hosts. Anything else might mean another host in a URL: `a/b`, `user@host`, the numbers of an address. */
const HOST_NAME = /^([\w-]{1,63}\.)+[a-z][a-z0-9-]{0,62}$/;
/** 198.18.0.0/15 belongs to nobody (RFC 2544): addresses that stand for names. */
const FIRST = 0xc6120001;
const NAMES_MOST = 0x1fffe;

export class PageOutward implements Outward {
  readonly #gate: Gate;
  readonly #relay: string | undefined;
  readonly #addresses = new Map<string, Uint8Array>();
  readonly #names = new Map<string, string>();

  constructor(policy: NetworkPolicy) {
    this.#gate = new Gate(policy);
    this.#relay = policy.relay;
  }

  async open({ address, port }: Endpoint): Promise<(connection: Connection) => Promise<void>> {
    const text = formatAddress(address);
    const host = this.#names.get(text) ?? (text.includes(':') ? `[${text}]` : text);
    const server = this.#relay === undefined ? serverAt(port) : { port, scheme: undefined };
    if (!this.#gate.permits({ address, port: server.port, protocol: 'tcp' })) throw ENETUNREACH;
    if (server.port === 0) throw ECONNREFUSED;
    if (!server.scheme) return openRelay(this.#relay!, host, port);
    return (connection) => serveByFetch(connection, `${server.scheme}://${host}:${server.port}`);
  }

  answer({ address, port }: Endpoint, data: Uint8Array): Uint8Array | undefined {
    if (formatAddress(address) !== DEFAULT_SUBNET.gateway || port !== DNS_PORT) return undefined;
    const query = parseQuery(data);
    if (!query) return undefined;
    if (!isInternet(query)) return writeReply(query, RCODE.NOTIMP);
    const name = query.name.toLowerCase();
    // The page's machine is not the box's to reach.
    const own = name.endsWith('.localhost') || !HOST_NAME.test(name);
    if (own || !this.#gate.permitsName(name)) return writeReply(query, own ? RCODE.NXDOMAIN : RCODE.REFUSED);
    if (query.type !== TYPE.A) return writeReply(query, RCODE.NOERROR);
    const found = this.#addressOf(name);
    if (!found) return writeReply(query, RCODE.SERVFAIL);
    return writeReply(query, RCODE.NOERROR, [{ type: TYPE.A, ttl: TTL, data: found.slice(12) }]);
  }

  #addressOf(name: string): Uint8Array | undefined {
    const known = this.#addresses.get(name);
    if (known || this.#addresses.size === NAMES_MOST) return known;
    const number = FIRST + this.#addresses.size;
    const text = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
    const address = parseAddress(text)!;
    this.#addresses.set(name, address);
    this.#names.set(text, name);
    this.#gate.learn(name, address);
    return address;
  }
}

/** Who speaks TLS cannot be understood here: HTTP at its port means https. A page of https may read nothing else. */
function serverAt(port: number): { scheme: 'http' | 'https'; port: number } {
  if (location.protocol !== 'https:') return { scheme: port === HTTPS_PORT ? 'https' : 'http', port };
  return { scheme: 'https', port: port === HTTP_PORT ? HTTPS_PORT : port };
}
