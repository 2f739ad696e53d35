// The frame table (FRAME_META_BASE): a record of FRAME_META_SIZE bytes for each 4 KiB frame of linear memory. A block of 1 << order
// frames has one, that of its first frame; in those of its other frames there are no references and no flags.
//   0  references u32   4 order u8   5 FRAME_* u8   6 state u8   7 slab class u8
export const FRAME_ORDER = 4;
export const FRAME_FLAGS = 5;
export const FRAME_STATE = 6;
export const FRAME_CLASS = 7;

/** FRAME_STATE of a block that nobody uses. Its first 8 bytes are a node of a list, the others mean nothing. */
export const FRAME_STATE_FREE = 1;

/** The frame holds decoded instructions: stores to it must call code_invalidate. */
export const FRAME_HAS_CODE = 1;
/** A page of a program or of a file, which the kernel reaches by page tables and page caches alone. */
export const FRAME_PAGE = 2;
/** Decoded instructions: a copy of the memory need not hold them, since wbx_thaw forgets them. */
export const FRAME_DECODED = 16;
/** Set by a host: it has the contents, and puts them here when TABLE_SLOT_SETTLE is called. Only with FRAME_PAGE. */
export const FRAME_ABSENT = 4;
/** Set by a host: it wants TABLE_SLOT_SETTLE called before the contents change. Only with FRAME_PAGE, without FRAME_ABSENT. */
export const FRAME_KEPT = 8;
