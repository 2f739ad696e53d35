// Runs a box under node:wasi and nothing else: node plain-wasi.js BOX [ARG...]; PREOPEN=HOST=GUEST gives it a directory.
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [path, ...args] = process.argv.slice(2);
const [host, guest] = (process.env.PREOPEN ?? '').split('=');
const preopens = host ? { [guest]: host } : undefined;
const wasi = new WASI({ version: 'preview1', args: ['box', ...args], returnOnExit: true, preopens });
const { instance } = await WebAssembly.instantiate(readFileSync(path), {
  wasi_snapshot_preview1: wasi.wasiImport as WebAssembly.ModuleImports,
});
process.exitCode = wasi.start(instance);
