// Listing /proc. Positions: fixed names by index from 2 on, then numbers (pid, tid, descriptor) from FIRST_NUMBER on.
import { S_IFMT } from '../../../abi/linux/stat.ts';
import { put_dec } from '../../lib/bytes.ts';
import { nr_of } from '../../ns/pid.ts';
import { PID_MAX, group_find, task_find } from '../../task/pid.ts';
import { Task } from '../../task/task.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { FdTable } from '../../vfs/fdtable.ts';
import { DirSink, sink_put } from '../../vfs/getdents.ts';
import { is_thread, proc_file, proc_node, proc_ns } from './lookup.ts';
import {
  NODE_ENTRY,
  NODE_FD,
  NODE_FDINFO,
  NODE_FDINFO_FILE,
  NODE_FD_LINK,
  NODE_PID,
  NODE_ROOT,
  NODE_TASK,
  NODE_TID,
  NodeEntry,
  key_ino,
  key_make,
  key_pid,
  node_parse,
  node_table,
} from './node.ts';

const FIRST_NUMBER: u64 = 0x1000;
const DIGITS: usize = memory.data(24, 8);
const DT_DIR = 4;
const DT_LNK = 10;
const DT_REG = 8;

export function proc_readdir(d: Dentry, sink: DirSink): void {
  const node = proc_node(d);
  const pid = key_pid(d.inode.key);
  if (sink.pos < FIRST_NUMBER && !fixed_names(node, pid, sink)) return;
  const start = sink.pos < FIRST_NUMBER ? 0 : ((sink.pos - FIRST_NUMBER) as i32);
  const end = last_number(node, pid);
  for (let nr = start; nr < end; nr++) {
    const own = node == NODE_ROOT || node == NODE_TASK ? nr_of(nr, proc_ns(d.inode)) : nr;
    if (own < 0 || !present(node, pid, own)) continue;
    const len = put_dec(DIGITS, nr as u64);
    if (
      !sink_put(
        sink,
        DIGITS,
        len,
        key_ino(number_key(node, pid, own)),
        number_type(node),
        FIRST_NUMBER + (nr as u64) + 1,
      )
    )
      return;
  }
}

/** The directory's fixed names from the sink's position on; false = stop. */
function fixed_names(node: u32, pid: i32, sink: DirSink): bool {
  let at: u64 = 2;
  for (let part = 0; part < 2; part++) {
    let p = node_table(node, part);
    while (p && load<u8>(p)) {
      p = node_parse(p);
      const e = changetype<NodeEntry>(NODE_ENTRY);
      const type = (e.mode & S_IFMT) >> 12;
      if (at >= sink.pos && !sink_put(sink, e.name, e.len, key_ino(key_make(pid, e.node, 0)), type, at + 1))
        return false;
      at++;
    }
  }
  return true;
}

function last_number(node: u32, pid: i32): i32 {
  if (node == NODE_ROOT || node == NODE_TASK) return PID_MAX;
  if (node != NODE_FD && node != NODE_FDINFO) return 0;
  const t = changetype<Task>(task_find(pid));
  return changetype<usize>(t) && t.fdtable ? (changetype<FdTable>(t.fdtable).capacity as i32) : 0;
}

function present(node: u32, pid: i32, nr: i32): bool {
  if (node == NODE_ROOT) return group_find(nr) != 0;
  if (node == NODE_TASK) return is_thread(pid, nr);
  return proc_file(changetype<Task>(task_find(pid)), nr) != 0;
}

function number_key(node: u32, pid: i32, nr: i32): u64 {
  if (node == NODE_ROOT) return key_make(nr, NODE_PID, 0);
  if (node == NODE_TASK) return key_make(nr, NODE_TID, 0);
  return key_make(pid, node == NODE_FD ? NODE_FD_LINK : NODE_FDINFO_FILE, nr as u32);
}

function number_type(node: u32): u32 {
  return node == NODE_FD ? DT_LNK : node == NODE_FDINFO ? DT_REG : DT_DIR;
}
