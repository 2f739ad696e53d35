// Text under construction, for /proc, strace and messages. Running out of memory truncates it, never traps.
import { put_dec, str_len } from './bytes.ts';
import { kfree, kmalloc } from './slab.ts';

const FIRST_CAPACITY: u32 = 256;
const DIGITS = memory.data(32); // scratch of one number

@unmanaged
export class Text {
  ptr: usize; // bytes, not NUL-terminated
  len: u32;
  cap: u32;

  puts(s: usize): Text {
    return this.putn(s, str_len(s));
  }

  putn(p: usize, n: i32): Text {
    if (this.reserve(n as u32)) {
      memory.copy(this.ptr + this.len, p, n as usize);
      this.len += n as u32;
    }
    return this;
  }

  char(c: i32): Text {
    if (this.reserve(1)) store<u8>(this.ptr + this.len++, c as u8);
    return this;
  }

  dec(v: i64): Text {
    if (v < 0) this.char(0x2d);
    return this.udec(v < 0 ? (-v as u64) : (v as u64));
  }

  udec(v: u64): Text {
    return this.putn(DIGITS, put_dec(DIGITS, v));
  }

  /** Right-aligned in width columns. */
  decw(v: i64, width: i32): Text {
    const digits = put_dec(DIGITS, v < 0 ? (-v as u64) : (v as u64)) + (v < 0 ? 1 : 0);
    for (let i = digits; i < width; i++) this.char(0x20);
    return this.dec(v);
  }

  /** Lower-case hexadecimal with at least `width` digits, no prefix. */
  hex(v: u64, width: i32): Text {
    return this.digits(v, 4, width, 0x57);
  }

  /** The same in upper case, as /proc/net has it. */
  upper(v: u64, width: i32): Text {
    return this.digits(v, 4, width, 0x37);
  }

  octal(v: u64, width: i32): Text {
    return this.digits(v, 3, width, 0);
  }

  /** `letters` + 10 is the first letter. */
  private digits(v: u64, shift: i32, width: i32, letters: i32): Text {
    let n = 1;
    while (n * shift < 64 && v >> (n * shift)) n++;
    for (let i = max(n, width) - 1; i >= 0; i--) {
      const d = i * shift < 64 ? (((v >> (i * shift)) & ((1 << shift) - 1)) as i32) : 0;
      this.char(d < 10 ? 0x30 + d : letters + d);
    }
    return this;
  }

  private reserve(n: u32): bool {
    if (this.len + n <= this.cap) return true;
    const cap = max<u32>(max<u32>(this.cap * 2, FIRST_CAPACITY), this.len + n);
    const ptr = kmalloc(cap);
    if (!ptr) return false;
    memory.copy(ptr, this.ptr, this.len);
    kfree(this.ptr);
    this.ptr = ptr;
    this.cap = cap;
    return true;
  }
}

/** Empty text, or 0. */
export function text_new(): Text {
  return changetype<Text>(kmalloc(offsetof<Text>()));
}

export function text_free(t: Text): void {
  kfree(t.ptr);
  kfree(changetype<usize>(t));
}
