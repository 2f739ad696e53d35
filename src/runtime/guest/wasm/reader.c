// LEB128 and byte vectors, with the checks of the specification: bounds, length and unused bits of numbers, UTF-8 of names.
#include "module.h"

__attribute__((noreturn)) static void refuse_as(const char *kind, const char *what) {
  say(program_name);
  say(": not a valid WebAssembly module: ");
  say(kind);
  say(what);
  say("\n");
  leave(EXIT_REFUSED);
}

void malformed(const char *what) {
  refuse_as("malformed: ", what);
  __builtin_unreachable();
}

void invalid(const char *what) {
  refuse_as("", what);
  __builtin_unreachable();
}

u8 read_byte(struct reader *r) {
  if (r->at == r->end) malformed("unexpected end");
  return *r->at++;
}

static u64 read_leb(struct reader *r, int bits, int is_signed) {
  u64 value = 0;
  for (int shift = 0;; shift += 7) {
    const u8 byte = read_byte(r);
    const int left = bits - shift;
    value |= (u64)(byte & 0x7f) << shift;
    if (left < 7) {  // the last byte there can be
      const u8 unused = (0x7f << (is_signed ? left - 1 : left)) & 0x7f;
      if (byte & 0x80) malformed("integer representation too long");
      if ((byte & unused) != 0 && !(is_signed && (byte & unused) == unused)) malformed("integer too large");
    }
    if (byte & 0x80) continue;
    const int used = shift + 7;
    if (is_signed && used < 64 && byte & 0x40) value |= ~0ul << used;
    return value;
  }
}

u32 read_u32(struct reader *r) {
  if (r->at < r->end && !(*r->at & 0x80)) return *r->at++;
  return read_leb(r, 32, 0);
}
i32 read_i32(struct reader *r) { return read_leb(r, 32, 1); }
i64 read_i64(struct reader *r) { return read_leb(r, 64, 1); }
i64 read_s33(struct reader *r) { return read_leb(r, 33, 1); }

const u8 *read_bytes(struct reader *r, u64 n) {
  if (n > (u64)(r->end - r->at)) malformed("unexpected end");
  r->at += n;
  return r->at - n;
}

u32 read_count(struct reader *r, u32 least) {
  const u32 count = read_u32(r);
  if ((u64)count * least > (u64)(r->end - r->at)) malformed("unexpected end");
  return count;
}

static int utf8_tail(const u8 *p, int n) {
  for (int i = 0; i < n; i++)
    if ((p[i] & 0xc0) != 0x80) return 0;
  return 1;
}

static int is_utf8(const u8 *p, const u8 *end) {
  while (p < end) {
    const u8 c = *p++;
    if (c < 0x80) continue;
    const int n = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
    if (c < 0xc2 || c > 0xf4 || end - p < n || !utf8_tail(p, n)) return 0;
    if ((c == 0xe0 && p[0] < 0xa0) || (c == 0xed && p[0] > 0x9f)) return 0;
    if ((c == 0xf0 && p[0] < 0x90) || (c == 0xf4 && p[0] > 0x8f)) return 0;
    p += n;
  }
  return 1;
}

struct name read_name(struct reader *r) {
  const u32 n = read_u32(r);
  const struct name name = {read_bytes(r, n), n};
  if (!is_utf8(name.bytes, name.bytes + n)) malformed("malformed UTF-8 encoding");
  return name;
}

int name_is(struct name name, const char *text) {
  return name.length == length(text) && compare(name.bytes, text, name.length) == 0;
}
