// Connections that wait for accept(2), in the order in which they came.
import { ECONNRESET } from '../../abi/linux/errno.ts';
import { list_append, list_remove } from '../lib/list.ts';
import { wq_wake } from '../task/wait_queue.ts';
import { socket_closed } from './close.ts';
import { STATE_CLOSED, Socket, socket_at_pending } from './socket.ts';
import { tcp_reset } from './tcp.ts';

export function accept_full(listener: Socket): bool {
  return listener.pending > listener.backlog;
}

/** The listener owns `end`, which is the far end of somebody's connection, until it is accepted. */
export function accept_offer(listener: Socket, end: Socket): void {
  list_append(listener.pendingList(), end.pendingNode());
  listener.pending++;
  wq_wake(listener.waitQueue(), i32.MAX_VALUE);
}

/** The oldest connection, which is the caller's now, or null. */
export function accept_take(listener: Socket): Socket {
  const node = listener.pendingFirst;
  if (!node) return changetype<Socket>(0);
  list_remove(listener.pendingList(), node);
  listener.pending--;
  wq_wake(listener.roomQueue(), i32.MAX_VALUE);
  return socket_at_pending(node);
}

/** Nobody will accept any more: who has connected is told so. */
export function accept_refuse_all(listener: Socket): void {
  for (;;) {
    const end = accept_take(listener);
    if (end.isNull()) return;
    if (end.isUnix()) end.peer.error = ECONNRESET;
    else {
      tcp_reset(end.peer);
      end.state = STATE_CLOSED;
    }
    socket_closed(end);
  }
}
