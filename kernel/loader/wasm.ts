// WebAssembly modules as programs: exec starts a loader for them, as binfmt_misc(5) would with the flag P. It is in a box that
// has such programs; in any other a module is no program.
import { cstr } from '../lib/bytes.ts';
import { WASM_MAGIC } from '../../abi/wasm.ts';

/** WASM_LOADER_PATH of abi/wasm.ts. */
export const WASM_LOADER: usize = cstr('/usr/lib/wbx/wasm');

export function is_wasm(head: usize): bool {
  return load<u32>(head) == WASM_MAGIC;
}
