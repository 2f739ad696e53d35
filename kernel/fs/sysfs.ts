// /sys as far as programs look without a device in mind: the network interfaces, the CPU, and empty directories.
// It is a tmpfs that is filled when it is mounted: nothing in it changes.
import { ETH_ALEN, IFF_RUNNING } from '../../abi/linux/netlink.ts';
import { ENOMEM } from '../../abi/linux/errno.ts';
import { SYSFS_MAGIC } from '../../abi/linux/statfs.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../../abi/linux/stat.ts';
import { cstr, mem_chr, str_len } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR } from '../lib/err.ts';
import { Text, text_free, text_new } from '../lib/fmt.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import {
  ETH_INDEX,
  link_count,
  link_flags,
  link_hardware,
  link_mtu,
  link_name,
  link_txqlen,
  link_type,
} from '../net/link.ts';
import { Dentry } from '../vfs/dentry.ts';
import { iter_kernel } from '../vfs/iter.ts';
import { regular_write } from '../vfs/regular.ts';
import { SuperBlock } from '../vfs/super_block.ts';
import { box_lookup, tmpfs_new } from './boxfs/lookup.ts';
import { box_link, box_make } from './boxfs/names.ts';

const SLASH: u8 = 0x2f;
const COUNTERS: usize = cstr(
  'multicast rx_bytes rx_compressed rx_crc_errors rx_dropped rx_errors rx_fifo_errors rx_packets tx_bytes tx_dropped tx_errors tx_packets ',
);

/** SuperBlock ptr or ERR_PTR(-ENOMEM). */
export function sysfs_super(): usize {
  const sb = tmpfs_new(cstr('sysfs'), SYSFS_MAGIC, 0o555);
  if (IS_ERR(sb)) return sb;
  const root = changetype<Dentry>(changetype<SuperBlock>(sb).root);
  directory(root, cstr('block'));
  directory(root, cstr('class/net'));
  directory(root, cstr('fs/cgroup'));
  file(directory(root, cstr('kernel/mm/transparent_hugepage')), cstr('enabled'), cstr('always madvise [never]\n'));
  const cpu = directory(root, cstr('devices/system/cpu'));
  file(cpu, cstr('online'), cstr('0\n'));
  file(cpu, cstr('possible'), cstr('0\n'));
  file(cpu, cstr('present'), cstr('0\n'));
  directory(cpu, cstr('cpu0'));
  const node = directory(root, cstr('devices/system/node'));
  file(node, cstr('online'), cstr('0\n'));
  file(node, cstr('possible'), cstr('0\n'));
  for (let index: u32 = 1; index <= link_count(); index++) network_interface(root, index);
  return sb;
}

/** The directory of that path below parent, made as far as it is absent; null after a lack of memory, as is all below it. */
function directory(parent: Dentry, path: usize): Dentry {
  while (!parent.isNull() && load<u8>(path)) {
    const slash = mem_chr(path, SLASH, str_len(path));
    const len = slash < 0 ? str_len(path) : slash;
    const found = box_lookup(parent, path, len);
    const d = IS_ERR(found) ? box_make(parent, path, len, S_IFDIR | 0o755, 0) : found;
    parent = changetype<Dentry>(IS_ERR(d) ? (0 as usize) : d);
    path += (len + (slash < 0 ? 0 : 1)) as usize;
  }
  return parent;
}

function file(parent: Dentry, name: usize, content: usize): void {
  if (parent.isNull()) return;
  const d = box_make(parent, name, str_len(name), S_IFREG | 0o444, 0);
  if (IS_ERR(d)) return;
  regular_write(changetype<Dentry>(d).inode, 0, iter_kernel(content, str_len(content) as u64));
}

function number(parent: Dentry, name: usize, value: u64, hex: bool): void {
  const text = text_new();
  if (!changetype<usize>(text)) return;
  if (hex) text.puts(cstr('0x')).hex(value, 1);
  else text.udec(value);
  text.puts(cstr('\n')).char(0);
  file(parent, name, text.ptr);
  text_free(text);
}

/** /sys/devices/virtual/net/NAME, and the link to it in /sys/class/net. sysfs-class-net of Linux's ABI documents. */
function network_interface(root: Dentry, index: u32): void {
  const name = link_name(index);
  const d = directory(directory(root, cstr('devices/virtual/net')), name);
  const loopback = index != ETH_INDEX;
  number(d, cstr('addr_len'), 6, false);
  hardware(d, cstr('address'), link_hardware(index));
  hardware(d, cstr('broadcast'), loopback ? 0 : 0xffffffffffff);
  number(d, cstr('carrier'), 1, false);
  number(d, cstr('flags'), (link_flags(index) & ~IFF_RUNNING) as u64, true);
  number(d, cstr('ifindex'), index as u64, false);
  number(d, cstr('iflink'), index as u64, false);
  number(d, cstr('mtu'), link_mtu(index) as u64, false);
  file(d, cstr('operstate'), loopback ? cstr('unknown\n') : cstr('up\n'));
  number(d, cstr('tx_queue_len'), link_txqlen(index) as u64, false);
  number(d, cstr('type'), link_type(index) as u64, false);
  file(d, cstr('uevent'), loopback ? cstr('INTERFACE=lo\nIFINDEX=1\n') : cstr('INTERFACE=eth0\nIFINDEX=2\n'));
  statistics(directory(d, cstr('statistics')));
  link(directory(root, cstr('class/net')), name, cstr('../../devices/virtual/net/'));
}

/** Nothing is counted, since there are no packets: all counters are one file. */
function statistics(parent: Dentry): void {
  file(parent, cstr('collisions'), cstr('0\n'));
  const zero = parent.isNull() ? ERR_PTR(-ENOMEM) : box_lookup(parent, cstr('collisions'), 10);
  if (IS_ERR(zero)) return;
  for (let p = COUNTERS; load<u8>(p); ) {
    const len = mem_chr(p, 0x20, str_len(p));
    box_link(parent, p, len, changetype<Dentry>(zero).inode);
    p += (len as usize) + 1;
  }
}

function hardware(parent: Dentry, name: usize, address: u64): void {
  const text = text_new();
  if (!changetype<usize>(text)) return;
  for (let i: u64 = 0; i < (ETH_ALEN as u64); i++) {
    if (i) text.char(0x3a);
    text.hex((address >> (i * 8)) & 0xff, 2);
  }
  text.puts(cstr('\n')).char(0);
  file(parent, name, text.ptr);
  text_free(text);
}

/** A symbolic link to prefix + name. */
function link(parent: Dentry, name: usize, prefix: usize): void {
  if (parent.isNull()) return;
  const target = kmalloc((str_len(prefix) as usize) + (str_len(name) as usize) + 1);
  if (!target) return;
  memory.copy(target, prefix, str_len(prefix) as usize);
  memory.copy(target + (str_len(prefix) as usize), name, str_len(name) as usize);
  const d = box_make(parent, name, str_len(name), S_IFLNK | 0o777, 0);
  if (IS_ERR(d)) return kfree(target);
  changetype<Dentry>(d).inode.data = target;
  changetype<Dentry>(d).inode.size = str_len(target) as u64;
}
