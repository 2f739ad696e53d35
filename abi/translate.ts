// What kernel and translator share: the queue of hot code, the headers of regions, the jump cache between them, and the kinds
// of pending flags. A region is a wasm function (fuel: i32, va: i64, expected: i64, depth: i32) -> i32 that runs the code at va:
// - fuel: guest instructions left; expected: return address at which its caller, another region, goes on; all ones = none.
// - The result is twice the fuel left, plus 1 when the caller must return as well: the task's state is in memory, CPU_RIP is
//   the next instruction, CPU_EXIT says whether the run loop leaves. Without the 1 a RET to `expected` was taken. Fuel below 0
//   means that a control transfer to CPU_RIP used it up, unless TRANSLATE_SIDE is set.

// Fields at TRANSLATE_BASE. Heat counts how often a branch target is reached.
/** u32: heat at which it is queued for translation; 0 = never. */
export const TRANSLATE_THRESHOLD = 0;
/** u32 each: indices into the queue that only grow; the kernel owns the tail. */
export const TRANSLATE_HEAD = 4;
export const TRANSLATE_TAIL = 8;
/** u32: regions were dropped; reap them. */
export const TRANSLATE_DROPPED = 12;
/** u32: a region was left at CPU_RIP, not by a transfer: the instruction is the interpreter's, though a region may start there. */
export const TRANSLATE_SIDE = 16;
/** u32: some region has REGION_CROSSED set. */
export const TRANSLATE_CROSSED = 24;
/** u32: the running address space, comparable with the queue's. */
export const TRANSLATE_MM = 20;
/** u32: heat at which it is queued for the host to look for a translation that it has; 0 = never. */
export const TRANSLATE_RECALL = 28;
/** u32: heat at which the box looks for a translation that was baked into it; 0 = never. */
export const TRANSLATE_AHEAD = 32;
/** u32: the smallest of these, which the kernel finds out when it is 0. */
export const TRANSLATE_LOWEST = 36;
/** u32: bytes of the table of abi/ahead.ts, a constant of the box; 0 = there is none. */
export const TRANSLATE_AHEAD_SIZE = 40;
/** u32: ptr of that table; 0 = not loaded yet. */
export const TRANSLATE_AHEAD_TABLE = 44;
/** u32: by how many psABI levels the CPU falls short of the highest: the decoding depends on it. */
export const TRANSLATE_CPU_WITHHELD = 48;
export const TRANSLATE_QUEUE = 64;
export const TRANSLATE_QUEUE_SLOTS = 256;
// Queue entry: va u64, address space u32 (TRANSLATE_MM of the time), u32 1 = it has reached TRANSLATE_RECALL only.
export const TRANSLATE_ENTRY_MM = 8;
export const TRANSLATE_ENTRY_RECALL = 12;
export const TRANSLATE_ENTRY_SIZE = 16;

/** Operations from here on are the numbers of regions: they stand in the record at which a region starts. */
export const OP_REGION = 0x8000;

// Header of a region, in memory of wbx_alloc. The host fills all but the first two records, epoch, misses and next.
export const REGION_RECORD = 0; // the record that the region's number replaced, with its own operation
export const REGION_CHAIN = 32; // leads behind it
export const REGION_SLOT = 64; // u32 slot of the table
export const REGION_EPOCH = 68; // u32 code epoch in which its pages were last compared
export const REGION_ENTRY = 72; // u32 ptr of the record where it starts
export const REGION_PAGES = 76; // u32 number of guest pages it was made from, the entry's first
export const REGION_MISSES = 80; // u32 how often the comparison failed
export const REGION_NEXT = 84; // u32 next dropped region
export const REGION_CHECKED_SLOT = 88; // u32 slot of a second translation that checks every access to the stack, or 0
export const REGION_CROSSED = 92; // u32 that one is wanted: the frame did not lie in one page
export const REGION_PAGE = 96; // REGION_PAGES times:
export const REGION_PAGE_FRAME = 0; // u32 frame
export const REGION_PAGE_SERIAL = 4; // u32 serial of its decoded page
export const REGION_PAGE_DELTA = 8; // i32 bytes from the entry's page
export const REGION_PAGE_MARK = 12; // u32 of a baked region: where the page stands in the table of abi/ahead.ts
export const REGION_PAGE_SIZE = 16;
export const REGION_MAX_PAGES = 8;

// Decoded page.
export const CODE_PAGE_FRAME = 0; // u32
export const CODE_PAGE_SERIAL = 4; // u32 never used twice
export const CODE_PAGE_SLOTS = 24; // u32 ptr of u16[4096]: by offset in the page 1 + the number of its record, 0 = not decoded yet
export const CODE_PAGE_CHUNKS = 36; // u32 ptrs of chunks of CODE_CHUNK_RECORDS records
export const CODE_CHUNK_RECORDS = 128;

// Jump cache entry: va u64, table slot u32, code epoch u32; by (va >> 12 ^ va) & (CHAIN_ENTRIES - 1).
export const CHAIN_ENTRY_SIZE = 16;
export const CHAIN_SLOT = 8;
export const CHAIN_EPOCH = 12;

// Extents: stretches of guest pages that lie side by side in linear memory, too, and grant the same right. Translated code
// accesses memory through the cell of the register that it addresses by, one for loads and one for stores; the kernel fills a
// cell when an access misses it, and empties all whenever a right is taken away. Cell: lo u64, room u64, host u32.
export const EXTENT_CELLS = 17; // general registers, then what has none
export const EXTENT_LO = 0; // va of the extent
export const EXTENT_ROOM = 8; // an access of up to EXTENT_ACCESS bytes may start at lo .. lo + room - 1; 0 = empty
export const EXTENT_HOST = 16; // ptr of lo
export const EXTENT_CELL_SIZE = 32;
export const EXTENT_STORES = 1024; // distance of the cells for stores from those for loads
export const EXTENT_ACCESS = 64;
export const EXTENT_FILLED = 2048; // u32 at EXTENT_BASE: whoever fills a cell sets it to 1
/** Added to the access that wbx_extent is asked for: nothing is faulted in. */
export const EXTENT_PRESENT = 4;

// Kinds of pending flags: an operation, the operand size in bits, a count. Operands are the registers' raw values. Regions leave
// them in place of the kernel's own kinds (kernel/cpu/flags.ts), which are all below the smallest of these.
export const REGION_FLAGS_STORED = 0; // nothing pending: memory has them
export const REGION_FLAGS_LOGIC = 1; // r
export const REGION_FLAGS_ADD = 2; // a + b
export const REGION_FLAGS_SUB = 3; // a - b
export const REGION_FLAGS_INC = 4; // a + 1, b = carry before
export const REGION_FLAGS_DEC = 5; // a - 1, b = carry before
export const REGION_FLAGS_SHL = 6; // a << count
export const REGION_FLAGS_SHR = 7; // a >> count
export const REGION_FLAGS_SAR = 8; // a >> count
export const REGION_FLAGS_ADC = 9; // a + b + 1 = r when count is 1, else a + b = r
export const REGION_FLAGS_SBB = 10; // a - b - 1 = r, a - b = r
export const REGION_FLAGS_PRODUCT = 11; // r, a = whether the upper half matters
export const REGION_FLAGS_IMUL = 12; // a * b
export const REGION_FLAGS_ORDER = 13; // r = CF, PF and ZF as they stand in rFLAGS; all others are 0
export const REGION_FLAGS_SIZE_SHIFT = 4;
export const REGION_FLAGS_COUNT_SHIFT = 12;

// wbx_stands: an operation of kernel/cpu/sse/float_kind.ts, the format of the numbers, and which lanes count.
export const STANDS_KIND = 7;
export const STANDS_DOUBLE = 8;
export const STANDS_SCALAR = 16;
