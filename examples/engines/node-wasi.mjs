// Runs a box under node:wasi alone, without wbx: node --no-warnings node-wasi.mjs BOX.wasm [COMMAND [ARG...]]
// PREOPEN=HOST=GUEST in the environment makes a directory of the host one of the box.
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [path, ...args] = process.argv.slice(2);
const [host, guest] = (process.env.PREOPEN ?? '').split('=');
const preopens = guest ? { [guest]: host } : {};
const wasi = new WASI({ version: 'preview1', args: ['box', ...args], preopens, returnOnExit: true });
const { instance } = await WebAssembly.instantiate(await readFile(path), wasi.getImportObject());
process.exitCode = wasi.start(instance);
