// The memory map of a box: everything at a fixed address, known to kernel, translator and host.
// Invariant: all state of a box is bytes of its one linear memory; these addresses never move within a
// version. Bytes 0..0x0fff stay zero, so that a null host pointer is recognisable in a snapshot.

/** Bumped whenever the layout of anything in this file changes. */
export const BOX_VERSION = 2;

export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 4096;

// One page for the control block (see abi/host.ts), one for the CPU context of the running task.
export const CONTROL_BASE = 0x1000;
export const CPU_BASE = 0x2000;
// Submission and completion rings (abi/host.ts).
export const RING_BASE = 0x4000;
// Software TLB: one entry array, see kernel/cpu/tlb.ts.
export const TLB_BASE = 0x10000;
export const TLB_ENTRIES = 1024;
export const TLB_ENTRY_SIZE = 32;
// Execute TLB: guest code page -> decoded page.
export const ITLB_BASE = 0x18000;
export const ITLB_ENTRIES = 256;
export const ITLB_ENTRY_SIZE = 16;
// Jump cache: guest va of a branch target -> its decoded instruction.
export const JUMP_BASE = 0x20000;
export const JUMP_ENTRIES = 4096;
export const JUMP_ENTRY_SIZE = 16;
// Heat of branch targets: u16 counters by a hash of the target's record.
export const HEAT_BASE = 0x30000;
export const HEAT_ENTRIES = 8192;
// The translator's control fields and queue (abi/translate.ts), its regions by number, and its own jump cache.
export const TRANSLATE_BASE = 0x34000;
export const REGION_TABLE_BASE = 0x38000;
export const REGION_LIMIT = 16384;
export const CHAIN_BASE = 0x50000;
export const CHAIN_ENTRIES = 4096;
// Extents of guest memory that translated code accessed last (abi/translate.ts).
export const EXTENT_BASE = 0x60000;
// Frame table: one FRAME_META_SIZE record per 4 KiB frame of the whole 4 GiB space. Pages of it that describe
// memory not yet grown stay zero and therefore cost nothing resident.
export const FRAME_META_BASE = 0x100000;
export const FRAME_META_SIZE = 8;
// Static data of the AssemblyScript kernel starts behind the frame table (asconfig: memoryBase).
export const STATIC_BASE = 0x900000;
// Pages of 64 KiB that the module asks for at instantiation: the fixed areas plus 2 MiB for static data.
export const INITIAL_MEMORY_PAGES = 176;

// Names of the custom sections of a box.wasm.
export const SECTION_BOX = 'wbx.box';
export const SECTION_CONFIG = 'wbx.config';
export const SECTION_PROVENANCE = 'wbx.provenance';
// Those of a delta, a module without code: what it needs to know of its base, and the memory (abi/state.ts).
export const SECTION_DELTA = 'wbx.delta';
export const SECTION_STATE = 'wbx.state';
