// The loader of WebAssembly programs (runtime/guest/wasm): a file of the boxes that have such programs or can make them, and of no
// other. It is put beside the image's own files when a box or a RUN step is made of them, so images do not hold it.
import { readFileSync } from 'node:fs';
import { WASM_LOADER_PATH, WASM_MAGIC } from '../../../abi/wasm.ts';
import type { ContainerConfig } from '../../image/oci.ts';
import {
  type Content,
  contentOf,
  type Directory,
  type Inode,
  insert,
  isDirectory,
  isFile,
  lookup,
  newInode,
  type Rootfs,
  S_IFREG,
  splitPath,
} from '../../image/rootfs.ts';
import { packageFile } from './package-file.ts';

const LOADER = packageFile('src/runtime/guest/wasm-loader.gen.elf');
/** By these names a compiler for WebAssembly is known: LLVM's linker, and where headers and libraries for WASI are. */
const TOOLCHAIN = /^(wasm-ld|wasm32-wasi)/;

/** The same tree with the loader, when it may be needed; `always`: in any case. */
export function withWasmLoader(rootfs: Rootfs, config: ContainerConfig = {}, always = false): Rootfs {
  if (!always && !startsWasm(rootfs, config) && !hasWasm(rootfs)) return rootfs;
  const loader = newInode(S_IFREG | 0o755, { content: contentOf(readFileSync(LOADER)) });
  const tree = withOwnDirectories(rootfs, splitPath(WASM_LOADER_PATH).slice(0, -1)) as Rootfs;
  insert(tree, WASM_LOADER_PATH, loader);
  return tree;
}

/** A directory whose entries, and those of the directories of the path below it, can be changed without changing the original. */
function withOwnDirectories(directory: Directory, [name, ...rest]: string[]): Directory {
  const copy = { ...directory, entries: new Map(directory.entries) };
  const next = name === undefined ? undefined : copy.entries.get(name);
  if (name !== undefined && isDirectory(next)) copy.entries.set(name, withOwnDirectories(next, rest));
  return copy;
}

function startsWasm(rootfs: Rootfs, { Entrypoint, Cmd, WorkingDir }: ContainerConfig): boolean {
  const [program = ''] = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  const path = program.startsWith('/') ? program : `${WorkingDir ?? ''}/${program}`;
  const inode = lookup(rootfs, path);
  return isFile(inode) && isWasm(inode.content);
}

function hasWasm(directory: Directory): boolean {
  for (const [name, inode] of directory.entries) {
    if (TOOLCHAIN.test(name) || isModule(name, inode)) return true;
    if (isDirectory(inode) && hasWasm(inode)) return true;
  }
  return false;
}

function isModule(name: string, inode: Inode): boolean {
  return name.endsWith('.wasm') && isFile(inode) && isWasm(inode.content);
}

function isWasm(content: Content): boolean {
  const head = content.read(0, 4);
  return head.length === 4 && new DataView(head.buffer, head.byteOffset).getUint32(0, true) === WASM_MAGIC;
}
