// What a running box has in common with the moments that were saved of it, and with the one that it goes on from: pages of programs and
// files, which are copied one by one when its kernel says that it must be (TABLE_SLOT_SETTLE of abi/host.ts). So saving and going on cost the
// kernel's own data, and twins share what none of them changes. Invariant: a page that is absent is in `#origin`.
import {
  FRAME_META_BASE,
  FRAME_META_SIZE,
  INITIAL_MEMORY_PAGES,
  PAGE_SHIFT,
  PAGE_SIZE,
  STATIC_BASE,
} from '../../abi/box.ts';
import {
  FRAME_ABSENT,
  FRAME_DECODED,
  FRAME_KEPT,
  FRAME_ORDER,
  FRAME_FLAGS,
  FRAME_PAGE,
  FRAME_STATE,
  FRAME_STATE_FREE,
} from '../../abi/frame.ts';
import { STATE_BLOCK_SIZE } from '../../abi/state.ts';
import { fillMemory, flagsAt, type Moment, type PageSource } from './moment.ts';
import { isZero } from './saved-memory.ts';

/** Of a block that nobody uses, its node of a list. */
const FREE_HEAD = 8;
const INITIAL_MEMORY = INITIAL_MEMORY_PAGES * STATE_BLOCK_SIZE;

export class CommonPages {
  readonly #memory: WebAssembly.Memory;
  #origin: PageSource | undefined;
  /** Pages here that moments stand for, which somebody still has. */
  #borrowers: WeakRef<BorrowedPages>[] = [];

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** Fills the memory, which is that of a fresh engine. */
  goOn(moment: Moment): void {
    this.#origin = moment.pages;
    fillMemory(this.#memory, moment);
  }

  /** The page at `ptr` will be looked at or changed. */
  settle(ptr: number): void {
    const memory = new Uint8Array(this.#memory.buffer);
    const frame = ptr >>> PAGE_SHIFT;
    const flags = memory[flagsAt(frame)];
    if (flags & FRAME_ABSENT && this.#origin?.has[frame]) memory.set(this.#origin.page(frame), frame * PAGE_SIZE);
    if (flags & FRAME_KEPT) this.#lend(memory, frame);
    memory[flagsAt(frame)] = flags & ~(FRAME_ABSENT | FRAME_KEPT);
  }

  /** From now on the memory stands alone. */
  settleAll(): void {
    const memory = new Uint8Array(this.#memory.buffer);
    for (let frame = 0; frame < memory.length >>> PAGE_SHIFT; frame++) {
      if (memory[flagsAt(frame)] & (FRAME_ABSENT | FRAME_KEPT)) this.settle(frame << PAGE_SHIFT);
    }
  }

  #lend(memory: Uint8Array, frame: number): void {
    let copy: Uint8Array | undefined;
    const at = frame * PAGE_SIZE;
    this.#borrowers = this.#borrowers.filter((each) => {
      const borrower = each.deref();
      if (borrower?.needs(frame)) {
        copy ??= memory.slice(at, at + PAGE_SIZE);
        borrower.take(frame, copy);
      }
      return borrower !== undefined;
    });
  }

  /** The memory as it is now; its kernel has been told (wbx_freeze). */
  save(): Moment {
    const moment = this.view();
    const all = new Uint8Array(moment.kernel.reduce((sum, { bytes }) => sum + bytes.length, 0));
    let end = 0;
    const kernel = moment.kernel.map(({ at, bytes }) => {
      all.set(bytes, end);
      end += bytes.length;
      return { at, bytes: all.subarray(end - bytes.length, end) };
    });
    return { ...moment, kernel };
  }

  /** The same for who fills another memory at once: the kernel's data is not copied, and right until the box goes on. */
  view(): Moment {
    const memory = new Uint8Array(this.#memory.buffer);
    const frames = memory.length >>> PAGE_SHIFT;
    const kernel: Moment['kernel'] = [];
    const [here, has] = [new Uint8Array(frames), new Uint8Array(frames)];
    let run = 0; // the first of the kernel's frames in a row
    const end = (frame: number) => {
      if (frame > run) kernel.push({ at: run * PAGE_SIZE, bytes: memory.subarray(run * PAGE_SIZE, frame * PAGE_SIZE) });
    };
    for (let frame = 0; frame < frames; frame++) {
      const record = FRAME_META_BASE + frame * FRAME_META_SIZE;
      const flags = memory[record + FRAME_FLAGS];
      const isFree = memory[record + FRAME_STATE] === FRAME_STATE_FREE;
      if (!isFree && !(flags & (FRAME_PAGE | FRAME_DECODED)) && !isEmpty(memory, frame)) continue;
      end(frame);
      run = frame + 1;
      const at = frame * PAGE_SIZE;
      if (isFree) kernel.push({ at, bytes: memory.subarray(at, at + FREE_HEAD) });
      if (isFree || flags & FRAME_DECODED) {
        frame += (1 << (memory[record + FRAME_ORDER] & 31)) - 1;
        run = frame + 1;
      } else if (flags & FRAME_PAGE) {
        has[frame] = 1;
        if (flags & FRAME_ABSENT) continue;
        here[frame] = 1;
        memory[record + FRAME_FLAGS] = flags | FRAME_KEPT;
      }
    }
    end(frames);
    const pages = new BorrowedPages(this.#memory, has, here, this.#origin);
    this.#borrowers.push(new WeakRef(pages));
    return { size: memory.length, kernel, pages };
  }
}

/** Much of what every box begins with stays zero, the frame table above all. */
function isEmpty(memory: Uint8Array, frame: number): boolean {
  const at = frame * PAGE_SIZE;
  if (at >= INITIAL_MEMORY) return false;
  const behindTable = at >= FRAME_META_BASE + (memory.length >>> PAGE_SHIFT) * FRAME_META_SIZE && at < STATIC_BASE;
  return behindTable || isZero(memory.subarray(at, at + PAGE_SIZE));
}

/** Pages of a memory as they were when it was saved: there as long as they are as they were, then here. */
class BorrowedPages implements PageSource {
  readonly has: Uint8Array;
  readonly #memory: WebAssembly.Memory;
  readonly #there: Uint8Array;
  /** What was absent there, too. */
  readonly #origin: PageSource | undefined;
  readonly #copies = new Map<number, Uint8Array>();

  constructor(memory: WebAssembly.Memory, has: Uint8Array, there: Uint8Array, origin: PageSource | undefined) {
    this.has = has;
    this.#memory = memory;
    this.#there = there;
    this.#origin = origin;
  }

  page(frame: number): Uint8Array {
    if (this.#there[frame]) return new Uint8Array(this.#memory.buffer, frame * PAGE_SIZE, PAGE_SIZE);
    return this.#copies.get(frame) ?? this.#origin!.page(frame);
  }

  needs(frame: number): boolean {
    return this.#there[frame] === 1;
  }

  take(frame: number, bytes: Uint8Array): void {
    this.#there[frame] = 0;
    this.#copies.set(frame, bytes);
  }
}
