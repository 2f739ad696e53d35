// A socket: what every address family shares. socket(7).
// Invariant: `refs` counts the open file and each `peer` that points here; a connection that nobody has accepted yet is
// held by its listener. Bytes sent lie in the receiver's queue: there is no wire between two sockets of a box.
import { AF_INET, AF_INET6, AF_UNIX, SOCK_STREAM } from '../../abi/linux/socket.ts';
import { list_append, list_remove } from '../lib/list.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { NetNamespace, net_ns_first, net_ns_get, net_ns_put } from '../ns/net.ts';
import { Cred } from '../task/cred.ts';
import { current } from '../task/task.ts';
import { wq_wake } from '../task/wait_queue.ts';
import { FILE_SOCKET, File } from '../vfs/file.ts';
import { Inode } from '../vfs/inode.ts';
import { Packet, packet_free } from './packet.ts';

export const STATE_FRESH: u32 = 0;
export const STATE_LISTENING: u32 = 1;
/** A non-blocking connect has failed, but connect has not been called again. */
export const STATE_CONNECTING: u32 = 2;
export const STATE_CONNECTED: u32 = 3;
/** Was connected; reads end, writes break. */
export const STATE_CLOSED: u32 = 4;
/** The host is connecting (outside_tcp.ts). */
export const STATE_SYN_SENT: u32 = 5;

export const SHUT_RECEIVE: u32 = 1;
export const SHUT_SEND: u32 = 2;
export const SHUT_BOTH: u32 = 3;

/** net.core.wmem_default and rmem_default. */
export const BUFFER_DEFAULT: u32 = 212992;
/** What Linux counts for a small packet beside its bytes. */
const PACKET_OVERHEAD: u32 = 767;
/** Integers that setsockopt keeps and getsockopt tells: option_table.ts. */
export const OPTION_SLOTS = 48;

// Addresses of IP are 16 bytes in network order, those of IPv4 mapped (::ffff:a.b.c.d), as two u64; ports in host order.
@unmanaged
export class Socket {
  refs: u32;
  /** Inode number of its file; 0 = not accepted yet. */
  ino: u32;
  family: u32;
  type: u32;
  protocol: u32;
  state: u32;
  shut: u32;
  error: i32;
  peer: Socket;
  /** The file has been closed. */
  dead: u32;
  /** The peer's FIN has come (TCP). */
  finished: u32;
  /** A non-blocking connect has succeeded, and connect has not been called again (TCP). */
  unasked: u32;
  /** A send found no room since the last POLL_OUT signal. */
  noSpace: u32;
  // Packets to be read, their bytes and their number.
  queueFirst: Packet;
  queueLast: Packet;
  queued: u32;
  count: u32;
  /** The urgent packet in the queue, or null, and whether its byte has been read out of line (urgent.ts). */
  urgent: Packet;
  urgentTaken: u32;
  // Connections to be accepted, and this socket's place among its listener's.
  pendingFirst: usize;
  pendingLast: usize;
  pendingNext: usize;
  pendingPrev: usize;
  pending: u32;
  backlog: u32;
  /** Woken when something can be read or accepted, or the state changes. */
  wait: u64;
  /** Woken when the queue, or the list of connections, has room again. */
  room: u64;
  sndbuf: u32;
  rcvbuf: u32;
  receiveTimeout: u64; // ns, 0 = none
  sendTimeout: u64;
  peerPid: i32;
  peerUid: u32;
  peerGid: u32;
  /** Who made it. */
  uid: u32;
  /** Where it was made; with a reference. */
  net: NetNamespace;
  // The list of all sockets.
  allNext: usize;
  allPrev: usize;
  /** Its File, 0 = not accepted yet, or closed. The rest is for rights_gc.ts: references to that file in queues, what is known, a list. */
  file: usize;
  inFlight: u32;
  gcState: u32;
  gcNext: Socket;
  // AF_UNIX: the address as bytes, and the inode bound to. AF_NETLINK: localPort is the port id.
  name: usize;
  nameLen: u32;
  inode: Inode;
  /** The next socket that has an address: abstract names, or ports. */
  nextBound: Socket;
  bound: u32;
  localPort: u32;
  remotePort: u32;
  // The far end of a connection that leaves the box (outside.ts): its id, what the host has not been told, the host's name
  // for a client, bytes that may be sent, and bytes read that the host may send again.
  outside: u32;
  telling: u32;
  tag: u32;
  credit: u32;
  owed: u32;
  lingerOn: u32;
  lingerSeconds: u32;
  local0: u64;
  local1: u64;
  remote0: u64;
  remote1: u64;

  @inline isNull(): bool {
    return changetype<usize>(this) == 0;
  }
  @inline isUnix(): bool {
    return this.family == AF_UNIX;
  }
  @inline isInet(): bool {
    return this.family == AF_INET || this.family == AF_INET6;
  }
  @inline isStream(): bool {
    return this.type == SOCK_STREAM;
  }
  @inline queue(): usize {
    return changetype<usize>(this) + offsetof<Socket>('queueFirst');
  }
  /** Queued packets with their overhead, so that many small ones fill a buffer as well. */
  @inline charge(): u32 {
    return this.queued + this.count * PACKET_OVERHEAD;
  }
  @inline pendingList(): usize {
    return changetype<usize>(this) + offsetof<Socket>('pendingFirst');
  }
  @inline nextOfAll(): Socket {
    return socket_at(this.allNext);
  }
  @inline allNode(): usize {
    return changetype<usize>(this) + offsetof<Socket>('allNext');
  }
  @inline pendingNode(): usize {
    return changetype<usize>(this) + offsetof<Socket>('pendingNext');
  }
  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<Socket>('wait');
  }
  @inline roomQueue(): usize {
    return changetype<usize>(this) + offsetof<Socket>('room');
  }
  @inline option(slot: i32): usize {
    return changetype<usize>(this) + offsetof<Socket>() + (slot as usize) * 4;
  }
}

const SOCKETS: usize = memory.data(8, 4);

/** The oldest of all sockets; the others follow through nextOfAll. */
export function sockets_first(): Socket {
  return socket_at(load<usize>(SOCKETS));
}

/** The connection with that node in its listener's list. */
export function socket_at_pending(node: usize): Socket {
  return changetype<Socket>(node - offsetof<Socket>('pendingNext'));
}

/** The socket with that node in the list of all. */
export function socket_at(node: usize): Socket {
  return changetype<Socket>(node ? node - offsetof<Socket>('allNext') : 0);
}

/** A socket with one reference; null = no memory. */
export function socket_new(family: u32, type: u32, protocol: u32): Socket {
  const s = changetype<Socket>(kmalloc(offsetof<Socket>() + OPTION_SLOTS * 4));
  if (s.isNull()) return s;
  s.refs = 1;
  s.family = family;
  s.type = type;
  s.protocol = protocol;
  s.sndbuf = s.rcvbuf = BUFFER_DEFAULT;
  s.uid = current().cred.fsuid;
  const ns = current().ns;
  s.net = net_ns_get(changetype<usize>(ns) ? ns.net : net_ns_first());
  list_append(SOCKETS, s.allNode());
  return s;
}

/** An accepted connection is where its listener is. */
export function socket_set_net(s: Socket, net: NetNamespace): void {
  net_ns_get(net);
  net_ns_put(s.net);
  s.net = net;
}

/** The socket behind an open file, or null. */
export function socket_of(file: File): Socket {
  return changetype<Socket>(file.kind == FILE_SOCKET ? file.data : 0);
}

export function socket_get(s: Socket): Socket {
  s.refs++;
  return s;
}

export function socket_put(s: Socket): void {
  if (--s.refs) return;
  socket_wake(s);
  list_remove(SOCKETS, s.allNode());
  net_ns_put(s.net);
  kfree(s.name);
  kfree(changetype<usize>(s));
}

/** The state has changed: everybody looks again. */
export function socket_wake(s: Socket): void {
  wq_wake(s.waitQueue(), i32.MAX_VALUE);
  wq_wake(s.roomQueue(), i32.MAX_VALUE);
}

export function socket_enqueue(s: Socket, p: Packet): void {
  list_append(s.queue(), changetype<usize>(p));
  s.queued += p.left();
  s.count++;
  wq_wake(s.waitQueue(), i32.MAX_VALUE);
}

/** Takes the packet out of the queue and frees it. */
export function socket_drop(s: Socket, p: Packet): void {
  s.queued -= p.left();
  s.count--;
  if (s.urgent == p) s.urgent = changetype<Packet>(0);
  list_remove(s.queue(), changetype<usize>(p));
  packet_free(p);
}

/** s points to peer from now on, or to nobody. */
export function socket_set_peer(s: Socket, peer: Socket): void {
  const old = s.peer;
  s.peer = peer.isNull() ? peer : socket_get(peer);
  if (!old.isNull()) socket_put(old);
}

/** Makes the two ends of a connection. */
export function socket_join(a: Socket, b: Socket): void {
  socket_set_peer(a, b);
  socket_set_peer(b, a);
  a.state = b.state = STATE_CONNECTED;
}

/** SO_PEERCRED: s is told who the current task is. */
export function socket_show_current(s: Socket): void {
  const cred: Cred = current().cred;
  s.peerPid = current().group.tgid;
  s.peerUid = cred.euid;
  s.peerGid = cred.egid;
}

/** The pending error, which is told once: 0 or -errno. */
export function socket_take_error(s: Socket): i32 {
  const e = s.error;
  s.error = 0;
  return -e;
}
