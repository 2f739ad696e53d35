// The translator of a running box: takes hot code from the kernel's queue between two resumes, translates it, has it compiled
// beside the running box and puts it in service. Invariant: nothing here changes what a program sees; whatever fails is left
// to the interpreter.
import { TRANSLATE_BASE } from '../../abi/box.ts';
import { INSN_OP, INSN_SIZE } from '../../abi/insn.ts';
import * as T from '../../abi/translate.ts';
import type { Memory } from '../runtime/memory.ts';
import { CodeReader } from './code-reader.ts';
import { IMPORTS } from './functions.ts';
import type { Insn } from './insn.ts';
import { regionModule } from './module.ts';
import { RECORDS_AT } from './region-writer.ts';
import { HANDLED_RECORDS, type Region, translateRegion } from './region.ts';

/** What the translator needs of the kernel's exports (abi/host.ts). */
export interface TranslatorKernel {
  memory: WebAssembly.Memory;
  table: WebAssembly.Table;
  wbx_alloc(length: number): number;
  wbx_free(ptr: number): void;
  wbx_code_page(va: bigint): number;
  wbx_region_install(header: number): number;
  wbx_region_reap(): number;
}

export interface TranslatorOptions {
  /** How often a branch target is reached until it is translated. */
  threshold: number;
  /** Compile at once, on the caller's time: for tests that must not depend on when a compilation ends. */
  synchronous?: boolean;
}

/** Hot code is translated in portions that keep the host's event loop turning. */
const PORTION_MS = 4;
const PORTION_REGIONS = 32;
/** Header, its pages, then the records of handled instructions. */
const RECORDS = RECORDS_AT - INSN_SIZE;

interface Candidate {
  region: Region;
  reader: CodeReader;
  entry: number;
  record: number;
  header: number;
}

interface Service {
  header: number;
  checked?: () => Uint8Array;
  checkedSlot?: number;
}

export class Translator {
  readonly #kernel: TranslatorKernel;
  readonly #memory: Memory;
  readonly #options: TranslatorOptions;
  /** Records that a region is being made for, or in vain. */
  readonly #known = new Set<number>();
  readonly #freeSlots: number[] = [];
  /** By table slot. */
  readonly #inService = new Map<number, Service>();
  regions = 0;
  bytes = 0;

  constructor(kernel: TranslatorKernel, memory: Memory, options: TranslatorOptions) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#options = options;
    memory.setU32(TRANSLATE_BASE + T.TRANSLATE_THRESHOLD, options.threshold);
  }

  /** Between two resumes: frees what was dropped, translates what got hot. */
  serve(): void {
    this.#reap();
    this.#translateCrossed();
    const tail = this.#memory.u32(TRANSLATE_BASE + T.TRANSLATE_TAIL);
    let head = this.#memory.u32(TRANSLATE_BASE + T.TRANSLATE_HEAD);
    if (head === tail) return;
    const until = performance.now() + PORTION_MS;
    const candidates: Candidate[] = [];
    while (head !== tail && candidates.length < PORTION_REGIONS && performance.now() < until) {
      const candidate = this.#translate(head, candidates.length);
      if (candidate) candidates.push(candidate);
      head = (head + 1) >>> 0;
    }
    this.#memory.setU32(TRANSLATE_BASE + T.TRANSLATE_HEAD, head);
    if (candidates.length) this.#compile(candidates);
  }

  #reap(): void {
    while (this.#memory.u32(TRANSLATE_BASE + T.TRANSLATE_DROPPED)) {
      const slot = this.#kernel.wbx_region_reap();
      for (const one of [slot, this.#inService.get(slot)?.checkedSlot]) {
        if (one === undefined) continue;
        this.#kernel.table.set(one, null);
        this.#freeSlots.push(one);
      }
      this.#inService.delete(slot);
    }
  }

  /** Second translations for regions whose frame was found to cross pages. */
  #translateCrossed(): void {
    const memory = this.#memory;
    if (!memory.u32(TRANSLATE_BASE + T.TRANSLATE_CROSSED)) return;
    memory.setU32(TRANSLATE_BASE + T.TRANSLATE_CROSSED, 0);
    for (const service of this.#inService.values()) {
      const { header, checked } = service;
      if (!checked || !memory.u32(header + T.REGION_CROSSED)) continue;
      service.checked = undefined;
      const module = new WebAssembly.Module(regionModule([checked()]) as Uint8Array<ArrayBuffer>);
      service.checkedSlot = this.#slot();
      this.#kernel.table.set(service.checkedSlot, this.#instantiate(module, [header]).r0 as () => number);
      memory.setU32(header + T.REGION_CHECKED_SLOT, service.checkedSlot);
    }
  }

  /** Translates an entry of the queue, if it belongs to the running address space and is not translated yet. */
  #translate(index: number, n: number): Candidate | undefined {
    const memory = this.#memory;
    const at = TRANSLATE_BASE + T.TRANSLATE_QUEUE + (index % T.TRANSLATE_QUEUE_SLOTS) * T.TRANSLATE_ENTRY_SIZE;
    if (memory.u32(at + 8) !== memory.u32(TRANSLATE_BASE + T.TRANSLATE_MM)) return undefined;
    const va = memory.view.getBigUint64(at, true);
    const entry = Number(va & 0xfffn);
    const reader = new CodeReader(memory, this.#kernel.wbx_code_page, va);
    if (!reader.insn(entry)) return undefined;
    const record = reader.entryRecord(entry);
    if (this.#known.has(record) || memory.view.getUint16(record + INSN_OP, true) >= T.OP_REGION) return undefined;
    this.#known.add(record);
    const region = translateRegion(reader, entry, n);
    if (!region) return undefined;
    const header = this.#kernel.wbx_alloc(RECORDS + region.handled.length * HANDLED_RECORDS * INSN_SIZE) >>> 0;
    if (!header) return undefined;
    let to = header + RECORDS;
    for (const insn of region.handled) {
      this.#copyRecord(insn, to);
      to += HANDLED_RECORDS * INSN_SIZE;
    }
    return { region, reader, entry, record, header };
  }

  #copyRecord(insn: Insn, to: number): void {
    const { u8, view } = this.#memory;
    const size = HANDLED_RECORDS * INSN_SIZE;
    u8.copyWithin(to, insn.record + INSN_SIZE - size, insn.record + INSN_SIZE);
    view.setUint16(to + size - INSN_SIZE + INSN_OP, insn.op, true);
  }

  #compile(candidates: Candidate[]): void {
    const bytes = regionModule(candidates.map(({ region }) => region.body)) as Uint8Array<ArrayBuffer>;
    this.bytes += bytes.length;
    if (this.#options.synchronous) return this.#install(candidates, new WebAssembly.Module(bytes));
    WebAssembly.compile(bytes).then(
      (module) => this.#install(candidates, module),
      () => this.#giveUp(candidates),
    );
  }

  #instantiate(module: WebAssembly.Module, headers: number[]): WebAssembly.Exports {
    const { memory, table } = this.#kernel;
    const box: Record<string, WebAssembly.ImportValue> = { memory, table };
    for (const [name] of IMPORTS) box[name] = this.#kernel[name as keyof TranslatorKernel] as () => void;
    for (const [n, header] of headers.entries())
      box[`g${n}`] = new WebAssembly.Global({ value: 'i32' }, (header + RECORDS_AT) | 0);
    return new WebAssembly.Instance(module, { box }).exports;
  }

  #install(candidates: Candidate[], module: WebAssembly.Module): void {
    const headers = candidates.map(({ header }) => header);
    const exports = this.#instantiate(module, headers);
    for (const [n, candidate] of candidates.entries()) this.#putInService(candidate, exports[`r${n}`] as () => number);
  }

  #putInService({ region, reader, record, header }: Candidate, run: () => number): void {
    const memory = this.#memory;
    const slot = this.#slot();
    memory.setU32(header + T.REGION_SLOT, slot);
    memory.setU32(header + T.REGION_ENTRY, record);
    memory.setU32(header + T.REGION_PAGES, reader.pages.size);
    let at = header + T.REGION_PAGE;
    for (const page of reader.pages.values()) {
      memory.setU32(at + T.REGION_PAGE_FRAME, page.frame);
      memory.setU32(at + T.REGION_PAGE_SERIAL, page.serial);
      memory.setU32(at + T.REGION_PAGE_DELTA, page.delta);
      at += T.REGION_PAGE_SIZE;
    }
    memory.setU32(header + T.REGION_CHECKED_SLOT, 0);
    memory.setU32(header + T.REGION_CROSSED, 0);
    this.#known.delete(record);
    if (this.#kernel.wbx_region_install(header)) {
      this.#kernel.table.set(slot, run);
      this.#inService.set(slot, { header, checked: region.checked });
      this.regions++;
      return;
    }
    this.#freeSlots.push(slot);
    this.#kernel.wbx_free(header);
  }

  #slot(): number {
    return this.#freeSlots.pop() ?? this.#kernel.table.grow(1);
  }

  #giveUp(candidates: Candidate[]): void {
    for (const { header } of candidates) this.#kernel.wbx_free(header);
  }
}
