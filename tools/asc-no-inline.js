// Transform for asc: keeps slow paths out of the functions that call them, where they would only take up machine code and
// registers, and whole folders that are not hot: inlining these made the engine 10% larger for nothing. Binaryen decides inlining
// by size alone and the language has no word for it.
import binaryen from 'binaryen';

/** Functions by internal name; * stands for anything. */
const KEEP_APART = [
  'kernel/boot/*',
  'kernel/fs/dev/*',
  'kernel/fs/hostfs/*',
  'kernel/fs/inotify/*',
  'kernel/fs/message/*',
  'kernel/fs/proc/*',
  'kernel/fs/sysfs/*',
  'kernel/fs/tty/*',
  'kernel/io/wasi*/*',
  'kernel/ipc/*',
  'kernel/loader/*',
  'kernel/net/*',
  'kernel/ns/*',
  'kernel/task/clone/*',
  'kernel/task/exec/*',
  'kernel/task/posix_timer/*',
  'kernel/task/seccomp/*',
  'kernel/task/sigframe/*',
  'kernel/vfs/boot/*',
  'kernel/vfs/lock_deadlock/*',
  'kernel/vfs/locks/lock_*',
  'kernel/vfs/mount_*/*',
  'kernel/vfs/names/*',
  'kernel/vfs/tmp*',
  'kernel/vfs/xattr/*',
  'kernel/cpu/mem_slow/*',
  'kernel/syscalls/*',
  'kernel/cpu/flags/flag*',
  'kernel/cpu/cond/*',
  'kernel/cpu/interp/*',
  'kernel/cpu/sse/float_arith/slow*',
  'kernel/cpu/sse/*_slow*',
  'kernel/cpu/sse/float_fast/lanes_stand*',
  'kernel/cpu/sse/soft_*',
];

export function afterCompile(module) {
  for (const pattern of KEEP_APART) {
    binaryen.setPassArgument('no-inline', pattern);
    module.runPasses(['no-inline']);
  }
  binaryen.clearPassArguments();
}
