// What a box may reach: one object that command line and library share. Nothing is reachable without one.

export interface Policy {
  /** Addresses outside of the box; absent = there is no network but lo. */
  network?: NetworkPolicy;
}

/**
 * Rules are `HOST[:PORT[-PORT]][/tcp|/udp]`. HOST is an address, a block (`10.0.0.0/8`), a name, a name with its
 * subdomains (`*.example.com`) or `*`; an address of IPv6 stands in brackets when a port follows.
 * A name stands for the addresses that the box has been told for it.
 *
 * @example
 * { network: { allow: ['*.debian.org:80', '10.0.0.0/8:5432/tcp'], deny: ['10.0.0.13'] } }
 */
export interface NetworkPolicy {
  /** Only these are reachable; absent = all but the host itself, link-local and metadata addresses, which must be named. */
  allow?: string[];
  /** These are not, whatever `allow` says. */
  deny?: string[];
}
