// A worker that runs one guest program in a box and posts what it prints. In a worker, because a box that hangs inside the
// engine can be ended only from outside.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { rawLayout, rawSource } from '../../src/box/chunk-places.ts';
import { imageOf } from '../../src/box/image-writer.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import {
  contentOf,
  insert,
  lookup,
  newDirectory,
  newInode,
  newRootfs,
  type Rootfs,
  S_IFREG,
} from '../../src/image/rootfs.ts';
import { runBox } from '../../src/runtime/node/run.ts';
import type { ByteSink } from '../../src/runtime/streams.ts';
import { ENVIRONMENT } from './native.ts';
import type { Binary } from './programs.ts';

export interface Job {
  engine: WebAssembly.Module;
  binary: Binary;
  cases: string[];
  strace: boolean;
}

export type Message = { stream: 1 | 2; bytes: Uint8Array } | { status: number | string };

const DEBIAN = 'build/bookworm';
/** The empty directory that the program starts in. */
const CWD = '/tmp/t';
const FILES: [path: string, text: string][] = [
  ['etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n'],
  ['etc/group', 'root:x:0:\nnogroup:x:65534:\n'],
  ['etc/hosts', '127.0.0.1 localhost\n::1 localhost\n'],
];

function file(bytes: Uint8Array, permissions = 0o644) {
  return newInode(S_IFREG | permissions, { content: contentOf(bytes) });
}

function smallRootfs(): Rootfs {
  const rootfs = newRootfs();
  for (const name of ['dev', 'proc', 'root', 'sys']) insert(rootfs, name, newDirectory());
  insert(rootfs, 'bin/busybox', file(readFileSync('/bin/busybox'), 0o755));
  insert(rootfs, 'bin/sh', file(readFileSync('/bin/busybox'), 0o755));
  return rootfs;
}

function rootfsFor(binary: Binary): Rootfs {
  const rootfs = binary.dynamic ? rootfsFromDirectory(DEBIAN) : smallRootfs();
  for (const [path, text] of FILES) {
    if (!lookup(rootfs, path)) insert(rootfs, path, file(new TextEncoder().encode(text)));
  }
  insert(rootfs, 'tmp', newDirectory(0o1777));
  insert(rootfs, CWD, newDirectory());
  insert(rootfs, `opt/${basename(binary.path)}`, file(readFileSync(binary.path), 0o755));
  for (const each of binary.libraries) insert(rootfs, `${CWD}/${basename(each)}`, file(readFileSync(each), 0o755));
  return rootfs;
}

function sink(stream: 1 | 2): ByteSink {
  return {
    write(bytes) {
      parentPort!.postMessage({ stream, bytes: bytes.slice() } satisfies Message);
      return bytes.length;
    },
  };
}

const { engine, binary, cases, strace } = workerData as Job;
const image = imageOf(rootfsFor(binary));
const argv = [`/opt/${basename(binary.path)}`, ...cases];
const env = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
const boot = { argv, env, cwd: CWD, memoryLimit: 1 << 30 };
const streams = { stdin: null, stdout: sink(1), stderr: sink(2) };
const status = await runBox({
  engine,
  boot,
  layout: rawLayout(image),
  image: rawSource(image),
  strace,
  ...streams,
}).then(
  (exit) => exit.status,
  (error: Error) => `${error.message}`,
);
parentPort!.postMessage({ status } satisfies Message);
