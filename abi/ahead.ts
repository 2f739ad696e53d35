// Translations that were baked into a box: functions of its own module, in slots of its table, and this table of where they
// belong. It lies in the passive segment AHEAD_SEGMENT and is loaded when code gets warm for the first time. Offsets count
// from its start. A translation is valid where the bytes of its pages are those it was made from, wherever they are mapped.
//
//   header      magic u32, number of pages u32, TRANSLATE_CPU_WITHHELD u32 that the code was decoded with, pad u32
//   directory   by page, in the order of their hashes: hash u64, offset of its list u32, entries of the list u32
//   lists       by region that begins in the page, in the order of: offset in the page u32, offset of the region's header u32
//   headers     of abi/translate.ts, each with its slot, its pages (REGION_PAGE_MARK = offset in the directory) and its records

/** Number for the segment reader. */
export const AHEAD_SEGMENT = 0xffffffff;
/** `WbxA` */
export const AHEAD_MAGIC = 0x41786257;
export const AHEAD_PAGES = 4;
export const AHEAD_WITHHELD = 8;
export const AHEAD_DIRECTORY = 16;
export const AHEAD_PAGE_SIZE = 16;
export const AHEAD_PAGE_LIST = 8;
export const AHEAD_PAGE_COUNT = 12;
export const AHEAD_ENTRY_SIZE = 8;
export const AHEAD_ENTRY_HEADER = 4;

// Hash of a page: over its 512 words of 64 bits h = rotl((h ^ word) * F, AHEAD_HASH_ROTATE), from h = F. It need not withstand
// an attacker: whoever makes another page of the same hash has only his own process run something else.
export const AHEAD_HASH_FACTOR_HIGH = 0xd6e8feb8;
export const AHEAD_HASH_FACTOR_LOW = 0x6659fd93;
export const AHEAD_HASH_ROTATE = 31;
