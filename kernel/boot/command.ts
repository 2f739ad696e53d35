// The box's command becomes the program of pid 1. A name without a slash is looked for along PATH, as Docker does.
import { BOOT_ARGC, BOOT_ARGV, BOOT_CMD_INDEX, BOOT_ENV, BOOT_ENV_COUNT, BOOT_PROGRAM } from '../../abi/boot.ts';
import { EACCES, EINVAL, ENOENT, ENOMEM } from '../../abi/linux/errno.ts';
import { cstr, mem_eq, mem_chr, str_len } from '../lib/bytes.ts';
import { IS_BLOCKED, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { ExecArgs, exec_args_arg, exec_args_env, exec_args_free, exec_args_new } from '../loader/args.ts';
import { exec_program } from '../task/exec.ts';
import { SYSCALL_NONE } from '../task/syscall.ts';
import { Task } from '../task/task.ts';
import { open_exec } from '../vfs/exec_file.ts';
import { boot_ptr, boot_u32 } from './block.ts';
import { program_file } from './program.ts';

const PATH_MAX = 4096;
const DEFAULT_PATH: usize = cstr('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
/** Arguments that replace those from BOOT_CMD_INDEX on: pointer to NUL-terminated strings, count. */
const OVERRIDE: usize = memory.data(8, 4);

/** The strings stay the caller's and must outlive boot. */
export function boot_override(strings: usize, count: i32): void {
  store<usize>(OVERRIDE, strings);
  store<i32>(OVERRIDE, count, 4);
}

/** argv[0] as the user knows it. */
export function boot_command_name(): usize {
  return boot_u32(BOOT_CMD_INDEX) == 0 && load<i32>(OVERRIDE, 4) ? load<usize>(OVERRIDE) : boot_ptr(BOOT_ARGV);
}

/** An image without ENTRYPOINT and CMD makes a box that only runs with words of its caller's. */
export function boot_has_command(): bool {
  return boot_u32(BOOT_ARGC) + (load<i32>(OVERRIDE, 4) as u32) != 0;
}

/** Executes the command in t, which is current: 0, -EBLOCKED (repeat) or -errno. */
export function boot_command(t: Task): i64 {
  if (!boot_has_command()) return -EINVAL;
  const path = kmalloc(PATH_MAX);
  if (!path) return -ENOMEM;
  const file = boot_u32(BOOT_PROGRAM) ? program_file(path) : find_command(boot_command_name(), path);
  const result: i64 = IS_ERR(file) ? PTR_ERR(file) : execute(t, file, path);
  kfree(path);
  return result;
}

function execute(t: Task, file: usize, path: usize): i64 {
  const args = exec_args_new();
  const error = changetype<usize>(args) ? fill_args(args) : -ENOMEM;
  // exec_program takes the file over; -ENOMEM this early ends the box anyhow.
  if (error < 0) return error;
  const result = exec_program(file, path, args);
  exec_args_free(args);
  if (result == 0) t.inSyscall = SYSCALL_NONE;
  return result;
}

function fill_args(args: ExecArgs): i32 {
  const replaced = load<i32>(OVERRIDE, 4);
  const own = replaced ? boot_u32(BOOT_CMD_INDEX) : boot_u32(BOOT_ARGC);
  let error = add_strings(args, boot_ptr(BOOT_ARGV), own as i32, false);
  if (error >= 0) error = add_strings(args, load<usize>(OVERRIDE), replaced, false);
  return error < 0 ? error : add_strings(args, boot_ptr(BOOT_ENV), boot_u32(BOOT_ENV_COUNT) as i32, true);
}

function add_strings(args: ExecArgs, s: usize, count: i32, isEnv: bool): i32 {
  for (let i = 0; i < count; i++) {
    const error = isEnv ? exec_args_env(args, s) : exec_args_arg(args, s);
    if (error < 0) return error;
    s += str_len(s) + 1;
  }
  return 0;
}

/** File of the command with its path in `path`, or ERR_PTR: of several failures the one that says most. */
function find_command(name: usize, path: usize): usize {
  const length = str_len(name);
  if (length == 0 || mem_chr(name, 0x2f, length) >= 0) {
    memory.copy(path, name, min(length + 1, PATH_MAX) as usize);
    store<u8>(path, 0, PATH_MAX - 1);
    return open_exec(path);
  }
  let worst: i32 = -ENOENT;
  for (let dir = search_path(); dir; dir = next_dir(dir)) {
    if (!join(path, dir, name)) continue;
    const file = open_exec(path);
    if (!IS_ERR(file) || IS_BLOCKED(PTR_ERR(file))) return file;
    if (PTR_ERR(file) == -EACCES) worst = -EACCES;
  }
  return worst as usize;
}

/** Value of PATH in the boot environment. */
function search_path(): usize {
  let s = boot_ptr(BOOT_ENV);
  for (let i: u32 = 0; i < boot_u32(BOOT_ENV_COUNT); i++) {
    if (str_len(s) > 5 && mem_eq(s, cstr('PATH='), 5)) return s + 5;
    s += str_len(s) + 1;
  }
  return DEFAULT_PATH;
}

function dir_length(dir: usize): i32 {
  const colon = mem_chr(dir, 0x3a, str_len(dir));
  return colon < 0 ? str_len(dir) : colon;
}

function next_dir(dir: usize): usize {
  const end = dir + dir_length(dir);
  return load<u8>(end) ? end + 1 : 0;
}

/** dir/name into path; an empty dir is the working directory. False = too long. */
function join(path: usize, dir: usize, name: usize): bool {
  const n = dir_length(dir);
  const m = str_len(name);
  if (n + m + 2 > PATH_MAX) return false;
  memory.copy(path, dir, n);
  const slash = n ? 1 : 0;
  if (slash) store<u8>(path + n, 0x2f);
  memory.copy(path + n + slash, name, m + 1);
  return true;
}
