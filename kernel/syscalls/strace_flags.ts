// Names of flag bits for --strace. A set is text: hexadecimal value, blank, name, ... in the order in which strace prints them.
import { cstr, mem_is } from '../lib/bytes.ts';
import { Text } from '../lib/fmt.ts';

/** Prints value as the names of the set that the n bytes at `set` name; what has no name follows in hexadecimal. */
export function strace_flags(text: Text, set: usize, n: i32, value: u64): void {
  if (mem_is(set, n, cstr('sig'))) return put_one(text, SIGNALS, value);
  if (mem_is(set, n, cstr('open'))) {
    put_one(text, ACCESS_MODES, value & 3);
    return put_bits(text, OPEN, value & ~3, true);
  }
  if (mem_is(set, n, cstr('prot'))) return put_bits(text, PROT, value, false);
  if (mem_is(set, n, cstr('map'))) return put_bits(text, MAP, value, false);
  if (mem_is(set, n, cstr('clone'))) {
    put_bits(text, CLONE, value & ~0xff, false);
    if (!(value & 0xff)) return;
    text.char(0x7c);
    return put_one(text, SIGNALS, value & 0xff);
  }
  if (mem_is(set, n, cstr('wait'))) return put_bits(text, WAIT, value, false);
  if (mem_is(set, n, cstr('at'))) return put_bits(text, AT, value, false);
  text.puts(cstr('0x')).hex(value, 1);
}

const ACCESS_MODES: usize = cstr('0 O_RDONLY 1 O_WRONLY 2 O_RDWR ');
const OPEN: usize = cstr(
  '40 O_CREAT 80 O_EXCL 100 O_NOCTTY 200 O_TRUNC 400 O_APPEND 800 O_NONBLOCK 1000 O_DSYNC 4000 O_DIRECT 8000 O_LARGEFILE 10000 O_DIRECTORY 20000 O_NOFOLLOW 40000 O_NOATIME 80000 O_CLOEXEC 200000 O_PATH ',
);
const PROT: usize = cstr('1 PROT_READ 2 PROT_WRITE 4 PROT_EXEC ');
const MAP: usize = cstr(
  '1 MAP_SHARED 2 MAP_PRIVATE 10 MAP_FIXED 20 MAP_ANONYMOUS 100 MAP_GROWSDOWN 800 MAP_DENYWRITE 4000 MAP_NORESERVE 8000 MAP_POPULATE 20000 MAP_STACK 100000 MAP_FIXED_NOREPLACE ',
);
const CLONE: usize = cstr(
  '100 CLONE_VM 200 CLONE_FS 400 CLONE_FILES 800 CLONE_SIGHAND 1000 CLONE_PIDFD 4000 CLONE_VFORK 8000 CLONE_PARENT 10000 CLONE_THREAD 40000 CLONE_SYSVSEM 80000 CLONE_SETTLS 100000 CLONE_PARENT_SETTID 200000 CLONE_CHILD_CLEARTID 1000000 CLONE_CHILD_SETTID ',
);
const WAIT: usize = cstr(
  '1 WNOHANG 2 WUNTRACED 4 WEXITED 8 WCONTINUED 1000000 WNOWAIT 40000000 __WALL 80000000 __WCLONE ',
);
const AT: usize = cstr('100 AT_SYMLINK_NOFOLLOW 200 AT_REMOVEDIR 400 AT_SYMLINK_FOLLOW 1000 AT_EMPTY_PATH ');
const SIGNALS: usize = cstr(
  '1 SIGHUP 2 SIGINT 3 SIGQUIT 4 SIGILL 5 SIGTRAP 6 SIGABRT 7 SIGBUS 8 SIGFPE 9 SIGKILL a SIGUSR1 b SIGSEGV c SIGUSR2 d SIGPIPE e SIGALRM f SIGTERM 10 SIGSTKFLT 11 SIGCHLD 12 SIGCONT 13 SIGSTOP 14 SIGTSTP 15 SIGTTIN 16 SIGTTOU 17 SIGURG 18 SIGXCPU 19 SIGXFSZ 1a SIGVTALRM 1b SIGPROF 1c SIGWINCH 1d SIGIO 1e SIGPWR 1f SIGSYS ',
);

/** The name whose value is exactly that, else the number. */
function put_one(text: Text, set: usize, value: u64): void {
  let p = set;
  while (load<u8>(p)) {
    const name = name_of(p);
    const length = token_length(name);
    if (parse_hex(p) == value) {
      text.putn(name, length);
      return;
    }
    p = name + length + 1;
  }
  text.udec(value);
}

/** Names of all bits that are set; `more`: something stands before them. */
function put_bits(text: Text, set: usize, value: u64, more: bool): void {
  let p = set;
  let any = more;
  while (load<u8>(p)) {
    const name = name_of(p);
    const length = token_length(name);
    const bit = parse_hex(p);
    if (value & bit) {
      if (any) text.char(0x7c);
      text.putn(name, length);
      any = true;
      value &= ~bit;
    }
    p = name + length + 1;
  }
  if (!value && any) return;
  if (any) text.char(0x7c);
  if (value) text.puts(cstr('0x'));
  text.hex(value, 1);
}

function token_length(p: usize): i32 {
  let n = 0;
  while (load<u8>(p + n) > 0x20) n++;
  return n;
}

function name_of(p: usize): usize {
  return p + token_length(p) + 1;
}

function parse_hex(p: usize): u64 {
  let value: u64 = 0;
  for (; load<u8>(p) > 0x20; p++) {
    const c = load<u8>(p) as u64;
    value = value * 16 + (c >= 0x61 ? c - 0x57 : c - 0x30);
  }
  return value;
}
