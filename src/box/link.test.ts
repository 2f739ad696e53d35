import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BOX_VERSION } from '../../abi/box.ts';
import { HOST_VERSION } from '../../abi/host.ts';
import { WbxError } from '../errors.ts';
import { contentOf, newDirectory, newInode, S_IFREG } from '../image/rootfs.ts';
import { writeBox } from './box-file.ts';
import { imageOf } from './image-writer.ts';
import { openBox } from './inspect.ts';
import { type LinkInput, linkBox } from './link.ts';
import { decodeLz4 } from './lz4.ts';
import { openFile } from './open-file.ts';
import { MemorySink } from './memory-sink.ts';
import { rangeOf } from './source.ts';
import { tinyKernel } from './tiny-kernel.ts';

const noise = new Uint8Array(100_000).map((_, i) => Math.imul(i, 2654435761) >>> 13);

function input(): LinkInput {
  const root = newDirectory();
  root.entries.set('text', newInode(S_IFREG | 0o644, { content: contentOf(new Uint8Array(200_000).fill(65)) }));
  root.entries.set('noise', newInode(S_IFREG | 0o644, { content: contentOf(noise) }));
  const config = new TextEncoder().encode('{"config":{"Cmd":["/text"]}}');
  return {
    kernel: tinyKernel(),
    image: imageOf(root),
    boot: { argv: ['/text'] },
    config,
    provenance: { from: 'test' },
  };
}

function link(): Uint8Array<ArrayBuffer> {
  const sink = new MemorySink();
  linkBox(input(), sink);
  return sink.bytes();
}

function readSegment(module: WebAssembly.Module, segment: number, offset: number, length: number): Uint8Array {
  const imports = { wasi_snapshot_preview1: { random_get: () => {} } };
  const { memory, read } = new WebAssembly.Instance(module, imports).exports as {
    memory: WebAssembly.Memory;
    read(segment: number, offset: number, ptr: number, length: number): void;
  };
  assert.equal(Buffer.from(memory.buffer, 16, 6).toString(), 'kernel');
  read(segment, offset, 1024, length);
  return new Uint8Array(memory.buffer, 1024, length);
}

async function badBox(bytes: Uint8Array): Promise<string> {
  try {
    await openBox(rangeOf(bytes), 'x.wasm');
  } catch (error) {
    assert.ok(error instanceof WbxError);
    assert.equal(error.code, 'BAD_BOX');
    return error.message;
  }
  throw new Error('opened');
}

test('a box is a valid module whose reader copies from its segments', async () => {
  const bytes = link();
  const box = await openBox(rangeOf(bytes), 'x.wasm');
  const module = new WebAssembly.Module(bytes);
  assert.deepEqual(readSegment(module, 0, 0, box.boot.length), box.boot);
  const image = input().image;
  box.layout.chunks.forEach(({ segment, offset, stored }, i) => {
    const raw = image.read(i << 16, 1 << 16);
    const chunk = readSegment(module, segment, offset, stored);
    assert.deepEqual(stored === raw.length ? chunk : decodeLz4(chunk, raw.length), raw);
    assert.deepEqual(box.image.read(segment, offset, stored), chunk);
  });
  assert.ok(box.layout.chunks.some(({ stored }) => stored < 1000));
});

test('the same inputs give the same bytes', () => assert.deepEqual(link(), link()));

test('an opened box tells its config and gives an engine without the image', async () => {
  const box = await openBox(rangeOf(link()), 'x.wasm');
  assert.deepEqual(box.config, { config: { Cmd: ['/text'] } });
  assert.deepEqual(box.provenance, { from: 'test' });
  assert.equal(box.layout.size, input().image.size);
  assert.ok(box.engine.length < 500);
  assert.throws(() => readSegment(new WebAssembly.Module(box.engine), 0, 0, 4), WebAssembly.RuntimeError);
});

test('every truncation is told', async () => {
  const bytes = link();
  for (let length = 0; length < bytes.length; length += length < 900 ? 1 : 4999) {
    assert.match(
      await badBox(bytes.subarray(0, length)),
      /^x\.wasm: (truncated|not a box|a WebAssembly module|corrupt)/,
    );
  }
  assert.match(await badBox(bytes.subarray(0, bytes.length - 7)), /truncated box: 7 bytes are missing/);
});

test('foreign, newer and damaged files are told', async () => {
  assert.match(await badBox(new TextEncoder().encode('#!/bin/sh\necho hello\n')), /not a box/);
  assert.match(await badBox(tinyKernel()), /a WebAssembly module, but not a box/);
  const patched = (from: string, to: string) => {
    const bytes = Buffer.from(link());
    bytes.write(to, bytes.indexOf(from));
    return bytes;
  };
  for (const version of [`"version":${BOX_VERSION}`, `"host":${HOST_VERSION}`]) {
    assert.match(await badBox(patched(version, version.replace(/\d/, '9'))), /made by a newer wbx .* update wbx/);
    assert.match(await badBox(patched(version, version.replace(/\d/, '0'))), /made by an older wbx .* build it again/);
  }
  assert.match(await badBox(patched('{"config"', '!"config"')), /the section wbx.config is damaged/);
});

test('a box file appears complete or not at all', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'wbx-'));
  try {
    const path = join(directory, 'a.wasm');
    writeBox(path, input());
    assert.deepEqual(new Uint8Array(readFileSync(path)), link());
    const file = openFile(path);
    assert.equal((await openBox(file, path)).layout.chunks.length > 3, true);
    file.close();
    const broken = { ...input(), image: { size: 70_000, read: () => assert.fail('disk error') } };
    assert.throws(() => writeBox(path, broken as LinkInput));
    assert.deepEqual(readdirSync(directory), ['a.wasm']);
    assert.throws(() => writeBox(join(directory, 'no', 'a.wasm'), input()), { code: 'IO' });
    assert.throws(() => openFile(join(directory, 'b.wasm')), { code: 'NOT_FOUND' });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
