// Listing directories of the host. Positions: 0 ".", 1 "..", then 2 + the host's cookie; the host lists what there was when
// the listing began, so that names which come or go do not shift it.
import {
  FILE_ATTR_SIZE,
  FILE_DIRECTORY,
  FILE_ENTRY_INO,
  FILE_ENTRY_LEN,
  FILE_ENTRY_NAME,
  FILE_ENTRY_NEXT,
  FILE_ENTRY_TYPE,
  FILE_OPEN,
  FILE_READDIR,
} from '../../../abi/hostfs.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { File } from '../../vfs/file.ts';
import { DirSink, sink_put } from '../../vfs/getdents.ts';
import { HostCall, call_host, call_result, draft_begin, draft_path, handle_close } from './call.ts';

const ROOM: u32 = 32768;

/** The directory's own handle in file.data: 0 or -errno. */
function open_dir(file: File): i32 {
  if (file.data) return 0;
  draft_begin();
  draft_path(file.dentry, 0, 0);
  const p = call_host(FILE_OPEN, file.inode.sb.hostRoot, FILE_DIRECTORY, 0, 0);
  if (IS_ERR(p)) return PTR_ERR(p);
  const result = call_result(p);
  if (result < 0) return result;
  changetype<HostCall>(p).taken = 1;
  file.data = result as usize;
  return 0;
}

/** Puts entries from sink.pos on, until it is full or the directory ends. */
export function host_readdir(file: File, sink: DirSink): void {
  sink.error = open_dir(file);
  while (!sink.error) {
    draft_begin();
    const p = call_host(FILE_READDIR, file.data as u32, 0, sink.pos - 2, ROOM);
    if (IS_ERR(p)) return store_error(sink, PTR_ERR(p));
    const bytes = call_result(p);
    if (bytes <= 0) return store_error(sink, bytes);
    if (!put_entries(sink, changetype<HostCall>(p).buffer() + FILE_ATTR_SIZE, bytes as usize)) return;
  }
}

/** What has been put already is given first. */
function store_error(sink: DirSink, error: i32): void {
  sink.error = error;
}

/** False = the sink is full. */
function put_entries(sink: DirSink, p: usize, bytes: usize): bool {
  const end = p + bytes;
  while (p + FILE_ENTRY_NAME <= end) {
    const len = load<u32>(p, FILE_ENTRY_LEN);
    const name = p + FILE_ENTRY_NAME;
    if (len > 255 || name + (len as usize) > end) return true;
    const next = load<u64>(p, FILE_ENTRY_NEXT) + 2;
    if (is_dots(name, len)) sink.pos = next;
    else if (!sink_put(sink, name, len as i32, load<u64>(p, FILE_ENTRY_INO), load<u8>(p, FILE_ENTRY_TYPE), next))
      return false;
    p = name + (len as usize);
  }
  return true;
}

function is_dots(name: usize, len: u32): bool {
  if (len > 2 || load<u8>(name) != 0x2e) return false;
  return len == 1 || load<u8>(name, 1) == 0x2e;
}

export function host_dir_closed(file: File): void {
  if (file.data) handle_close(file.data as u32);
}
