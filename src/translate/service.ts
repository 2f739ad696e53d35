// Regions in service: their headers in the memory of the box, their functions in its table. What is oldest makes room when
// there is too much. Invariant: a slot is used again only after the kernel has given its region back (wbx_region_reap).
import { TRANSLATE_BASE } from '../../abi/box.ts';
import { INSN_SIZE } from '../../abi/insn.ts';
import * as T from '../../abi/translate.ts';
import type { Memory } from '../runtime/memory.ts';
import type { CodePage } from './code-reader.ts';
import { KERNEL_FUNCTIONS } from './functions.ts';
import { chainModule, regionModule } from './module.ts';
import { type PortableRegion, placeBody } from './portable/region.ts';
import { RECORDS_AT } from './region-writer.ts';

/** What the translator needs of the kernel's exports (abi/host.ts). */
export interface TranslatorKernel {
  memory: WebAssembly.Memory;
  table: WebAssembly.Table;
  wbx_alloc(length: number): number;
  wbx_free(ptr: number): void;
  wbx_code_page(va: bigint): number;
  wbx_region_drop(header: number): void;
  wbx_region_install(header: number): number;
  wbx_region_reap(): number;
}

/** A region and where it belongs in this box. */
export interface Candidate {
  region: PortableRegion;
  pages: CodePage[];
  record: number;
}

interface Service {
  header: number;
  region: PortableRegion;
  checkedSlot?: number;
}

/** Header, its pages, then the records of handled instructions. */
const RECORDS = RECORDS_AT - INSN_SIZE;
/** The kernel has REGION_LIMIT numbers; compiled code takes several times the bytes of its wasm. */
const MAX_REGIONS = 12_000;
const MAX_BYTES = 48 << 20;

export class RegionService {
  readonly #kernel: TranslatorKernel;
  readonly #memory: Memory;
  readonly #freeSlots: number[] = [];
  /** By table slot, oldest first. */
  readonly #inService = new Map<number, Service>();
  /** Of the regions in service. */
  #bytes = 0;

  readonly #maxRegions: number;
  /** What every module of regions may import, and the table for what chains them. */
  readonly #imports: Record<string, WebAssembly.ImportValue>;

  constructor(kernel: TranslatorKernel, memory: Memory, maxRegions = MAX_REGIONS) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#maxRegions = maxRegions;
    const { memory: linear, table } = kernel;
    this.#imports = { memory: linear, table };
    for (const [name] of KERNEL_FUNCTIONS) this.#imports[name] = kernel[name as keyof TranslatorKernel] as () => void;
    const chain = new WebAssembly.Module(chainModule() as Uint8Array<ArrayBuffer>);
    Object.assign(this.#imports, new WebAssembly.Instance(chain, { box: this.#imports }).exports);
  }

  get regions(): number {
    return this.#inService.size;
  }

  /** Slots of the table that were ever used. */
  get slots(): number {
    return this.#freeSlots.length + this.#inService.size;
  }

  /** Between two resumes. */
  tidy(): void {
    this.#reap();
    this.#translateCrossed();
    if (this.#bytes <= MAX_BYTES && this.regions <= this.#maxRegions) return;
    for (const { header } of [...this.#inService.values()].slice(0, this.regions / 2))
      this.#kernel.wbx_region_drop(header);
    this.#reap();
  }

  /** A header for each; undefined where the box has no memory left. */
  install(candidates: Candidate[], module: WebAssembly.Module): number {
    const headers = candidates.map(({ region }) => this.#allocate(region));
    if (headers.includes(0)) {
      for (const header of headers) if (header) this.#kernel.wbx_free(header);
      return 0;
    }
    const exports = this.#instantiate(module, headers);
    const installed = candidates.filter((candidate, n) =>
      this.#putInService(candidate, headers[n], exports[`r${n}`] as () => number),
    );
    return installed.length;
  }

  #allocate({ records }: PortableRegion): number {
    const header = this.#kernel.wbx_alloc(RECORDS + records.length) >>> 0;
    if (header) this.#memory.u8.set(records, header + RECORDS);
    return header;
  }

  #putInService({ region, pages, record }: Candidate, header: number, run: () => number): boolean {
    const memory = this.#memory;
    const slot = this.#slot();
    memory.setU32(header + T.REGION_SLOT, slot);
    memory.setU32(header + T.REGION_ENTRY, record);
    memory.setU32(header + T.REGION_PAGES, pages.length);
    for (const [n, page] of pages.entries()) {
      const at = header + T.REGION_PAGE + n * T.REGION_PAGE_SIZE;
      memory.setU32(at + T.REGION_PAGE_FRAME, page.frame);
      memory.setU32(at + T.REGION_PAGE_SERIAL, page.serial);
      memory.setU32(at + T.REGION_PAGE_DELTA, page.delta);
    }
    memory.setU32(header + T.REGION_CHECKED_SLOT, 0);
    memory.setU32(header + T.REGION_CROSSED, 0);
    if (!this.#kernel.wbx_region_install(header)) {
      this.#freeSlots.push(slot);
      this.#kernel.wbx_free(header);
      return false;
    }
    this.#kernel.table.set(slot, run);
    this.#inService.set(slot, { header, region });
    this.#bytes += region.body.bytes.length;
    return true;
  }

  #reap(): void {
    while (this.#memory.u32(TRANSLATE_BASE + T.TRANSLATE_DROPPED)) {
      const slot = this.#kernel.wbx_region_reap();
      const service = this.#inService.get(slot);
      for (const one of [slot, service?.checkedSlot]) {
        if (one === undefined) continue;
        this.#kernel.table.set(one, null);
        this.#freeSlots.push(one);
      }
      this.#inService.delete(slot);
      this.#bytes -= service?.region.body.bytes.length ?? 0;
    }
  }

  /** Second translations for regions whose frame was found to cross pages. One that cannot have it is made anew. */
  #translateCrossed(): void {
    const memory = this.#memory;
    if (!memory.u32(TRANSLATE_BASE + T.TRANSLATE_CROSSED)) return;
    memory.setU32(TRANSLATE_BASE + T.TRANSLATE_CROSSED, 0);
    for (const service of this.#inService.values()) {
      const { header, region } = service;
      if (service.checkedSlot !== undefined || !memory.u32(header + T.REGION_CROSSED)) continue;
      region.checked ??= region.makeChecked?.();
      if (!region.checked) {
        this.#kernel.wbx_region_drop(header);
        continue;
      }
      const module = new WebAssembly.Module(regionModule([placeBody(region.checked, 0)]) as Uint8Array<ArrayBuffer>);
      service.checkedSlot = this.#slot();
      this.#kernel.table.set(service.checkedSlot, this.#instantiate(module, [header]).r0 as () => number);
      memory.setU32(header + T.REGION_CHECKED_SLOT, service.checkedSlot);
    }
  }

  #instantiate(module: WebAssembly.Module, headers: number[]): WebAssembly.Exports {
    const box = { ...this.#imports };
    for (const [n, header] of headers.entries())
      box[`g${n}`] = new WebAssembly.Global({ value: 'i32' }, (header + RECORDS_AT) | 0);
    return new WebAssembly.Instance(module, { box }).exports;
  }

  #slot(): number {
    return this.#freeSlots.pop() ?? this.#kernel.table.grow(1);
  }
}
