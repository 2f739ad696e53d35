// Sockets that hold each other in their queues (SCM_RIGHTS) and that nobody else can reach any more are closed. unix(7), net/unix/garbage.c
// of Linux. Every socket is looked at a fixed number of times, whatever the shape of the graph.
// Invariant: a socket is garbage when each reference to its file lies in a queue, and no queue that can be read leads to it.
import { File, file_get, file_put } from '../vfs/file.ts';
import { Packet } from './packet.ts';
import { rights_count, rights_file } from './rights.ts';
import { Socket, socket_at_pending, socket_drop, socket_of, sockets_first } from './socket.ts';

const NOBODY = changetype<Socket>(0);
/** Known by files in queues alone, so far. */
const CANDIDATE: u32 = 1;
const REACHED: u32 = 2;
/** Reached sockets whose queues are still to be followed, a list through gcNext. */
const STACK: usize = memory.data(4, 4);
/** Not while it purges. */
const RUNNING: usize = memory.data(4, 4);

/** Closes what is garbage; called when a socket is closed while files are in flight. */
export function rights_collect(): void {
  if (load<u32>(RUNNING)) return;
  store<u32>(RUNNING, 1);
  count_flights();
  store<u32>(STACK, 0);
  for (let s = sockets_first(); !s.isNull(); s = s.nextOfAll()) {
    const known = s.inFlight != 0 && s.file != 0 && changetype<File>(s.file).refs == s.inFlight;
    s.gcState = known ? CANDIDATE : 0;
  }
  // What waits for accept is reached by its listener.
  for (let s = sockets_first(); !s.isNull(); s = s.nextOfAll()) if (s.gcState == 0 && s.file) reach(s);
  follow_all();
  purge();
  store<u32>(RUNNING, 0);
}

function count_flights(): void {
  for (let s = sockets_first(); !s.isNull(); s = s.nextOfAll()) s.inFlight = 0;
  for (let s = sockets_first(); !s.isNull(); s = s.nextOfAll()) {
    for (let p = s.queueFirst; !p.isNull(); p = p.next) {
      for (let i: u32 = 0; i < rights_count(p.rights); i++) {
        const t = socket_in(p, i);
        if (!t.isNull()) t.inFlight++;
      }
    }
  }
}

function socket_in(p: Packet, i: u32): Socket {
  return socket_of(changetype<File>(rights_file(p.rights, i)));
}

function reach(s: Socket): void {
  if (s.gcState == REACHED) return;
  s.gcState = REACHED;
  s.gcNext = changetype<Socket>(load<usize>(STACK));
  store<usize>(STACK, changetype<usize>(s));
}

function follow_all(): void {
  for (;;) {
    const s = changetype<Socket>(load<usize>(STACK));
    if (s.isNull()) return;
    store<usize>(STACK, changetype<usize>(s.gcNext));
    for (let node = s.pendingFirst; node; node = load<usize>(node)) reach(socket_at_pending(node));
    for (let p = s.queueFirst; !p.isNull(); p = p.next) {
      for (let i: u32 = 0; i < rights_count(p.rights); i++) {
        const t = socket_in(p, i);
        if (!t.isNull()) reach(t);
      }
    }
  }
}

function empty(s: Socket): void {
  while (!s.queueFirst.isNull()) socket_drop(s, s.queueFirst);
}

/** Empties the queues of the candidates that were not reached; each is held until all are empty. */
function purge(): void {
  let garbage = NOBODY;
  for (let s = sockets_first(); !s.isNull(); s = s.nextOfAll()) {
    if (s.gcState != CANDIDATE) continue;
    file_get(s.file);
    s.gcNext = garbage;
    garbage = s;
  }
  for (let s = garbage; !s.isNull(); s = s.gcNext) {
    empty(s);
    for (let node = s.pendingFirst; node; node = load<usize>(node)) empty(socket_at_pending(node));
  }
  while (!garbage.isNull()) {
    const s = garbage;
    garbage = s.gcNext;
    file_put(s.file);
  }
}
