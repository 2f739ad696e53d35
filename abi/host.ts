// The contract between a box and its host. Imports of a box come from wasi_snapshot_preview1 alone; an embedder that
// knows more talks through these exports and the ring pair. Everything is little-endian, in linear memory.
//
// Exports
//   memory, table
//   _start()                     plain WASI: boot from the passive segments, serve the rings with WASI calls, proc_exit
//   wbx_alloc(len) -> ptr        memory for a boot block or other input; owned by the kernel afterwards; 0 = no memory
//   wbx_boot(ptr, len) -> errno  boot an attached box from a boot block (abi/boot.ts); 0 = ok
//   wbx_resume(fuel) -> REASON_* run about that many guest instructions; completions are taken first
//   wbx_spawn(ptr, len, id) -> pid or -errno: a process beside the others, from a boot block (its argv, env, cwd, ids; owned
//                                by the kernel afterwards); its streams have the handles id * 4 + fd, its end is RING_EXITED
//   wbx_freeze()                 before the host copies the memory: notes the clocks, forgets which pages may be written
//   wbx_thaw(flags, clock)       memory has been filled from such a copy: HOST_* of the new host, CLOCK_*; then wbx_resume
//   wbx_clock(ns: u64) -> u64    moves the clocks on by that much; the time of CLOCK_REALTIME then
//   wbx_code_page(va) -> ptr     for the translator: decoded page (layout: abi/translate.ts) of va in the running address space;
//                                0 = nothing decoded there
//   wbx_region_install(ptr) -> n puts a translated region in service, whose header (abi/translate.ts) is at ptr, a block of
//                                wbx_alloc; its number, or 0 when its code changed meanwhile: then the caller still owns ptr
//   wbx_region_drop(ptr)         takes the region of that header out of service; to be reaped
//   wbx_region_reap() -> slot    frees a region that was dropped; its table slot may be used again; 0 = there is none
//   wbx_extent(va, n, access, cell) -> ptr  for translated code: pointer of n bytes at va; the cell gets the extent around them;
//                                0 = leave the region before this instruction (with EXTENT_PRESENT: its page is not there)
//   wbx_exec(ptr) -> n           for translated code: runs the record at ptr with the interpreter's handler; 0 = go on behind it,
//                                1 = leave, it did not complete, 2 = leave, it did
//   wbx_condition(cc) -> 0 or 1  for translated code: whether condition cc holds for the stored flags
//   wbx_rotated(carry, overflow) for translated code: CF and, from 0 on, OF; the other flags stay
//   wbx_stands(what, a, b, r) -> 0 or 1  for translated code: whether the CPU, too, gives r for a and b (STANDS_*)
//   wbx_free(ptr)                gives memory of wbx_alloc back that the kernel does not own
//   wbx_kick(signal)             ask for a signal to pid 1 at the next resume (docker stop, ctrl-C without a tty)
//   wbx_signal(pid, signal) -> errno   the same to another process

/** Host and box must agree on this; a host refuses a box with another version. Raised when a kernel and a host from before
 *  and after a change of abi/ would misunderstand each other. */
export const HOST_VERSION = 5;

// wbx_resume returns why it came back.
export const REASON_BUDGET = 0; // runnable tasks remain
export const REASON_IDLE = 1; // nothing runnable; wake at CONTROL_DEADLINE or at a completion
export const REASON_EXITED = 2; // pid 1 is gone; see CONTROL_EXIT_STATUS
export const REASON_HOST = 3; // submissions wait and somebody is blocked on them
export const REASON_PANIC = 4; // our bug; text in CONTROL_PANIC_PTR, CONTROL_PANIC_LEN

// Control block, offsets from CONTROL_BASE.
export const CONTROL_VERSION = 0; // u32 HOST_VERSION, set at instantiation
export const CONTROL_FLAGS = 4; // u32 HOST_*: who serves what, set by wbx_boot from the boot block
export const CONTROL_DEADLINE = 8; // u64 ns of the next timer by the host's monotonic clock; all ones = none
export const CONTROL_EXIT_STATUS = 16; // u32 0..255; death by signal n = 128 + n
export const CONTROL_EXIT_REASON = 20; // u32 EXITED_*
export const CONTROL_PANIC_PTR = 24; // u32
export const CONTROL_PANIC_LEN = 28; // u32
export const CONTROL_CURRENT = 32; // u32 ptr of the running task
export const CONTROL_UNKNOWN_SYSCALLS = 36; // u32 calls answered with ENOSYS so far
export const CONTROL_TASKS = 40; // u32 live tasks
export const CONTROL_FRAMES = 44; // u32 frames in use
export const CONTROL_CONTEXT_SWITCHES = 48; // u64
export const CONTROL_SYSCALLS = 56; // u64
export const CONTROL_BOOT_BLOCK = 64; // u32 ptr of the boot block, whose chunk table is in use
export const CONTROL_CLOCK = 72; // u64 CLOCK_MONOTONIC ns, set by the host before each resume; HOST_VIRTUAL_CLOCK reads it
export const CONTROL_STOP_AT = 80; // u64 retired instructions at which no further slice begins; 0 = none

export const CONTROL_LIMITS_HIT = 88; // u32 LIMIT_*: limits that have stopped somebody since the boot or the last thaw

export const LIMIT_MEMORY = 1; // a process was killed for its memory
export const LIMIT_TASKS = 2; // a process or thread was not made
export const LIMIT_FILES = 4; // a write found no space

export const EXITED_NORMAL = 0;
export const EXITED_SIGNAL = 1;
export const EXITED_LIMIT_MEMORY = 2; // pid 1 was the victim of the box's memory limit
export const EXITED_NO_COMMAND = 3; // boot: command not found (status 127) or not executable (126)

// Ring pair at RING_BASE. Indices only grow; slot = index & (RING_SLOTS - 1). The kernel owns SQ tail and CQ head, the
// host SQ head and CQ tail. A buffer named in a submission belongs to the host until its completion.
export const RING_SLOTS = 256;
export const RING_SQ_HEAD = 0; // u32
export const RING_SQ_TAIL = 4; // u32
export const RING_CQ_HEAD = 8; // u32
export const RING_CQ_TAIL = 12; // u32
export const RING_SQ = 64; // RING_SLOTS * SQE_SIZE
export const SQE_SIZE = 48;
export const RING_CQ = 12352; // = RING_SQ + RING_SLOTS * SQE_SIZE
export const CQE_SIZE = 32;

// Submission: op u32, id u32, handle u32, len u32, ptr u32, flags u32, arg0 u64, arg1 u64, pad u64
export const SQE_OP = 0;
export const SQE_ID = 4;
export const SQE_HANDLE = 8;
export const SQE_LEN = 12;
export const SQE_PTR = 16;
export const SQE_FLAGS = 20;
export const SQE_ARG0 = 24;
export const SQE_ARG1 = 32;

// Completion: id u32, result i32 (>= 0, or -errno of abi/linux/errno.ts), value0 u64, value1 u64, pad u64
export const CQE_ID = 0;
export const CQE_RESULT = 4;
export const CQE_VALUE0 = 8;
export const CQE_VALUE1 = 16;

// Operations.
export const RING_READ = 1; // handle = stream 0 (or one of wbx_spawn); up to len bytes to ptr; result 0 = end of file
export const RING_WRITE = 2; // handle = stream 1 or 2 (or RING_STREAM_*, or one of wbx_spawn); len bytes at ptr; result = bytes taken
export const RING_IMAGE = 3; // handle = segment, arg0 = offset within it; len bytes to ptr; result = len
export const RING_CANCEL = 4; // arg0 = id to cancel: it completes with -ECANCELED if it has not completed yet
export const RING_WINSIZE = 5; // wait for a change of the terminal's size; value0 = columns << 16 | rows
export const RING_LAYER = 6; // len bytes at ptr of the layer stream (abi/layer.ts), answered like RING_WRITE
export const RING_SAVE = 11; // under plain WASI alone: writes the memory of the box to the open file `handle` (abi/hostfs.ts); see docs/SNAPSHOTS.md
// 9, 10: messages (abi/message.ts). 32..63: files of the host (abi/hostfs.ts). 64..95: the network of the host (abi/hostnet.ts).

export const RING_CLOSE = 7; // handle = a stream of wbx_spawn that no process has open any more and that is written out
export const RING_EXITED = 8; // handle = id of wbx_spawn whose process has ended; arg0 = status as a shell shows it

// Streams beyond 0, 1, 2.
export const RING_STREAM_TRACE = 3; // text of --strace and --trace, for the host's stderr

// CONTROL_FLAGS and the boot block's hostFlags.
export const HOST_ATTACHED = 1; // somebody serves the rings between resumes
export const HOST_IMAGE = 2; // image chunks come through RING_IMAGE, not from passive segments
export const HOST_TTY = 4; // streams 0..2 are one terminal
export const HOST_STRACE = 8;
export const HOST_TRACE = 16; // keep an instruction ring, printed on a fatal fault
export const HOST_LAYER = 32; // after pid 1 has ended send the changed files as RING_LAYER, then REASON_EXITED
export const HOST_STDIN_OPEN = 64; // stream 0 is connected; otherwise it reads as end of file
export const HOST_MESSAGES = 128; // somebody takes and gives messages: /dev/wbx can be opened
export const HOST_INTERPRET = 256; // no translated code, not even what is baked into the box
export const HOST_VIRTUAL_CLOCK = 1 << 20; // clocks count instructions, and jump to CONTROL_CLOCK between resumes
export const HOST_LOCKSTEP = 1 << 21; // with it: nothing runs while a request is unanswered, idle time is skipped

// What wbx_thaw does with the time that has passed since wbx_freeze.
export const CLOCK_JUMP = 0; // all clocks move on by it
export const CLOCK_CONTINUE = 1; // no clock has noticed

// Slot of the kernel's table that the linker fills with
// read(segment: u32, offset: u32, ptr: u32, len: u32): copies from a passive segment (memory.init).
// kernel.wasm itself holds a function there that copies nothing.
export const TABLE_SLOT_READ_SEGMENT = 1;

// Slot for a host's
// settle(ptr: u32): the page at ptr is about to be read (FRAME_ABSENT), changed or freed (FRAME_KEPT; abi/frame.ts). The host copies what
// it has to and clears both flags.
export const TABLE_SLOT_SETTLE = 2;
