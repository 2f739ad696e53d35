// Plain WASI: boots from passive segment 0 and runs to the end.

export function _start(): void {
  unreachable();
}
