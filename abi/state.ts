// A saved memory: what the last passive segment of a snapshot holds. Memory is cut into blocks of one WebAssembly page;
// blocks of zeros are left out. All checksums are XXH32 with seed 0.
//
// Header, 64 bytes
//   0  magic u32 'wbxs'    4 version u32    8 checksum u32 (of everything from offset 12 to the end of the table)
//   12 memory size u32 (in blocks)   16 blocks u32 (stored ones)   20 kind u32 (STATE_*)   24.. zero
// Table, 12 bytes a stored block, by ascending number
//   0  number u32          4 stored length u32        8 checksum u32 (of the stored bytes)
// Stored blocks, one behind the other: STATE_BLOCK_SIZE bytes as they are, fewer = one LZ4 block.
export const STATE_MAGIC = 0x73786277;
export const STATE_VERSION = 1;
export const STATE_HEADER_SIZE = 64;
export const STATE_CHECKSUM = 8;
export const STATE_SIZE = 12;
export const STATE_COUNT = 16;
export const STATE_KIND = 20;
export const STATE_ENTRY_SIZE = 12;
export const STATE_BLOCK_SHIFT = 16;
export const STATE_BLOCK_SIZE = 65536;

// What the stored blocks are.
export const STATE_WHOLE = 0; // the memory itself
export const STATE_DELTA = 1; // its difference (XOR) to the memory of a base, or to nothing when that has none
