// /proc/net: interfaces, routes, and who has which address of TCP and UDP. proc_net(5).
import { net_ns } from '../../ns/net.ts';
import { INTERFACE_GATEWAY } from '../../../abi/hostnet.ts';
import { AF_INET, SOCK_DGRAM, SOCK_STREAM } from '../../../abi/linux/socket.ts';
import { cstr } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { uid_told } from '../../ns/user.ts';
import { inet_first_bound } from '../../net/inet_port.ts';
import { inet_interface } from '../../net/interface_address.ts';
import {
  ETH_INDEX,
  link_address,
  link_address6,
  link_count,
  link_name,
  link_netmask,
  link_prefix6,
} from '../../net/link.ts';
import { STATE_LISTENING, Socket } from '../../net/socket.ts';
import { tcp_state } from '../../net/socket_state.ts';
import { proc_net_unix } from './net_unix.ts';
import {
  NODE_NET_ARP,
  NODE_NET_RAW,
  NODE_NET_UNIX,
  NODE_NET_DEV,
  NODE_NET_IF_INET6,
  NODE_NET_ROUTE,
  NODE_NET_TCP,
  NODE_NET_TCP6,
  NODE_NET_UDP,
} from './node.ts';

/** What no socket is: a box has no raw ones. */
const NO_TYPE: u32 = 0;
// Flags of a route: usable, by a gateway.
const RTF_UP = 1;
const RTF_GATEWAY = 2;

export function proc_net(node: u32, text: Text): i32 {
  if (node == NODE_NET_UNIX) proc_net_unix(text);
  else if (node == NODE_NET_ARP)
    text.puts(cstr('IP address       HW type     Flags       HW address            Mask     Device\n'));
  else if (node == NODE_NET_RAW) sockets(text, NO_TYPE, true);
  else if (node == NODE_NET_DEV) devices(text);
  else if (node == NODE_NET_ROUTE) routes(text);
  else if (node == NODE_NET_IF_INET6) addresses6(text);
  else sockets(text, node == NODE_NET_TCP || node == NODE_NET_TCP6 ? SOCK_STREAM : SOCK_DGRAM, is_four(node));
  return 0;
}

function is_four(node: u32): bool {
  return node == NODE_NET_TCP || node == NODE_NET_UDP;
}

/** Nothing is counted: there are no packets. */
function devices(text: Text): void {
  text.puts(cstr('Inter-|   Receive                                                |  Transmit\n'));
  text.puts(cstr(' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop'));
  text.puts(cstr(' fifo colls carrier compressed\n'));
  for (let i: u32 = 1; i <= link_count(); i++) {
    text
      .puts(i == ETH_INDEX ? cstr('  ') : cstr('    '))
      .puts(link_name(i))
      .char(0x3a);
    text.puts(cstr('       0       0    0    0    0     0          0         0        0       0'));
    text.puts(cstr('    0    0    0     0       0          0\n'));
  }
}

function routes(text: Text): void {
  text.puts(cstr('Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'));
  if (link_count() < ETH_INDEX) return;
  const mask = link_netmask(ETH_INDEX);
  route(text, 0, load<u32>(inet_interface(), INTERFACE_GATEWAY), RTF_UP | RTF_GATEWAY, 0);
  route(text, link_address(ETH_INDEX) & mask, 0, RTF_UP, mask);
}

function route(text: Text, destination: u32, gateway: u32, flags: u32, mask: u32): void {
  text
    .puts(cstr('eth0\t'))
    .upper(destination as u64, 8)
    .char(0x09)
    .upper(gateway as u64, 8)
    .char(0x09);
  text
    .upper(flags as u64, 4)
    .puts(cstr('\t0\t0\t0\t'))
    .upper(mask as u64, 8)
    .puts(cstr('\t0\t0\t0\n'));
}

function addresses6(text: Text): void {
  for (let i: u32 = 1; i <= link_count(); i++) {
    const address = link_address6(i);
    if (!address) continue;
    for (let n = 0; n < 16; n++) text.hex(load<u8>(address + (n as usize)) as u64, 2);
    text
      .char(0x20)
      .hex(i as u64, 2)
      .char(0x20)
      .hex(link_prefix6(i) as u64, 2);
    // Scope: global, or this host; permanent.
    text.puts(i == ETH_INDEX ? cstr(' 00 80     eth0\n') : cstr(' 10 80       lo\n'));
  }
}

function sockets(text: Text, type: u32, four: bool): void {
  text.puts(cstr('  sl  local_address '));
  text.puts(four ? cstr('rem_address   ') : cstr('                        remote_address                        '));
  text.puts(cstr('st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'));
  let line = 0;
  for (let s = inet_first_bound(); !s.isNull(); s = s.nextBound) {
    if (s.type != type || (s.family == AF_INET) != four || s.net != net_ns()) continue;
    text.decw(line++ as i64, 4).puts(cstr(': '));
    end_of(text, four, s.local0, s.local1, s.localPort);
    const remote = s.remotePort != 0;
    end_of(text, four, remote ? s.remote0 : 0, remote ? s.remote1 : 0, s.remotePort);
    text.upper(tcp_state(s) as u64, 2).char(0x20);
    text
      .upper(s.peer.isNull() ? 0 : (s.peer.queued as u64), 8)
      .char(0x3a)
      .upper(waiting(s) as u64, 8);
    text
      .puts(cstr(' 00:00000000 00000000 '))
      .decw(uid_told(s.uid) as i64, 5)
      .puts(cstr('        0 '))
      .udec(s.ino as u64);
    text.puts(cstr(' 1 0000000000000000 0 0 0 0 0\n'));
  }
}

/** Linux shows addresses as numbers of the CPU, four bytes at a time. */
function end_of(text: Text, four: bool, first: u64, second: u64, port: u32): void {
  if (!four)
    text
      .upper(first & 0xffffffff, 8)
      .upper(first >> 32, 8)
      .upper(second & 0xffffffff, 8);
  text
    .upper(second >> 32, 8)
    .char(0x3a)
    .upper(port as u64, 4)
    .char(0x20);
}

/** Connections to accept, or bytes to read. */
function waiting(s: Socket): u32 {
  return s.state == STATE_LISTENING ? s.pending : s.queued;
}
