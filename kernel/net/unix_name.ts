// Names of AF_UNIX sockets: a path (the inode points to the socket), or an abstract name (a list). unix(7).
// Invariant: a bound socket has its address in `name`; one with a path holds its inode, whose `data` is the socket.
import { net_ns } from '../ns/net.ts';
import { EADDRINUSE, ECONNREFUSED, EEXIST, EINVAL, ENOMEM, EPROTOTYPE } from '../../abi/linux/errno.ts';
import { AT_FDCWD } from '../../abi/linux/fcntl.ts';
import { AF_UNIX } from '../../abi/linux/socket.ts';
import { S_IFSOCK } from '../../abi/linux/stat.ts';
import { SOCKADDR_UN_SIZE, SUN_PATH } from '../../abi/linux/un.ts';
import { mem_eq, str_len } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kmalloc } from '../lib/slab.ts';
import { Dentry } from '../vfs/dentry.ts';
import { fsctx_current } from '../vfs/fsctx.ts';
import { Inode, inode_get, inode_put } from '../vfs/inode.ts';
import { create_at } from '../vfs/names.ts';
import { MAY_WRITE, inode_permission } from '../vfs/permission.ts';
import { WALK_FOLLOW, WALK_PARENT, path_walk, walk_primary } from '../vfs/walk.ts';
import { Socket } from './socket.ts';

/** The first bound abstract socket. */
const ABSTRACT: usize = memory.data(4, 4);
const NEXT_AUTOMATIC: usize = memory.data(4, 4);
const PATH: usize = memory.data(112, 8);
const AUTOMATIC: usize = memory.data(8, 8);

/** 0, or -EINVAL for what is no address of this family. */
export function unix_check(address: usize, len: u32): i32 {
  if (len <= (SUN_PATH as u32) || len > (SOCKADDR_UN_SIZE as u32)) return -EINVAL;
  return load<u16>(address) == AF_UNIX ? 0 : -EINVAL;
}

/** Binds s to the sockaddr_un at `address`: 0 or -errno. */
export function unix_bind(s: Socket, address: usize, len: u32): i32 {
  if (len == SUN_PATH && load<u16>(address) == AF_UNIX) return unix_bind_automatic(s);
  const invalid = unix_check(address, len);
  if (invalid) return invalid;
  if (s.nameLen) return -EINVAL;
  if (!load<u8>(address, SUN_PATH)) return bind_abstract(s, address, len);
  return bind_path(s, address, len);
}

/** Five hexadecimal digits that nobody else has: autobind. */
export function unix_bind_automatic(s: Socket): i32 {
  if (s.nameLen) return 0;
  store<u16>(AUTOMATIC, AF_UNIX);
  for (let tries = 0; tries < 0x100000; tries++) {
    const n = load<u32>(NEXT_AUTOMATIC) & 0xfffff;
    store<u32>(NEXT_AUTOMATIC, n + 1);
    for (let i: u32 = 0; i < 5; i++) {
      const digit = (n >> (16 - 4 * i)) & 15;
      store<u8>(AUTOMATIC + i, (digit < 10 ? 0x30 + digit : 0x57 + digit) as u8, 3);
    }
    store<u8>(AUTOMATIC, 0, 2);
    const error = bind_abstract(s, AUTOMATIC, 8);
    if (error != -EADDRINUSE) return error;
  }
  return -EADDRINUSE;
}

function set_name(s: Socket, address: usize, len: u32): i32 {
  s.name = kmalloc(len as usize);
  if (!s.name) return -ENOMEM;
  memory.copy(s.name, address, len as usize);
  s.nameLen = len;
  return 0;
}

function bind_abstract(s: Socket, address: usize, len: u32): i32 {
  if (!find_abstract(address, len, s.type).isNull()) return -EADDRINUSE;
  const error = set_name(s, address, len);
  if (error) return error;
  s.nextBound = changetype<Socket>(load<u32>(ABSTRACT) as usize);
  s.bound = 1;
  store<u32>(ABSTRACT, changetype<usize>(s) as u32);
  return 0;
}

function find_abstract(address: usize, len: u32, type: u32): Socket {
  let s = changetype<Socket>(load<u32>(ABSTRACT) as usize);
  while (!s.isNull()) {
    if (s.nameLen == len && s.type == type && s.net == net_ns() && mem_eq(s.name, address, len as usize)) break;
    s = s.nextBound;
  }
  return s;
}

/** The path in the address, NUL-terminated, in PATH. */
function take_path(address: usize, len: u32): void {
  memory.fill(PATH, 0, 112);
  memory.copy(PATH, address + SUN_PATH, (len - SUN_PATH) as usize);
}

function bind_path(s: Socket, address: usize, len: u32): i32 {
  take_path(address, len);
  const w = walk_primary();
  const error = path_walk(w, AT_FDCWD, PATH, WALK_PARENT);
  if (error) return error;
  const made = create_at(w, S_IFSOCK | (0o777 & ~fsctx_current().umask), 0);
  if (IS_ERR(made)) return PTR_ERR(made) == -EEXIST ? -EADDRINUSE : PTR_ERR(made);
  const inode = changetype<Dentry>(made).inode;
  const failed = set_name(s, address, (SUN_PATH as u32) + (str_len(PATH) as u32) + 1);
  if (failed) return failed;
  store<u8>(s.name + ((s.nameLen - 1) as usize), 0);
  inode.data = changetype<usize>(s);
  s.inode = inode_get(inode);
  return 0;
}

/** The socket of that type bound to the (checked) address: Socket ptr or ERR_PTR. */
export function unix_find(address: usize, len: u32, type: u32): usize {
  if (!load<u8>(address, SUN_PATH)) {
    const found = find_abstract(address, len, type);
    return found.isNull() ? ERR_PTR(-ECONNREFUSED) : changetype<usize>(found);
  }
  take_path(address, len);
  const error = path_walk(walk_primary(), AT_FDCWD, PATH, WALK_FOLLOW);
  if (error) return ERR_PTR(error);
  const inode = walk_primary().dentry.inode;
  const denied = inode_permission(inode, MAY_WRITE);
  if (denied) return ERR_PTR(denied);
  if (inode.type() != S_IFSOCK || !inode.data) return ERR_PTR(-ECONNREFUSED);
  return changetype<Socket>(inode.data).type == type ? inode.data : ERR_PTR(-EPROTOTYPE);
}

/** After unix_find has found nobody at the address: the number of the host's socket that the image has there, or 0. */
export function unix_outside(address: usize): u32 {
  if (!load<u8>(address, SUN_PATH)) return 0;
  const inode = walk_primary().dentry.inode;
  return inode.type() == S_IFSOCK ? inode.rdev : 0;
}

/** The last close: nobody finds the socket any more; what getpeername tells stays. */
export function unix_unbind(s: Socket): void {
  if (changetype<usize>(s.inode)) {
    s.inode.data = 0;
    inode_put(s.inode);
    s.inode = changetype<Inode>(0);
  }
  if (!s.bound) return;
  s.bound = 0;
  let link = ABSTRACT;
  while (load<u32>(link) != (changetype<usize>(s) as u32)) {
    link = (load<u32>(link) as usize) + offsetof<Socket>('nextBound');
  }
  store<u32>(link, changetype<usize>(s.nextBound) as u32);
}

/** The name that an accepted connection or a peer shows is its listener's. */
export function unix_copy_name(s: Socket, from: Socket): bool {
  return !from.nameLen || set_name(s, from.name, from.nameLen) == 0;
}
