// /proc/sys: settings of the kernel, mostly to be read.
import { cstr } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { random_bytes } from '../../lib/random.ts';
import { uts_ns } from '../../ns/uts.ts';
import { frames_total } from '../../mm/frame.ts';
import { KERNEL_RELEASE, KERNEL_VERSION } from '../../syscalls/sysinfo.ts';
import { CAP_LAST } from '../../task/cred.ts';
import { PID_MAX } from '../../task/pid.ts';
import { PIPE_MAX_SIZE } from '../pipe.ts';
import {
  NODE_BOOT_ID,
  NODE_CAP_LAST_CAP,
  NODE_CORE_PATTERN,
  NODE_DOMAINNAME,
  NODE_ENTROPY,
  NODE_FILE_MAX,
  NODE_FILE_NR,
  NODE_HOSTNAME,
  NODE_MAX_MAP_COUNT,
  NODE_MMAP_MIN,
  NODE_NGROUPS_MAX,
  NODE_NR_OPEN,
  NODE_OSRELEASE,
  NODE_OSTYPE,
  NODE_OSVERSION,
  NODE_OVERFLOWUID,
  NODE_PID_MAX,
  NODE_PIPE_MAX_SIZE,
  NODE_POOLSIZE,
  NODE_RANDOM_UUID,
  NODE_SHMMAX,
  NODE_SOMAXCONN,
  NODE_THREADS_MAX,
} from './node.ts';

const UUID: usize = memory.data(16, 8);
/** Chosen at the first look. */
const BOOT_ID: usize = memory.data(16, 8);

/** Writes the setting and a newline. */
export function proc_sysctl(node: u32, text: Text): i32 {
  if (!words(node, text)) text.udec(number(node));
  text.char(0x0a);
  return 0;
}

/** Settings that are text; false = it is a number. */
function words(node: u32, text: Text): bool {
  switch (node) {
    case NODE_HOSTNAME:
      text.puts(uts_ns().hostname());
      return true;
    case NODE_OSRELEASE:
      text.puts(KERNEL_RELEASE);
      return true;
    case NODE_OSVERSION:
      text.puts(KERNEL_VERSION);
      return true;
    case NODE_OSTYPE:
      text.puts(cstr('Linux'));
      return true;
    case NODE_DOMAINNAME:
      text.puts(uts_ns().domainname());
      return true;
    case NODE_CORE_PATTERN:
      text.puts(cstr('core'));
      return true;
    case NODE_FILE_NR:
      text.puts(cstr('0\t0\t1048576'));
      return true;
    case NODE_RANDOM_UUID:
      random_bytes(UUID, 16);
      uuid(text, UUID);
      return true;
    case NODE_BOOT_ID:
      if (!load<u64>(BOOT_ID)) random_bytes(BOOT_ID, 16);
      uuid(text, BOOT_ID);
      return true;
    default:
      return false;
  }
}

function number(node: u32): u64 {
  switch (node) {
    case NODE_PID_MAX:
      return PID_MAX;
    case NODE_THREADS_MAX:
      return PID_MAX;
    case NODE_CAP_LAST_CAP:
      return CAP_LAST;
    case NODE_NGROUPS_MAX:
      return 65536;
    case NODE_ENTROPY:
    case NODE_POOLSIZE:
      return 256;
    case NODE_PIPE_MAX_SIZE:
      return PIPE_MAX_SIZE as u64;
    case NODE_FILE_MAX:
    case NODE_NR_OPEN:
      return 1048576;
    case NODE_MAX_MAP_COUNT:
      return 65530;
    case NODE_MMAP_MIN:
      return 65536;
    case NODE_OVERFLOWUID:
      return 65534;
    case NODE_SHMMAX:
      return (frames_total() as u64) << 12;
    case NODE_SOMAXCONN:
      return 4096;
    default: // NODE_OVERCOMMIT, NODE_TAINTED, NODE_RANDOMIZE_VA: off
      return 0;
  }
}

/** Random bytes as a version 4 UUID. */
function uuid(text: Text, p: usize): void {
  for (let i = 0; i < 16; i++) {
    let byte = load<u8>(p + (i as usize)) as u32;
    if (i == 6) byte = (byte & 0x0f) | 0x40;
    if (i == 8) byte = (byte & 0x3f) | 0x80;
    if (i == 4 || i == 6 || i == 8 || i == 10) text.char(0x2d);
    text.hex(byte as u64, 2);
  }
}
