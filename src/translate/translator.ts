// The translator of a running box: takes hot code from the kernel's queue between two resumes, translates it or finds its
// translation in a store, has it compiled beside the running box and puts it in service. Invariant: nothing here changes
// what a program sees; whatever fails is left to the interpreter.
import { PAGE_SIZE, TRANSLATE_BASE } from '../../abi/box.ts';
import { INSN_OP } from '../../abi/insn.ts';
import * as T from '../../abi/translate.ts';
import type { Memory } from '../runtime/memory.ts';
import { type CodePage, CodeReader } from './code-reader.ts';
import { regionModule } from './module.ts';
import { type PortableRegion, placeBody, portableBody, portableRecords } from './portable/region.ts';
import type { RegionStore } from './portable/store.ts';
import { translateRegion } from './region.ts';
import { type Candidate, RegionService, type TranslatorKernel } from './service.ts';

export type { TranslatorKernel } from './service.ts';

export interface TranslatorOptions {
  /** How often a branch target is reached until it is translated. */
  threshold: number;
  /** Compile at once, on the caller's time: for what must not depend on when a compilation ends. */
  synchronous?: boolean;
  /** Where translations come from and go to. */
  store?: RegionStore;
  /** How often a branch target is reached until the store is asked for its translation. */
  recall?: number;
  /** When more are in service, the older half makes room. */
  maxRegions?: number;
}

/** Hot code is translated in portions that keep the host's event loop turning. */
const PORTION_MS = 4;
const PORTION_REGIONS = 32;
/** Portions that are being compiled. */
const MAX_COMPILING = 8;
/** Records and pages remembered; what is forgotten is only looked at again. */
const MAX_KNOWN = 50_000;

export class Translator {
  readonly #kernel: TranslatorKernel;
  readonly #memory: Memory;
  readonly #options: TranslatorOptions;
  readonly #service: RegionService;
  /** Records that a region is being made for, or in vain, with the serial of their page: records are used again. */
  readonly #known = new Map<number, number>();
  /** Digests of pages by serial. */
  readonly #digests = new Map<number, string>();
  #compiling = 0;
  /** Put in service so far, and how many of them came from the store. */
  regions = 0;
  recalled = 0;

  constructor(kernel: TranslatorKernel, memory: Memory, options: TranslatorOptions) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#options = options;
    this.#service = new RegionService(kernel, memory, options.maxRegions);
    const { threshold, store, recall = threshold } = options;
    memory.setU32(TRANSLATE_BASE + T.TRANSLATE_THRESHOLD, threshold);
    memory.setU32(TRANSLATE_BASE + T.TRANSLATE_RECALL, store ? Math.min(recall, threshold) : 0);
    memory.setU32(TRANSLATE_BASE + T.TRANSLATE_LOWEST, 0);
  }

  /** Regions that are in service, and slots of the table that it took. */
  get size(): { regions: number; slots: number } {
    return { regions: this.#service.regions, slots: this.#service.slots };
  }

  /** Between two resumes: frees what was dropped, translates what got hot. */
  serve(): void {
    this.#service.tidy();
    const tail = this.#memory.u32(TRANSLATE_BASE + T.TRANSLATE_TAIL);
    let head = this.#memory.u32(TRANSLATE_BASE + T.TRANSLATE_HEAD);
    if (head === tail || this.#compiling >= MAX_COMPILING) return;
    const { synchronous } = this.#options;
    const until = synchronous ? Number.POSITIVE_INFINITY : performance.now() + PORTION_MS;
    const candidates: Candidate[] = [];
    while (head !== tail && candidates.length < PORTION_REGIONS && performance.now() < until) {
      candidates.push(...this.#take(head));
      head = (head + 1) >>> 0;
    }
    this.#memory.setU32(TRANSLATE_BASE + T.TRANSLATE_HEAD, head);
    if (candidates.length) this.#compile(candidates);
  }

  /** What to make of an entry of the queue, if it belongs to the running address space. */
  #take(index: number): Candidate[] {
    const memory = this.#memory;
    const at = TRANSLATE_BASE + T.TRANSLATE_QUEUE + (index % T.TRANSLATE_QUEUE_SLOTS) * T.TRANSLATE_ENTRY_SIZE;
    if (memory.u32(at + T.TRANSLATE_ENTRY_MM) !== memory.u32(TRANSLATE_BASE + T.TRANSLATE_MM)) return [];
    const va = memory.view.getBigUint64(at, true);
    const reader = new CodeReader(memory, this.#kernel.wbx_code_page, va);
    const recalled = this.#recall(reader, Number(va & 0xfffn));
    if (recalled.length || memory.u32(at + T.TRANSLATE_ENTRY_RECALL)) return recalled;
    const translated = this.#translate(reader, Number(va & 0xfffn));
    return translated ? [translated] : [];
  }

  /** Regions of the entry's page that the store has; none when the one of the entry itself is not among them. */
  #recall(reader: CodeReader, entry: number): Candidate[] {
    const { store } = this.#options;
    const page = store && reader.page(0);
    if (!page) return [];
    const kept = store.find(this.#digest(page));
    if (!kept.some((region) => region.entry === entry)) return [];
    const found = kept.flatMap((region) => this.#fit(reader, region) ?? []);
    this.recalled += found.length;
    return found;
  }

  /** A kept region as a candidate, if its pages are there and it is not in service. */
  #fit(from: CodeReader, region: PortableRegion): Candidate | undefined {
    const reader = from.again();
    const pages = region.pages.map(({ delta, digest }) => {
      const page = reader.page(delta);
      return page && this.#digest(page) === digest ? page : undefined;
    });
    if (pages.includes(undefined)) return undefined;
    const record = this.#claim(reader, region.entry);
    return record === undefined ? undefined : { region, pages: pages as CodePage[], record };
  }

  #translate(reader: CodeReader, entry: number): Candidate | undefined {
    const record = this.#claim(reader, entry);
    if (record === undefined) return undefined;
    const made = translateRegion(reader, entry, 0);
    if (!made) return undefined;
    const { checked } = made;
    const pages = [...reader.pages.values()];
    const { store } = this.#options;
    const region: PortableRegion = {
      entry,
      pages: store ? pages.map((page) => ({ delta: page.delta, digest: this.#digest(page) })) : [],
      records: portableRecords(this.#memory, made.handled),
      body: portableBody(made.body),
      makeChecked: checked && (() => portableBody(checked())),
    };
    store?.add(region);
    return { region, pages, record };
  }

  /** The record where a region for that offset starts; undefined when there is none or somebody was here before. */
  #claim(reader: CodeReader, entry: number): number | undefined {
    if (!reader.insn(entry)) return undefined;
    const record = reader.entryRecord(entry);
    const { serial } = reader.page(0)!;
    if (this.#known.get(record) === serial) return undefined;
    if (this.#memory.view.getUint16(record + INSN_OP, true) >= T.OP_REGION) return undefined;
    if (this.#known.size > MAX_KNOWN) this.#known.clear();
    this.#known.set(record, serial);
    return record;
  }

  #digest({ serial, frame }: CodePage): string {
    const known = this.#digests.get(serial);
    if (known !== undefined) return known;
    const withheld = this.#memory.u32(TRANSLATE_BASE + T.TRANSLATE_CPU_WITHHELD);
    const digest = this.#options.store!.digest(this.#memory.u8.subarray(frame, frame + PAGE_SIZE), withheld);
    if (this.#digests.size > MAX_KNOWN) this.#digests.clear();
    this.#digests.set(serial, digest);
    return digest;
  }

  #compile(candidates: Candidate[]): void {
    const bytes = regionModule(candidates.map(({ region }, n) => placeBody(region.body, n))) as Uint8Array<ArrayBuffer>;
    if (this.#options.synchronous) return this.#install(candidates, new WebAssembly.Module(bytes));
    this.#compiling++;
    WebAssembly.compile(bytes)
      .then((module) => this.#install(candidates, module))
      .catch(() => {}) // the interpreter goes on with it
      .finally(() => this.#compiling--);
  }

  #install(candidates: Candidate[], module: WebAssembly.Module): void {
    for (const { record } of candidates) this.#known.delete(record);
    this.regions += this.#service.install(candidates, module);
  }
}
