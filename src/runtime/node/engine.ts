// The engine that comes with this package, compiled.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WbxError } from '../../errors.ts';
import { packageFile } from './package-file.ts';

const KERNEL = packageFile('build/kernel.wasm');

let bytes: Uint8Array<ArrayBuffer> | undefined;
let compiled: Promise<WebAssembly.Module> | undefined;

/** The bytes of kernel.wasm: what a box is linked from. */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  try {
    bytes ??= new Uint8Array(readFileSync(KERNEL));
  } catch (cause) {
    throw new WbxError('NOT_FOUND', `${fileURLToPath(KERNEL)} is missing: run npm run build`, cause);
  }
  return bytes;
}

/** kernel.wasm as a module; compiled once a process. */
export function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(kernelBytes());
  return compiled;
}
