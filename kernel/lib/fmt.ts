// Text under construction, for /proc, strace and messages. Running out of memory truncates it, never traps.

@unmanaged
export class Text {
  ptr: usize; // bytes, not NUL-terminated
  len: u32;
  cap: u32;

  puts(s: usize): Text {
    unreachable();
    return this;
  }
  putn(p: usize, n: i32): Text {
    unreachable();
    return this;
  }
  char(c: i32): Text {
    unreachable();
    return this;
  }
  dec(v: i64): Text {
    unreachable();
    return this;
  }
  udec(v: u64): Text {
    unreachable();
    return this;
  }
  /** Right-aligned in width columns. */
  decw(v: i64, width: i32): Text {
    unreachable();
    return this;
  }
  /** Lower-case hexadecimal with at least `width` digits, no prefix. */
  hex(v: u64, width: i32): Text {
    unreachable();
    return this;
  }
  octal(v: u64, width: i32): Text {
    unreachable();
    return this;
  }
}

/** Empty text, or 0. */
export function text_new(): Text {
  unreachable();
  return changetype<Text>(0);
}

export function text_free(t: Text): void {
  unreachable();
}
