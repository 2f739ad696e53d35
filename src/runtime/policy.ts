// What a box may reach: one object that command line and library share. Nothing is reachable without one.

export interface Policy {
  /** Addresses outside of the box; absent = none. */
  network?: NetworkPolicy;
  /** Ports of the host that lead into the box: `[[IP:]HOSTPORT:]PORT[/udp]`; without HOSTPORT it is any free one. */
  publish?: string[];
  /** Directories and files of the host. */
  mounts?: HostMount[];
  limits?: Limits;
}

/** A directory or file of the host; what lies beside it is not reachable, by links neither. */
export interface HostMount {
  source: string;
  /** Absolute path in the box. */
  target: string;
  /** Absent: the box reads it only. */
  writable?: boolean;
}

/** What a box may use up. What is absent has no limit of its own. */
export interface Limits {
  /** Bytes of memory of its programs: a process that wants more is killed, the largest first. */
  memory?: number;
  /** Processes and threads that live at once; 4096 when absent. Further ones are refused with EAGAIN. */
  tasks?: number;
  /** Bytes that written files may hold: ENOSPC. */
  files?: number;
  /** Instructions from the start: the box ends, at most a time slice later. */
  instructions?: number;
  /** Milliseconds of the host's time from the start: the box ends. */
  time?: number;
}

export type LimitName = keyof Limits;

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
  /** In a page: the address of a `wbx relay` (`wss://...`), which carries TCP. Without one HTTP alone gets out, by fetch. */
  relay?: string;
}
