// /proc/PID/maps and smaps: the areas of an address space.
import { cstr } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { Mm, mm_vma_at } from '../../mm/mm.ts';
import { VM_EXEC, VM_READ, VM_SHARED, VM_WRITE, Vma } from '../../mm/vma.ts';
import { Task } from '../../task/task.ts';
import { File } from '../../vfs/file.ts';
import { file_path } from '../../vfs/file_path.ts';
import { dev_major, dev_minor } from '../dev/numbers.ts';

const PATH: usize = memory.data(4352, 8);
const PATH_SIZE: u32 = 4300;
/** Paths begin in this column. */
const PATH_COLUMN: u32 = 73;

/** One line an area, with more lines each for smaps. */
export function proc_maps(t: Task, text: Text, details: bool): i32 {
  const mm = t.mm;
  if (!changetype<usize>(mm)) return 0;
  for (let i: u32 = 0; i < mm.vmaCount; i++) {
    const v = mm_vma_at(mm, i);
    area(mm, v, text);
    if (details) sizes(v, text);
  }
  return 0;
}

function area(mm: Mm, v: Vma, text: Text): void {
  const start = text.len;
  text.hex(v.start, 8).char(0x2d).hex(v.end, 8).char(0x20);
  text.char(v.flags & VM_READ ? 0x72 : 0x2d).char(v.flags & VM_WRITE ? 0x77 : 0x2d);
  text
    .char(v.flags & VM_EXEC ? 0x78 : 0x2d)
    .char(v.flags & VM_SHARED ? 0x73 : 0x70)
    .char(0x20);
  let dev: u32 = 0;
  let ino: u64 = 0;
  if (v.file) {
    const inode = changetype<File>(v.file).inode;
    dev = inode.sb.dev;
    ino = inode.ino;
  }
  text
    .hex(v.file ? v.offset : 0, 8)
    .char(0x20)
    .hex(dev_major(dev) as u64, 2)
    .char(0x3a)
    .hex(dev_minor(dev) as u64, 2);
  text.char(0x20).udec(ino);
  name(mm, v, text, start);
  text.char(0x0a);
}

function name(mm: Mm, v: Vma, text: Text, start: u32): void {
  let label: usize = 0;
  if (v.file) {
    const n = file_path(v.file, PATH, PATH_SIZE);
    if (n > 0) label = PATH;
  } else if (mm.brk > mm.startBrk && v.start < mm.brk && v.end > mm.startBrk) label = cstr('[heap]');
  else if (v.start <= mm.startStack && v.end > mm.startStack) label = cstr('[stack]');
  if (!label) {
    text.char(0x20);
    return;
  }
  while (text.len - start < PATH_COLUMN) text.char(0x20);
  text.puts(label);
}

function sizes(v: Vma, text: Text): void {
  text.puts(cstr('Size:           ')).decw(((v.end - v.start) >> 10) as i64, 8);
  text.puts(cstr(' kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n'));
}
