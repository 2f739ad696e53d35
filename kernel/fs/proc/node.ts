// What there is in /proc: the fixed names, and how an inode remembers which of them it is. proc(5).
// An inode's key: pid u16 << 48 | node u16 << 32 | descriptor u32. st_ino is made of the same, so that it is stable.
import { cstr, mem_eq, parse_dec } from '../../lib/bytes.ts';

export const NODE_ROOT: u32 = 1;
export const NODE_PID: u32 = 2;
export const NODE_FD: u32 = 3;
export const NODE_TASK: u32 = 4;
export const NODE_SYS: u32 = 5;
export const NODE_SYS_KERNEL: u32 = 6;
export const NODE_SYS_RANDOM: u32 = 7;
export const NODE_SYS_FS: u32 = 8;
export const NODE_SYS_VM: u32 = 9;
export const NODE_FDINFO: u32 = 10;
/** A directory of a thread: as NODE_PID, for one task. */
export const NODE_TID: u32 = 11;
export const NODE_SYS_NET: u32 = 12;
export const NODE_SYS_NET_CORE: u32 = 13;
export const NODE_NET: u32 = 14;
export const NODE_NS: u32 = 15;

/** Links that are plain text are below NODE_FD_LINK. */
export const NODE_NET_LINK: u32 = 19;
export const NODE_SELF: u32 = 20;
export const NODE_THREAD_SELF: u32 = 21;
export const NODE_MOUNTS_LINK: u32 = 22;
export const NODE_FD_LINK: u32 = 23;
export const NODE_EXE: u32 = 24;
export const NODE_CWD: u32 = 25;
export const NODE_PROC_ROOT: u32 = 26;

export const NODE_CMDLINE_BOOT: u32 = 30;
export const NODE_CPUINFO: u32 = 31;
export const NODE_FILESYSTEMS: u32 = 32;
export const NODE_LOADAVG: u32 = 33;
export const NODE_MEMINFO: u32 = 34;
export const NODE_STAT: u32 = 35;
export const NODE_UPTIME: u32 = 36;
export const NODE_VERSION: u32 = 37;
export const NODE_CGROUPS: u32 = 38;
export const NODE_SWAPS: u32 = 39;
export const NODE_DEVICES: u32 = 40;
export const NODE_VMSTAT: u32 = 41;
export const NODE_NET_DEV: u32 = 42;
export const NODE_NET_ROUTE: u32 = 43;
export const NODE_NET_TCP: u32 = 44;
export const NODE_NET_TCP6: u32 = 45;
export const NODE_NET_UDP: u32 = 46;
export const NODE_NET_UDP6: u32 = 47;
export const NODE_NET_IF_INET6: u32 = 48;

export const NODE_PID_STAT: u32 = 50;
export const NODE_PID_STATUS: u32 = 51;
export const NODE_PID_STATM: u32 = 52;
export const NODE_PID_CMDLINE: u32 = 53;
export const NODE_PID_ENVIRON: u32 = 54;
export const NODE_PID_COMM: u32 = 55;
export const NODE_PID_MAPS: u32 = 56;
export const NODE_PID_MOUNTS: u32 = 57;
export const NODE_PID_MOUNTINFO: u32 = 58;
export const NODE_PID_LIMITS: u32 = 59;
export const NODE_PID_CGROUP: u32 = 60;
export const NODE_PID_OOM_SCORE_ADJ: u32 = 61;
export const NODE_PID_OOM_SCORE: u32 = 62;
export const NODE_PID_AUXV: u32 = 63;
export const NODE_PID_LOGINUID: u32 = 64;
export const NODE_PID_UID_MAP: u32 = 65;
export const NODE_PID_SETGROUPS: u32 = 66;
export const NODE_FDINFO_FILE: u32 = 67;
export const NODE_PID_WCHAN: u32 = 68;
export const NODE_PID_SMAPS: u32 = 69;
export const NODE_PID_IO: u32 = 70;
export const NODE_PID_SESSIONID: u32 = 71;
export const NODE_PID_MEM: u32 = 72;
export const NODE_PID_GID_MAP: u32 = 73;

export const NODE_HOSTNAME: u32 = 80;
export const NODE_OSRELEASE: u32 = 81;
export const NODE_OSTYPE: u32 = 82;
export const NODE_OSVERSION: u32 = 83;
export const NODE_DOMAINNAME: u32 = 84;
export const NODE_PID_MAX: u32 = 85;
export const NODE_THREADS_MAX: u32 = 86;
export const NODE_CAP_LAST_CAP: u32 = 87;
export const NODE_NGROUPS_MAX: u32 = 88;
export const NODE_RANDOM_UUID: u32 = 89;
export const NODE_BOOT_ID: u32 = 90;
export const NODE_ENTROPY: u32 = 91;
export const NODE_PIPE_MAX_SIZE: u32 = 92;
export const NODE_FILE_MAX: u32 = 93;
export const NODE_FILE_NR: u32 = 94;
export const NODE_NR_OPEN: u32 = 95;
export const NODE_OVERCOMMIT: u32 = 96;
export const NODE_MAX_MAP_COUNT: u32 = 97;
export const NODE_RANDOMIZE_VA: u32 = 98;
export const NODE_SHMMAX: u32 = 99;
export const NODE_SOMAXCONN: u32 = 100;
export const NODE_OVERFLOWUID: u32 = 101;
export const NODE_CORE_PATTERN: u32 = 102;
export const NODE_MMAP_MIN: u32 = 103;
export const NODE_POOLSIZE: u32 = 104;
export const NODE_TAINTED: u32 = 105;
export const NODE_PTY_MAX: u32 = 106;

export const NODE_NET_UNIX: u32 = 120;
export const NODE_NET_ARP: u32 = 121;
export const NODE_NET_RAW: u32 = 122;

/** Links to the namespaces of a process. */
export const NODE_NS_CGROUP: u32 = 110;
export const NODE_NS_IPC: u32 = 111;
export const NODE_NS_MNT: u32 = 112;
export const NODE_NS_NET: u32 = 113;
export const NODE_NS_PID: u32 = 114;
export const NODE_NS_PID_FOR_CHILDREN: u32 = 115;
export const NODE_NS_TIME: u32 = 116;
export const NODE_NS_TIME_FOR_CHILDREN: u32 = 117;
export const NODE_NS_USER: u32 = 118;
export const NODE_NS_UTS: u32 = 119;

// A directory: name, mode in octal, node number, blank-separated; sorted as Linux would show them does not matter.
const ROOT: usize = cstr(
  'self 120777 20 thread-self 120777 21 mounts 120777 22 net 120777 19 sys 40555 5 cgroups 100444 38 cmdline 100444 30 cpuinfo 100444 31 devices 100444 40 filesystems 100444 32 loadavg 100444 33 meminfo 100444 34 stat 100444 35 swaps 100444 39 uptime 100444 36 version 100444 37 vmstat 100444 41 ',
);
const THREAD: usize = cstr(
  'cwd 120777 25 exe 120777 24 root 120777 26 fd 40500 3 fdinfo 40555 10 net 40555 14 ns 40511 15 auxv 100400 63 cgroup 100444 60 cmdline 100444 53 comm 100644 55 environ 100400 54 gid_map 100644 73 io 100400 70 limits 100444 59 loginuid 100644 64 maps 100444 56 mem 100600 72 mountinfo 100444 58 mounts 100444 57 oom_score 100444 62 oom_score_adj 100644 61 sessionid 100444 71 setgroups 100644 66 smaps 100444 69 stat 100444 50 statm 100444 52 status 100444 51 uid_map 100644 65 wchan 100444 68 ',
);
const PROCESS: usize = cstr('task 40555 4 ');
const NET: usize = cstr(
  'arp 100444 121 raw 100444 122 unix 100444 120 dev 100444 42 if_inet6 100444 48 route 100444 43 tcp 100444 44 tcp6 100444 45 udp 100444 46 udp6 100444 47 ',
);
const NS: usize = cstr(
  'cgroup 120777 110 ipc 120777 111 mnt 120777 112 net 120777 113 pid 120777 114 pid_for_children 120777 115 time 120777 116 time_for_children 120777 117 user 120777 118 uts 120777 119 ',
);
const SYS: usize = cstr('fs 40555 8 kernel 40555 6 net 40555 12 vm 40555 9 ');
const SYS_KERNEL: usize = cstr(
  'random 40555 7 cap_last_cap 100444 87 core_pattern 100644 102 domainname 100644 84 hostname 100644 80 ngroups_max 100444 88 osrelease 100444 81 ostype 100444 82 overflowgid 100644 101 overflowuid 100644 101 pid_max 100644 85 randomize_va_space 100644 98 shmmax 100644 99 tainted 100644 105 threads-max 100644 86 version 100444 83 ',
);
const SYS_RANDOM: usize = cstr('boot_id 100444 90 entropy_avail 100444 91 poolsize 100444 104 uuid 100444 89 ');
const SYS_FS: usize = cstr('file-max 100644 93 file-nr 100444 94 nr_open 100644 95 pipe-max-size 100644 92 ');
const SYS_VM: usize = cstr('max_map_count 100644 97 mmap_min_addr 100644 103 overcommit_memory 100644 96 ');
const SYS_NET: usize = cstr('core 40555 13 ');
const SYS_NET_CORE: usize = cstr('somaxconn 100644 100 ');

/** The fixed names of a directory node, in two parts; 0 = none. */
export function node_table(node: u32, part: i32): usize {
  if (part) return node == NODE_PID ? PROCESS : 0;
  switch (node) {
    case NODE_ROOT:
      return ROOT;
    case NODE_PID:
    case NODE_TID:
      return THREAD;
    case NODE_NET:
      return NET;
    case NODE_NS:
      return NS;
    case NODE_SYS:
      return SYS;
    case NODE_SYS_KERNEL:
      return SYS_KERNEL;
    case NODE_SYS_RANDOM:
      return SYS_RANDOM;
    case NODE_SYS_FS:
      return SYS_FS;
    case NODE_SYS_VM:
      return SYS_VM;
    case NODE_SYS_NET:
      return SYS_NET;
    case NODE_SYS_NET_CORE:
      return SYS_NET_CORE;
    default:
      return 0;
  }
}

/** One entry of a table. */
@unmanaged
export class NodeEntry {
  name: usize;
  len: i32;
  mode: u32;
  node: u32;
}
export const NODE_ENTRY: usize = memory.data(16, 4);

function token_length(p: usize): i32 {
  let n = 0;
  while (load<u8>(p + (n as usize)) != 0x20) n++;
  return n;
}

/** Reads the entry at p to NODE_ENTRY: where the next one begins. */
export function node_parse(p: usize): usize {
  const e = changetype<NodeEntry>(NODE_ENTRY);
  e.name = p;
  e.len = token_length(p);
  p += (e.len as usize) + 1;
  e.mode = 0;
  while (load<u8>(p) != 0x20) e.mode = e.mode * 8 + ((load<u8>(p++) as u32) - 0x30);
  p++;
  const digits = token_length(p);
  e.node = parse_dec(p, digits) as u32;
  return p + (digits as usize) + 1;
}

/** Finds a fixed name of a directory, leaving it in NODE_ENTRY. */
export function node_find(node: u32, name: usize, len: i32): bool {
  for (let part = 0; part < 2; part++) {
    let p = node_table(node, part);
    while (p && load<u8>(p)) {
      p = node_parse(p);
      const e = changetype<NodeEntry>(NODE_ENTRY);
      if (e.len == len && mem_eq(e.name, name, len as usize)) return true;
    }
  }
  return false;
}

export function key_make(pid: i32, node: u32, fd: u32): u64 {
  return ((pid as u64) << 48) | ((node as u64) << 32) | (fd as u64);
}
export function key_pid(key: u64): i32 {
  return (key >> 48) as i32;
}
export function key_node(key: u64): u32 {
  return ((key >> 32) as u32) & 0xffff;
}
export function key_fd(key: u64): u32 {
  return key as u32;
}

/** st_ino: small numbers for what every box has. */
export function key_ino(key: u64): u64 {
  return ((key_pid(key) as u64) << 28) | ((key_node(key) as u64) << 20) | ((key_fd(key) as u64) & 0xfffff);
}
