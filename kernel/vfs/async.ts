// Signal-driven I/O: whom the file's SIGIO (or F_SETSIG) goes to, and when. fcntl(2).
// Invariant: while O_ASYNC is set, the owner has a wait node without a task on each queue that announces a change of its file
// (task/wait_queue.ts). When one is woken all are taken off and the owner subscribes again: a socket's queues change with its peer.
import { EINVAL, ENOMEM, ESRCH } from '../../abi/linux/errno.ts';
import { F_OWNER_PGRP, F_OWNER_PID, F_OWNER_TID, O_ASYNC } from '../../abi/linux/fcntl.ts';
import { POLLIN } from '../../abi/linux/poll.ts';
import { POLL_IN, POLL_OUT, POLL_PRI, SIGIO, SIGURG } from '../../abi/linux/signal.ts';
import { Pipe } from '../fs/pipe.ts';
import { Tty } from '../fs/tty/tty.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { pid_named, pid_told } from '../ns/pid.ts';
import { socket_async } from '../net/poll.ts';
import { Pid, pid_find, task_find } from '../task/pid.ts';
import { info_poll } from '../task/siginfo.ts';
import { send_group_signal, send_signal } from '../task/signal.ts';
import { current, Task } from '../task/task.ts';
import { subscribe_begin, subscribe_end, unsubscribe, WaitNode } from '../task/wait_queue.ts';
import { FILE_INOTIFY, FILE_PIPE, FILE_PTMX, FILE_SOCKET, FILE_STREAM, FILE_TTY, File } from './file.ts';
import { file_poll } from './poll.ts';

@unmanaged
export class FileOwner {
  /** Its subscriptions; first, so that wait_queue.ts finds them. */
  nodes: WaitNode;
  file: File;
  /** F_OWNER_*, and the number of that kind; 0 = nobody. */
  type: i32;
  pid: i32;
  /** F_SETSIG: 0 = SIGIO without details. */
  signal: i32;
  /** The descriptor that siginfo names: the one through which O_ASYNC was set. */
  fd: i32;
  /** Ids of the process that set the owner: it signals in its name. */
  uid: u32;
  euid: u32;
}

/** The owner of the file, or null. */
export function file_owner(file: File): FileOwner {
  return changetype<FileOwner>(file.owner);
}

/** F_GETOWN: its number, negative for a process group. */
export function async_owner(file: File): i32 {
  if (!file.owner) return 0;
  const owner = file_owner(file);
  const nr = owner.pid ? pid_told(owner.pid) : 0;
  return owner.type == F_OWNER_PGRP ? -nr : nr;
}

/** The same, made when there is none; null = no memory. */
function owner_of(file: File): FileOwner {
  if (file.owner) return file_owner(file);
  const owner = changetype<FileOwner>(kmalloc(offsetof<FileOwner>()));
  if (!changetype<usize>(owner)) return owner;
  owner.file = file;
  owner.type = F_OWNER_PID;
  file.owner = changetype<usize>(owner);
  return owner;
}

/** F_SETOWN, F_SETOWN_EX: the number must be in use, 0 = nobody. */
export function async_set_owner(file: File, type: i32, id: i32): i32 {
  if (id < 0) return -EINVAL;
  const named = id ? pid_named(id) : 0;
  if (id && !named) return -ESRCH;
  const owner = owner_of(file);
  if (!changetype<usize>(owner)) return -ENOMEM;
  owner.pid = named ? changetype<Pid>(named).nr : 0;
  owner.type = type;
  owner.uid = current().cred.uid;
  owner.euid = current().cred.euid;
  return 0;
}

export function async_set_signal(file: File, signal: u64): i32 {
  if (signal > 64) return -EINVAL;
  const owner = owner_of(file);
  if (!changetype<usize>(owner)) return -ENOMEM;
  owner.signal = signal as i32;
  return 0;
}

/** Turns O_ASYNC of a file that can be waited for on or off; others do not know the flag. */
export function async_enable(file: File, fd: i32, on: bool): i32 {
  if (!announces(file.kind)) return 0;
  if (!on) {
    file.flags &= ~O_ASYNC;
    if (file.owner) unsubscribe(file.owner);
    return 0;
  }
  const owner = owner_of(file);
  if (!changetype<usize>(owner)) return -ENOMEM;
  if (file.kind == FILE_TTY && !owner.pid) {
    const pgrp = changetype<Tty>(file.data).pgrp;
    async_set_owner(file, pgrp ? F_OWNER_PGRP : F_OWNER_PID, pid_told(pgrp ? pgrp : current().group.tgid));
  }
  owner.fd = fd;
  file.flags |= O_ASYNC;
  subscribe(owner);
  return 0;
}

function announces(kind: u32): bool {
  return (
    kind == FILE_PIPE ||
    kind == FILE_SOCKET ||
    kind == FILE_TTY ||
    kind == FILE_PTMX ||
    kind == FILE_STREAM ||
    kind == FILE_INOTIFY
  );
}

function subscribe(owner: FileOwner): void {
  unsubscribe(changetype<usize>(owner));
  subscribe_begin(changetype<usize>(owner));
  file_poll(owner.file, true);
  subscribe_end();
}

/** The last close. */
export function async_release(file: File): void {
  unsubscribe(file.owner);
  kfree(file.owner);
  file.owner = 0;
}

/** A queue that the owner subscribed to has been woken. */
export function async_woken(p: usize, queue: usize): void {
  const owner = changetype<FileOwner>(p);
  subscribe(owner);
  const what = event(owner.file, queue);
  if (what && owner.pid) send(owner, what);
}

/** What the wake-up of that queue says, POLL_IN, ...; 0 = nothing that Linux signals. */
function event(file: File, queue: usize): i32 {
  if (file.kind == FILE_PIPE) return queue == changetype<Pipe>(file.inode.data).readQueue() ? POLL_IN : POLL_OUT;
  if (file.kind == FILE_SOCKET) return socket_async(file, queue);
  const events = file_poll(file, false);
  return events & POLLIN ? POLL_IN : 0;
}

/** Urgent data have come: SIGURG to the owner of the socket, O_ASYNC or not. */
export function async_urgent(file: File): void {
  if (file.owner && file_owner(file).pid) send(file_owner(file), POLL_PRI);
}

function send(owner: FileOwner, what: i32): void {
  if (owner.type == F_OWNER_TID) {
    const t = task_find(owner.pid);
    if (t && may_send(owner, changetype<Task>(t))) deliver(owner, changetype<Task>(t), false, what);
    return;
  }
  const p = pid_find(owner.pid);
  if (!p) return;
  const pid = changetype<Pid>(p);
  if (owner.type == F_OWNER_PID) {
    if (changetype<usize>(pid.task) && may_send(owner, pid.task)) deliver(owner, pid.task, true, what);
    return;
  }
  let group = pid.pgrpFirst;
  while (changetype<usize>(group)) {
    const next = group.pgrpNext;
    if (may_send(owner, group.leader)) deliver(owner, group.leader, true, what);
    group = next;
  }
}

function may_send(owner: FileOwner, t: Task): bool {
  const cred = t.cred;
  const same = owner.euid == cred.suid || owner.euid == cred.uid || owner.uid == cred.suid || owner.uid == cred.uid;
  return same || !owner.euid;
}

/** SIGURG, SIGIO, or the signal of F_SETSIG with what happened; when that one cannot be queued, SIGIO after all. */
function deliver(owner: FileOwner, t: Task, toGroup: bool, what: i32): void {
  let error = -1;
  const urgent = what == POLL_PRI;
  const sig = owner.signal;
  if (sig && !urgent) {
    const info = info_poll(sig, what, owner.fd);
    error = toGroup ? send_group_signal(t.group, sig, info) : send_signal(t, sig, info);
  }
  if (!error) return;
  const plain = urgent ? SIGURG : SIGIO;
  if (toGroup) send_group_signal(t.group, plain, 0);
  else send_signal(t, plain, 0);
}
