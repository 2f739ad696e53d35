// What goes with the bytes of one send or receive call. It lives for that call only: a call that waits fills it anew.
import { SOCKADDR_MAX } from '../../abi/linux/socket.ts';
import { current } from '../task/task.ts';
import { Packet } from './packet.ts';
import { rights_free } from './rights.ts';

// 0 addressLen u32 | 4 rights ptr (SCM_RIGHTS, owned) | 8 pid i32 | 12 uid u32 | 16 gid u32 | 20 flags u32 | 24 address
@unmanaged
export class Message {
  /** Destination of a send, source of what was received; 0 = none. */
  addressLen: u32;
  rights: usize;
  pid: i32;
  uid: u32;
  gid: u32;
  /** MSG_* asked for; after a receive MSG_TRUNC and MSG_CTRUNC. */
  flags: u32;

  @inline address(): usize {
    return changetype<usize>(this) + offsetof<Message>();
  }
}

const MESSAGE: usize = memory.data(24 + SOCKADDR_MAX, 8);

/** The message of the current call, emptied; its sender is the current task. */
export function message_new(flags: u32): Message {
  const m = changetype<Message>(MESSAGE);
  m.addressLen = 0;
  m.rights = 0;
  m.flags = flags;
  m.pid = current().group.tgid;
  m.uid = current().cred.uid;
  m.gid = current().cred.gid;
  return m;
}

/** The sender signs the packet and hands its files over. */
export function message_stamp(m: Message, p: Packet): void {
  p.pid = m.pid;
  p.uid = m.uid;
  p.gid = m.gid;
  p.rights = m.rights;
  m.rights = 0;
}

/** Files that nobody took are closed. */
export function message_end(m: Message): void {
  if (m.rights) rights_free(m.rights);
  m.rights = 0;
}
