// Which socket an arriving connection or datagram is for: the one bound most closely. ip(7).
import { NetNamespace } from '../ns/net.ts';
import { SOCK_DGRAM, SOCK_STREAM } from '../../abi/linux/socket.ts';
import { inet_is_any } from './inet_address.ts';
import { inet_covers, inet_first_bound } from './inet_port.ts';
import { STATE_CONNECTED, STATE_LISTENING, Socket } from './socket.ts';

/** The TCP socket that listens there, or null. */
export function inet_find_listener(net: NetNamespace, first: u64, second: u64, port: u32): Socket {
  let best = changetype<Socket>(0);
  for (let t = inet_first_bound(); !t.isNull(); t = t.nextBound) {
    if (t.net != net || t.localPort != port || t.state != STATE_LISTENING || t.type != SOCK_STREAM) continue;
    if (!inet_covers(t, first, second)) continue;
    if (best.isNull() || !inet_is_any(t.local0, t.local1)) best = t;
  }
  return best;
}

/** The UDP socket that hears datagrams from the source to the address, or null. */
export function inet_find_receiver(
  net: NetNamespace,
  sourcePort: u32,
  source0: u64,
  source1: u64,
  first: u64,
  second: u64,
  port: u32,
): Socket {
  let best = changetype<Socket>(0);
  let bestScore = 0;
  for (let t = inet_first_bound(); !t.isNull(); t = t.nextBound) {
    if (t.net != net || t.localPort != port || t.type != SOCK_DGRAM || !inet_covers(t, first, second)) continue;
    let score = inet_is_any(t.local0, t.local1) ? 1 : 2;
    if (t.state == STATE_CONNECTED) {
      if (t.remotePort != sourcePort || t.remote0 != source0 || t.remote1 != source1) continue;
      score += 2;
    }
    if (score <= bestScore) continue;
    best = t;
    bestScore = score;
  }
  return best;
}
