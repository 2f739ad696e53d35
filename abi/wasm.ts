// WebAssembly modules among the programs of a box.

/** The first four bytes of a module, `\0asm`. */
export const WASM_MAGIC = 0x6d736100;
/** The program of ours that runs them, in boxes that need it. */
export const WASM_LOADER_PATH = '/usr/lib/wbx/wasm';
