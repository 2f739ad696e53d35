// The boot block: what a box needs to start. It lies in passive segment 0 of a box.wasm, or is handed to wbx_boot by an
// embedder (then with its own options). All offsets count from the start of the block.
//
// Header, 160 bytes
//   0  magic u32 'wbxb'   4 version u32    8 length u32 (whole block)   12 hostFlags u32 (HOST_* of abi/host.ts)
//   16 image size u64     24 chunk shift u32      28 chunk count u32
//   32 chunk table u32 (offset; per chunk: segment u32, offset u32, stored length u32)
//   36 argv u32   40 argv count u32   44 env u32   48 env count u32     (NUL-terminated strings, one behind the other)
//   52 cwd u32    56 hostname u32     (NUL-terminated)
//   60 uid u32    64 gid u32   68 groups u32 (offset; u32 each)  72 group count u32
//   76 terminal columns u16, rows u16
//   80 memory limit u32 (in 4 KiB frames, 0 = none)   84 task limit u32 (0 = default)
//   88 upper limit u32 (frames that written files may hold, 0 = none)
//   92 entropy seed u32 (offset of 32 bytes; 0 = ask random_get)
//   96 mounts u32 (offset of NUL-terminated "type\0target\0options\0" triples)   100 mount count u32
//   104 command index u32 (of argv: where CMD begins, behind ENTRYPOINT)
//   108 state segment u32 (the passive segment with a saved memory, abi/state.ts, to go on from; 0 = none: boot)
//   112 level of the CPU u32 (1..3 = x86-64-v1..v3, 0 = the highest)
//   116 network u32 (offset of INTERFACE_* of abi/hostnet.ts; 0 = lo alone)
//   120 epoch u64 (CLOCK_REALTIME ns at boot, for HOST_VIRTUAL_CLOCK)
//   128 program u32 (offset of an ELF file that runs in place of what argv[0] names, 0 = none)   132 its length u32
//   136 resource limits u32 (offset; each: resource u32, padding u32, soft u64, hard u64)   140 their count u32
//   144 dropped capabilities u64 (bit n = capability n)      152 no new privileges u32 (1 = set)
//   156 engine u32 (XXH32 of the code that the image was linked to, 0 = unknown): tells which box a saved memory is of
export const BOOT_MAGIC = 0x62786277;
export const BOOT_VERSION = 2;
export const BOOT_HEADER_SIZE = 160;
export const BOOT_LENGTH = 8;
export const BOOT_HOST_FLAGS = 12;
export const BOOT_IMAGE_SIZE = 16;
export const BOOT_CHUNK_SHIFT = 24;
export const BOOT_CHUNK_COUNT = 28;
export const BOOT_CHUNK_TABLE = 32;
export const BOOT_ARGV = 36;
export const BOOT_ARGC = 40;
export const BOOT_ENV = 44;
export const BOOT_ENV_COUNT = 48;
export const BOOT_CWD = 52;
export const BOOT_HOSTNAME = 56;
export const BOOT_UID = 60;
export const BOOT_GID = 64;
export const BOOT_GROUPS = 68;
export const BOOT_GROUP_COUNT = 72;
export const BOOT_COLUMNS = 76;
export const BOOT_ROWS = 78;
export const BOOT_MEMORY_LIMIT = 80;
export const BOOT_TASK_LIMIT = 84;
export const BOOT_UPPER_LIMIT = 88;
export const BOOT_SEED = 92;
export const BOOT_MOUNTS = 96;
export const BOOT_MOUNT_COUNT = 100;
export const BOOT_CMD_INDEX = 104;
export const BOOT_CPU_LEVEL = 112;
export const BOOT_STATE_SEGMENT = 108;
export const BOOT_NETWORK = 116;
export const BOOT_EPOCH = 120;
export const BOOT_PROGRAM = 128;
export const BOOT_PROGRAM_LENGTH = 132;
export const BOOT_RLIMITS = 136;
export const BOOT_RLIMIT_COUNT = 140;
export const BOOT_CAPS_DROPPED = 144;
export const BOOT_NO_NEW_PRIVS = 152;
export const BOOT_ENGINE = 156;

/** Bytes of one resource limit. */
export const RLIMIT_ENTRY_SIZE = 24;

// A chunk is 1 << chunk shift bytes of the image (the last one may be shorter). Stored length == raw length means stored
// as it is; otherwise it is one LZ4 block.
export const CHUNK_ENTRY_SIZE = 12;
export const CHUNK_SHIFT = 16;
