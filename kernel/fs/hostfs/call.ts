// Calls to the host's file server (abi/hostfs.ts) from system calls.
// Invariant: a system call is repeated from its start while it waits, so the answers it got so far are kept in the task: the
// same question gets the same answer until the call ends, and what changes something is asked once.
import { FILE_ATTR_SIZE, FILE_CLOSE, FILE_MAKE, FILE_OPEN, FILE_PATH_MAX } from '../../../abi/hostfs.ts';
import { EBLOCKED_UNINTERRUPTIBLE, ENAMETOOLONG, ENOENT, ENOMEM } from '../../../abi/linux/errno.ts';
import { RingRequest, req_done, req_free, req_result, req_wait_queue, ring_submit } from '../../io/ring.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { Task, current } from '../../task/task.ts';
import { wait_on } from '../../task/wait_queue.ts';
import { DENTRY_DELETED, Dentry } from '../../vfs/dentry.ts';

// 0 next ptr | 4 request ptr | 8 key u64 | 16 seq u64: order of submission | 24 taken u32: an opened handle has an owner
@unmanaged
export class HostCall {
  next: HostCall;
  request: usize;
  key: u64;
  seq: u64;
  taken: u32;

  /** Attributes and what follows them. */
  @inline buffer(): usize {
    return changetype<RingRequest>(this.request).ptr;
  }
}

/** The question being put together: attributes, path, second path. */
const DRAFT: usize = memory.data(FILE_ATTR_SIZE + 2 * FILE_PATH_MAX, 8);
const PATH: usize = memory.data(FILE_PATH_MAX, 8);
// 0 sequence of submissions u64 | 8 length of the draft u32 | 12 error of the draft i32
const STATE: usize = memory.data(16, 8);

/** Begins a question; what else it needs is added with draft_*. The attributes are returned, all zero. */
export function draft_begin(): usize {
  memory.fill(DRAFT, 0, FILE_ATTR_SIZE);
  store<u32>(STATE, FILE_ATTR_SIZE, 8);
  store<i32>(STATE, 0, 12);
  return DRAFT;
}

/** Adds the path of `name` in directory d, or of d itself when len is 0, relative to the mount's root on the host. */
export function draft_path(d: Dentry, name: usize, len: i32): void {
  let at = PATH + FILE_PATH_MAX - 1;
  if (len) at = prepend(at, name, len);
  for (; at && !d.isRoot(); d = d.parent) {
    if (d.flags & DENTRY_DELETED) return store<i32>(STATE, -ENOENT, 12);
    if (at != PATH + FILE_PATH_MAX - 1) store<u8>(--at, 0x2f);
    at = prepend(at, d.name(), d.nameLen);
  }
  if (!at) return store<i32>(STATE, -ENAMETOOLONG, 12);
  draft_text(at, (PATH + FILE_PATH_MAX - 1 - at) as i32);
}

function prepend(at: usize, name: usize, len: i32): usize {
  // One more byte for the slash in front.
  if (at < PATH + (len as usize) + 2) return 0;
  memory.copy(at - (len as usize), name, len as usize);
  return at - (len as usize);
}

/** Adds text and a NUL. */
export function draft_text(text: usize, len: i32): void {
  const at = load<u32>(STATE, 8);
  if (len >= FILE_PATH_MAX || at + (len as u32) >= ((FILE_ATTR_SIZE + 2 * FILE_PATH_MAX) as u32)) {
    return store<i32>(STATE, -ENAMETOOLONG, 12);
  }
  memory.copy(DRAFT + (at as usize), text, len as usize);
  store<u8>(DRAFT + (at as usize) + (len as usize), 0);
  store<u32>(STATE, at + (len as u32) + 1, 8);
}

/** The number of submissions so far: what was asked later knows of what has happened until now. */
export function calls_now(): u64 {
  return load<u64>(STATE);
}

/** FNV-1a of the question. */
function draft_key(op: i32, handle: u32, flags: u32, arg: u64): u64 {
  const prime: u64 = 0x100000001b3;
  let h: u64 = 0xcbf29ce484222325;
  h = (h ^ (op as u64)) * prime;
  h = (h ^ (handle as u64)) * prime;
  h = (h ^ (flags as u64)) * prime;
  h = (h ^ arg) * prime;
  const end = DRAFT + (load<u32>(STATE, 8) as usize);
  for (let p = DRAFT; p < end; p++) h = (h ^ (load<u8>(p) as u64)) * prime;
  return h;
}

/** The draft's answer as far as this system call has asked it already, or null. */
export function call_known(op: i32, handle: u32, flags: u32, arg: u64): HostCall {
  let call = changetype<HostCall>(current().hostCalls);
  if (!changetype<usize>(call)) return call;
  const key = draft_key(op, handle, flags, arg);
  while (changetype<usize>(call) && call.key != key) call = call.next;
  return call;
}

/** Asks the draft, at most once in a system call: HostCall ptr when answered; ERR_PTR(-EBLOCKED*, -ENOMEM, -ENAMETOOLONG, -ENOENT). */
export function call_host(op: i32, handle: u32, flags: u32, arg: u64, room: u32): usize {
  const error = load<i32>(STATE, 12);
  if (error) return ERR_PTR(error);
  let call = call_known(op, handle, flags, arg);
  if (!changetype<usize>(call)) call = submit(op, handle, flags, arg, room);
  if (!changetype<usize>(call)) return ERR_PTR(-ENOMEM);
  if (req_done(call.request)) return changetype<usize>(call);
  return ERR_PTR(wait_on(req_wait_queue(call.request)) ? -EBLOCKED_UNINTERRUPTIBLE : -ENOMEM);
}

/** The answer's result: >= 0 or -errno. */
export function call_result(p: usize): i32 {
  return req_result(changetype<HostCall>(p).request);
}

function submit(op: i32, handle: u32, flags: u32, arg: u64, room: u32): HostCall {
  const len = load<u32>(STATE, 8);
  const size = max<u32>(len, FILE_ATTR_SIZE + room);
  const call = changetype<HostCall>(kmalloc(offsetof<HostCall>()));
  const buffer = kmalloc(size as usize);
  if (!changetype<usize>(call) || !buffer) return changetype<HostCall>(0);
  memory.copy(buffer, DRAFT, len as usize);
  call.request = ring_submit(op, handle, buffer, size, arg, flags as u64);
  if (!call.request) return changetype<HostCall>(0);
  call.key = draft_key(op, handle, flags, arg);
  call.seq = next_seq();
  const t = current();
  call.next = changetype<HostCall>(t.hostCalls);
  t.hostCalls = changetype<usize>(call);
  return call;
}

export function next_seq(): u64 {
  store<u64>(STATE, load<u64>(STATE) + 1);
  return load<u64>(STATE);
}

/** The system call is over, or begins again: its answers are forgotten. */
export function calls_forget(t: Task): void {
  let call = changetype<HostCall>(t.hostCalls);
  t.hostCalls = 0;
  while (changetype<usize>(call)) {
    const next = call.next;
    call_free(call);
    call = next;
  }
}

function call_free(call: HostCall): void {
  const req = changetype<RingRequest>(call.request);
  if (req.done) {
    const opened = req.op == FILE_OPEN || req.op == FILE_MAKE;
    if (opened && !call.taken && req.result > 0) handle_close(req.result as u32);
    kfree(req.ptr);
  }
  req_free(call.request);
  kfree(changetype<usize>(call));
}

/** Tells the host that a handle is not needed any more. */
export function handle_close(handle: u32): void {
  post(FILE_CLOSE, handle, 0, 0, 0, 0);
}

/** A request that nobody waits for; `buffer`, kmalloc'ed, passes to it. */
export function post(op: i32, handle: u32, buffer: usize, len: u32, arg: u64, flags: u32): void {
  const req = ring_submit(op, handle, buffer, len, arg, flags as u64);
  if (req) changetype<RingRequest>(req).orphan = 1;
  else kfree(buffer);
}
