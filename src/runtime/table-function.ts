// A function of the host as one that a table of a box can hold. Invariant: nothing but the two numbers crosses it.

/** (module (import "" "" (func (param i32))) (export "" (func 0))) */
const MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x01, 0x7f, 0x00], // type (i32) -> ()
  ...[0x02, 0x05, 0x01, 0x00, 0x00, 0x00, 0x00], // import "" "" func 0
  ...[0x07, 0x04, 0x01, 0x00, 0x00, 0x00], // export "" func 0
);

let compiled: WebAssembly.Module | undefined;

/** Engines take into a table only what a module exports. */
export function tableFunction(call: (value: number) => void): () => void {
  compiled ??= new WebAssembly.Module(MODULE);
  const { exports } = new WebAssembly.Instance(compiled, { '': { '': call } });
  return exports[''] as () => void;
}
