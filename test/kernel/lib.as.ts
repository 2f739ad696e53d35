// kernel/lib alone, for lib.test.ts.
import { cstr, mem_is, parse_dec, str_cmp } from '../../kernel/lib/bytes.ts';
import { Text, text_new } from '../../kernel/lib/fmt.ts';
import { list_append, list_prepend, list_remove } from '../../kernel/lib/list.ts';
import { random_bytes, random_seed } from '../../kernel/lib/random.ts';

export const BUFFER: usize = memory.data(1024, 8);

/** Seeds with the first 32 bytes of BUFFER and leaves n random bytes there. */
export function random(n: i32): void {
  random_seed(BUFFER);
  random_bytes(BUFFER, n as usize);
}

export function parse(n: i32): i32 {
  return parse_dec(BUFFER, n);
}

export function compare(a: usize, b: usize): i32 {
  return str_cmp(a, b);
}

export function is_hello(n: i32): bool {
  return mem_is(BUFFER, n, cstr('hello'));
}

/** Text with one of everything; returns its length, the bytes are at text_ptr(). */
export function format(v: i64): usize {
  const t = text_new();
  t.puts(cstr('é '))
    .dec(v)
    .char(0x20)
    .udec(v as u64)
    .char(0x20)
    .decw(v, 6)
    .char(0x20)
    .hex(v as u64, 4)
    .char(0x20)
    .octal(v as u64, 0);
  return changetype<usize>(t);
}
export function text_ptr(t: usize): usize {
  return changetype<Text>(t).ptr;
}
export function text_len(t: usize): u32 {
  return changetype<Text>(t).len;
}

export const LIST: usize = memory.data(8, 4);
export function append(node: usize): void {
  list_append(LIST, node);
}
export function prepend(node: usize): void {
  list_prepend(LIST, node);
}
export function remove(node: usize): void {
  list_remove(LIST, node);
}
