// Random operations on several address spaces against a model that keeps every page as an object: contents, rights, sharing,
// the list of areas with their merges, and in the end every frame is free again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MADV_DONTNEED,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  MAP_SHARED,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
} from '../../abi/linux/mman.ts';
import { areas, type Machine, machine, PAGE, Random } from './machine.ts';

const PAGES = 48;
// Straddles the border of two leaf tables, 4 MiB apart.
const BASE = 0x10400000n - 20n * PAGE;
const PROTS = [0, 1, 3, 3, 3, 5];
const VM_SHARED = 8;
const VM_MAYWRITE = 1024;

/** Bytes of a shared mapping by page offset; the identity of the map is that of the mapping. */
type Shared = Map<number, number>;
interface Page {
  prot: number;
  value: number;
  shared?: Shared;
  offset: number;
}

class Model {
  readonly pages: (Page | undefined)[] = new Array(PAGES).fill(undefined);

  fork(): Model {
    const child = new Model();
    for (let i = 0; i < PAGES; i++) {
      const page = this.pages[i];
      child.pages[i] = page && { ...page };
    }
    return child;
  }

  /** What areas() must print. */
  areas(): string[] {
    const list: string[] = [];
    for (let i = 0; i < PAGES; ) {
      const first = this.pages[i];
      let end = i + 1;
      while (first && end < PAGES && continues(first, end - i, this.pages[end])) end++;
      if (first) list.push(`${i}-${end} ${first.prot | (first.shared ? VM_SHARED : 0) | VM_MAYWRITE}`);
      i = end;
    }
    return list;
  }

  read(i: number): number {
    const page = this.pages[i];
    if (!page?.prot) return -1;
    return page.shared ? (page.shared.get(page.offset) ?? 0) : page.value;
  }

  write(i: number, value: number): number {
    const page = this.pages[i];
    if (!page || !(page.prot & 2)) return -1;
    if (page.shared) page.shared.set(page.offset, value);
    else page.value = value;
    return 0;
  }
}

function continues(first: Page, distance: number, next: Page | undefined): boolean {
  if (!next || next.prot !== first.prot || next.shared !== first.shared) return false;
  return !first.shared || next.offset === first.offset + distance;
}

class Run {
  private readonly m: Machine;
  private readonly random: Random;
  private readonly spaces: { mm: number; model: Model }[] = [];

  constructor(m: Machine, seed: number) {
    this.m = m;
    this.random = new Random(seed);
    this.spaces.push({ mm: m.create(), model: new Model() });
  }

  step(): void {
    const { m, random, spaces } = this;
    const which = random.below(spaces.length);
    const { mm, model } = spaces[which];
    const start = random.below(PAGES);
    const count = 1 + random.below(Math.min(12, PAGES - start));
    const va = BASE + BigInt(start) * PAGE;
    const len = BigInt(count) * PAGE;
    const kind = random.below(20);
    if (kind < 3) this.map(mm, model, start, count);
    else if (kind === 3) {
      assert.equal(m.munmap(mm, va, len), 0n);
      model.pages.fill(undefined, start, start + count);
    } else if (kind < 6) this.protect(mm, model, start, count);
    else if (kind === 6) this.remap(mm, model, start, count);
    else if (kind === 7) {
      m.madvise(mm, va, len, MADV_DONTNEED);
      for (const page of model.pages.slice(start, start + count)) if (page && !page.shared) page.value = 0;
    } else if (kind === 8 && spaces.length < 4) spaces.push({ mm: m.fork(mm), model: model.fork() });
    else if (kind === 9 && spaces.length > 1) {
      m.destroy(mm);
      spaces.splice(which, 1);
    } else if (kind < 15) {
      const value = random.below(256);
      assert.equal(m.poke(mm, va + 7n, 1, value), model.write(start, value));
    } else assert.equal(Number(m.peek(mm, va + 7n, 1)), model.read(start));
    assert.deepEqual(areas(m, mm, BASE), kind === 9 ? areas(m, mm, BASE) : model.areas());
  }

  private map(mm: number, model: Model, start: number, count: number): void {
    const prot = PROTS[this.random.below(PROTS.length)];
    const shared: Shared | undefined = this.random.below(3) ? undefined : new Map();
    const flags = (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS | MAP_FIXED;
    const va = BASE + BigInt(start) * PAGE;
    assert.equal(this.m.mmap(mm, va, BigInt(count) * PAGE, prot, flags), va);
    for (let i = 0; i < count; i++) model.pages[start + i] = { prot, value: 0, shared, offset: i };
  }

  private protect(mm: number, model: Model, start: number, count: number): void {
    const prot = PROTS[this.random.below(PROTS.length)];
    this.m.mprotect(mm, BASE + BigInt(start) * PAGE, BigInt(count) * PAGE, prot);
    for (let i = start; i < start + count; i++) {
      const page = model.pages[i];
      if (!page) break;
      page.prot = prot;
    }
  }

  /** Moves a run of pages of one area to a place that does not overlap it. */
  private remap(mm: number, model: Model, start: number, count: number): void {
    const first = model.pages[start];
    let n = 1;
    while (first && n < count && continues(first, n, model.pages[start + n])) n++;
    const to = this.random.below(PAGES - n + 1);
    if (!first || Math.abs(to - start) < n) return;
    const at = (page: number) => BASE + BigInt(page) * PAGE;
    const size = BigInt(n) * PAGE;
    assert.equal(this.m.mremap(mm, at(start), size, size, MREMAP_MAYMOVE | MREMAP_FIXED, at(to)), at(to));
    for (let i = 0; i < n; i++) {
      model.pages[to + i] = model.pages[start + i];
      model.pages[start + i] = undefined;
    }
  }

  end(): void {
    for (const { mm } of this.spaces) this.m.destroy(mm);
  }
}

test('random operations on forked address spaces', async () => {
  const m = await machine();
  new Run(m, 99).end(); // lets the slabs keep their spare frames, and the zero page come to be
  const mm = m.create();
  m.mmap(mm, BASE, PAGE, 1, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED);
  m.peek(mm, BASE, 1);
  m.destroy(mm);
  const before = m.free_frames();
  for (let seed = 1; seed <= 20; seed++) {
    const run = new Run(m, seed);
    for (let i = 0; i < 3000; i++) run.step();
    run.end();
  }
  // Slabs keep at most a spare frame or two a class.
  assert.ok(before - m.free_frames() <= 8, `${before - m.free_frames()} frames lost`);
});
