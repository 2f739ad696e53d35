// Address spaces against the rules of mmap(2), mprotect(2), mremap(2), brk(2) and fork(2).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENOMEM, EEXIST, EINVAL, EPERM } from '../../abi/linux/errno.ts';
import {
  MADV_DONTFORK,
  MADV_DONTNEED,
  MADV_WIPEONFORK,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_GROWSDOWN,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
  PROT_EXEC,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from '../../abi/linux/mman.ts';
import { areas, fault, type Machine, machine, PAGE } from './machine.ts';

const RW = PROT_READ | PROT_WRITE;
const ANON = MAP_PRIVATE | MAP_ANONYMOUS;
const BASE = 0x10000000n;
const SIGKILL = 9;
const SIGSEGV = 11;
const MAPERR = 1;
const ACCERR = 2;
const SI_KERNEL = 0x80;
const RLIMIT_STACK = 3;
const RLIMIT_AS = 9;

function map(m: Machine, mm: number, page: number, pages: number, prot = RW, flags = ANON | MAP_FIXED): bigint {
  return m.mmap(mm, BASE + BigInt(page) * PAGE, BigInt(pages) * PAGE, prot, flags);
}

test('mappings go below one another from the mmap base and merge', async () => {
  const m = await machine();
  const mm = m.create();
  assert.equal(m.mmap(mm, 0n, 5n, RW, ANON), 0x7ffff7fff000n - PAGE);
  assert.equal(m.mmap(mm, 0n, PAGE * 3n, RW, ANON), 0x7ffff7fff000n - 4n * PAGE);
  assert.equal(m.vma_count(mm), 1);
  assert.equal(m.mmap(mm, 0n, PAGE, PROT_READ, ANON), 0x7ffff7fff000n - 5n * PAGE);
  assert.equal(m.vma_count(mm), 2);
  assert.equal(m.mmap(mm, BASE + 1n, PAGE, RW, ANON), BASE, 'a hint is rounded down');
});

test('errors come in the order of Linux', async () => {
  const m = await machine();
  const mm = m.create();
  const error = (result: bigint) => -Number(BigInt.asIntN(64, result));
  assert.equal(error(m.mmap(mm, 0n, 0n, RW, ANON)), EINVAL);
  assert.equal(error(m.mmap(mm, 0n, ~0n, RW, ANON)), ENOMEM);
  assert.equal(error(m.mmap(mm, BASE + 1n, PAGE, RW, ANON | MAP_FIXED)), EINVAL);
  assert.equal(error(m.mmap(mm, 0n, PAGE, RW, ANON | MAP_FIXED)), EPERM);
  assert.equal(error(m.mmap(mm, BASE, PAGE, RW, MAP_ANONYMOUS)), EINVAL);
  assert.equal(error(m.mmap(mm, 0x7ffffffff000n, PAGE, RW, ANON | MAP_FIXED)), ENOMEM);
  map(m, mm, 0, 4);
  assert.equal(error(map(m, mm, 3, 2, RW, ANON | MAP_FIXED_NOREPLACE)), EEXIST);
  assert.equal(error(m.munmap(mm, BASE + 1n, PAGE)), EINVAL);
  assert.equal(error(m.munmap(mm, BASE, 0n)), EINVAL);
  assert.equal(m.munmap(mm, BASE + 100n * PAGE, PAGE), 0n);
  assert.equal(error(m.mprotect(mm, BASE + 3n * PAGE, 2n * PAGE, PROT_READ)), ENOMEM);
  assert.deepEqual(
    areas(m, mm, BASE).map((a) => a.split(' ')[0]),
    ['0-3', '3-4'],
    'up to the hole it was done',
  );
});

test('terabytes can be reserved, an obvious overcommit cannot', async () => {
  const m = await machine();
  const mm = m.create();
  const tera = 1n << 40n;
  assert.ok(m.mmap(mm, 0n, 16n * tera, PROT_NONE, ANON) > 0n);
  assert.ok(m.mmap(mm, 0n, tera, RW, ANON | MAP_NORESERVE) > 0n);
  assert.equal(m.mmap(mm, 0n, 10n << 30n, RW, ANON), BigInt(-ENOMEM));
  const before = m.free_frames();
  assert.equal(m.munmap(mm, 0x10000n, 0x7fff00000000n), 0n);
  assert.ok(m.free_frames() >= before);
  m.rlimit(mm, RLIMIT_AS, 1n << 20n);
  assert.equal(m.mmap(mm, 0n, 2n << 20n, PROT_NONE, ANON), BigInt(-ENOMEM));
});

test('faults name signal, code and address', async () => {
  const m = await machine();
  const mm = m.create();
  map(m, mm, 0, 1, PROT_READ);
  map(m, mm, 1, 1, PROT_NONE);
  map(m, mm, 3, 1, RW);
  const failed = (va: bigint, n: number, write: boolean) => {
    assert.equal(Number(write ? m.poke(mm, va, n, 1) : m.peek(mm, va, n)), -1);
    return fault(m);
  };
  assert.equal(m.peek(mm, BASE, 4), 0n);
  assert.deepEqual(failed(BASE + 8n, 4, true), { signal: SIGSEGV, code: ACCERR, address: BASE + 8n });
  assert.deepEqual(failed(BASE + PAGE, 4, false), { signal: SIGSEGV, code: ACCERR, address: BASE + PAGE });
  assert.deepEqual(failed(BASE + PAGE - 2n, 4, false), { signal: SIGSEGV, code: ACCERR, address: BASE + PAGE });
  assert.deepEqual(failed(BASE + 4n * PAGE - 2n, 4, true), {
    signal: SIGSEGV,
    code: MAPERR,
    address: BASE + 4n * PAGE,
  });
  assert.deepEqual(failed(0n, 1, true), { signal: SIGSEGV, code: MAPERR, address: 0n });
  assert.deepEqual(failed(1n << 47n, 1, false), { signal: SIGSEGV, code: SI_KERNEL, address: 0n });
  const kernelHalf = 0xffffffff80000000n;
  assert.deepEqual(failed(kernelHalf, 1, false), { signal: SIGSEGV, code: MAPERR, address: kernelHalf });
});

test('an operand across two pages is stored whole or not at all', async () => {
  const m = await machine();
  const mm = m.create();
  map(m, mm, 0, 2);
  assert.equal(m.poke(mm, BASE + PAGE - 1n, 4, 0x04030201), 0);
  assert.equal(m.peek(mm, BASE + PAGE - 1n, 4), 0x04030201n);
  assert.equal(m.peek(mm, BASE + PAGE, 1), 2n);
  m.mprotect(mm, BASE + PAGE, PAGE, PROT_READ);
  assert.equal(m.poke(mm, BASE + PAGE - 1n, 4, 0), -1);
  assert.equal(m.peek(mm, BASE + PAGE - 1n, 1), 1n);
});

test('mprotect splits, merges back and takes rights at once', async () => {
  const m = await machine();
  const mm = m.create();
  map(m, mm, 0, 8);
  m.poke(mm, BASE + 3n * PAGE, 1, 42);
  m.mprotect(mm, BASE + 3n * PAGE, PAGE, PROT_READ | PROT_EXEC);
  assert.equal(m.vma_count(mm), 3);
  assert.equal(m.poke(mm, BASE + 3n * PAGE, 1, 1), -1);
  assert.equal(m.peek(mm, BASE + 3n * PAGE, 1), 42n);
  m.mprotect(mm, BASE + 3n * PAGE, PAGE, PROT_NONE);
  assert.equal(m.peek(mm, BASE + 3n * PAGE, 1), -1n);
  m.mprotect(mm, BASE + 3n * PAGE, PAGE, RW);
  assert.equal(m.vma_count(mm), 1);
  assert.equal(m.peek(mm, BASE + 3n * PAGE, 1), 42n);
  assert.equal(m.data_vm(mm), 8n);
});

test('fork copies on write, keeps shared memory shared, and honours madvise', async () => {
  const m = await machine();
  const parent = m.create();
  map(m, parent, 0, 1);
  map(m, parent, 1, 1, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED);
  map(m, parent, 2, 2);
  m.madvise(parent, BASE + 2n * PAGE, PAGE, MADV_WIPEONFORK);
  m.madvise(parent, BASE + 3n * PAGE, PAGE, MADV_DONTFORK);
  for (let page = 0n; page < 4n; page++) m.poke(parent, BASE + page * PAGE, 1, 10 + Number(page));
  const child = m.fork(parent);
  assert.deepEqual(
    [0n, 1n, 2n, 3n].map((p) => m.peek(child, BASE + p * PAGE, 1)),
    [10n, 11n, 0n, -1n],
  );
  m.poke(parent, BASE, 1, 20);
  m.poke(child, BASE + PAGE, 1, 21);
  assert.equal(m.peek(child, BASE, 1), 10n);
  assert.equal(m.peek(parent, BASE + PAGE, 1), 21n);
  assert.equal(m.total_vm(child), 3n);
  m.destroy(child);
  assert.equal(m.poke(parent, BASE, 1, 30), 0);
});

test('mremap grows in place, moves pages, shrinks', async () => {
  const m = await machine();
  const mm = m.create();
  map(m, mm, 0, 2);
  m.poke(mm, BASE + PAGE, 1, 9);
  assert.equal(m.mremap(mm, BASE, 2n * PAGE, 4n * PAGE, 0, 0n), BASE);
  map(m, mm, 4, 1, PROT_READ);
  assert.equal(m.mremap(mm, BASE, 4n * PAGE, 8n * PAGE, 0, 0n), BigInt(-ENOMEM));
  const moved = m.mremap(mm, BASE, 4n * PAGE, 8n * PAGE, MREMAP_MAYMOVE, 0n);
  assert.equal(m.peek(mm, moved + PAGE, 1), 9n);
  assert.equal(m.peek(mm, BASE + PAGE, 1), -1n);
  const to = BASE + 100n * PAGE;
  assert.equal(m.mremap(mm, moved, 8n * PAGE, 2n * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to), to);
  assert.equal(m.peek(mm, to + PAGE, 1), 9n);
  assert.deepEqual(
    areas(m, mm, BASE).map((a) => a.split(' ')[0]),
    ['4-5', '100-102'],
  );
  assert.equal(m.total_vm(mm), 3n);
});

test('the break moves, and refuses to run into a mapping', async () => {
  const m = await machine();
  const mm = m.create();
  m.set_brk_start(mm, BASE);
  map(m, mm, 16, 1);
  assert.equal(m.brk(mm, 0n), BASE);
  assert.equal(m.brk(mm, BASE + 100n), BASE + 100n);
  assert.equal(m.poke(mm, BASE + 4095n, 1, 1), 0);
  assert.equal(m.brk(mm, BASE + 16n * PAGE), BASE + 100n);
  assert.equal(m.brk(mm, BASE + 15n * PAGE), BASE + 15n * PAGE);
  assert.equal(m.brk(mm, BASE), BASE);
  assert.equal(m.peek(mm, BASE, 1), -1n);
});

test('a stack grows within its limit and not into what lies below', async () => {
  const m = await machine();
  const mm = m.create();
  const top = BASE + 4096n * PAGE;
  m.mmap(mm, top - PAGE, PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN);
  assert.equal(m.poke(mm, top - 40n * PAGE, 1, 1), 0);
  m.rlimit(mm, RLIMIT_STACK, 64n * PAGE);
  assert.equal(m.poke(mm, top - 65n * PAGE, 1, 1), -1);
  m.rlimit(mm, RLIMIT_STACK, 8n << 20n);
  m.mmap(mm, top - 400n * PAGE, PAGE, RW, ANON | MAP_FIXED);
  assert.equal(m.poke(mm, top - 144n * PAGE, 1, 1), -1, 'the guard gap is 256 pages');
  assert.equal(m.poke(mm, top - 143n * PAGE, 1, 1), 0);
});

test('touching more than there is kills the toucher, and freeing makes room', async () => {
  const m = await machine();
  m.set_limit(4096);
  const mm = m.create();
  const at = m.mmap(mm, 0n, 4000n * PAGE, RW, ANON);
  const more = m.mmap(mm, 0n, 4000n * PAGE, RW, ANON);
  let page = 0n;
  while (page < 4000n && m.poke(mm, at + page * PAGE, 1, 1) === 0) page++;
  while (page >= 4000n && m.poke(mm, more + page * PAGE, 1, 1) === 0) page++;
  assert.ok(page > 3500n, `${page} pages`);
  assert.equal(fault(m).signal, SIGKILL);
  m.madvise(mm, at, 4000n * PAGE, MADV_DONTNEED);
  assert.equal(m.poke(mm, more, 1, 1), 0);
  assert.equal(m.peek(mm, at, 1), 0n);
});
