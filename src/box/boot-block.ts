// Writes the boot block of abi/boot.ts: what a box starts with, and where its image chunks are.
import * as B from '../../abi/boot.ts';
import * as N from '../../abi/hostnet.ts';
import { ByteWriter } from './byte-writer.ts';

/** Where one chunk of the image is stored, and in how many bytes. */
export interface Chunk {
  segment: number;
  offset: number;
  stored: number;
}

export interface ImageLayout {
  /** Bytes of the image address space. */
  size: number;
  chunks: Chunk[];
  /** XXH32 of the code it was linked to. */
  engine?: number;
}

export interface Mount {
  type: string;
  target: string;
  options: string;
}

/** A file that the box finds at `path`; the directory must exist, or there is none. */
export interface BootFile {
  path: string;
  content: string;
}

/** An interface beside lo (INTERFACE_* of abi/hostnet.ts). Addresses are 16 bytes in network order, IPv4 mapped. */
export interface BootNetwork {
  address: Uint8Array;
  gateway: Uint8Array;
  prefix: number;
  address6?: Uint8Array;
  gateway6?: Uint8Array;
  prefix6?: number;
}

/** RLIMIT_* and its values; all ones = without limit. */
export interface ResourceLimit {
  resource: number;
  soft: bigint;
  hard: bigint;
}

/** What pid 1 runs as, and within which limits. */
export interface BootOptions {
  argv: string[];
  /** Index in argv where CMD begins, behind the ENTRYPOINT: arguments of a plain WASI run replace what follows. */
  commandIndex?: number;
  /** `NAME=value` strings. */
  env?: string[];
  cwd?: string;
  hostname?: string;
  uid?: number;
  gid?: number;
  groups?: number[];
  columns?: number;
  rows?: number;
  /** Bytes of linear memory that guests may use; rounded down to pages. */
  memoryLimit?: number;
  taskLimit?: number;
  /** x86-64 psABI level of the CPU that programs see: 1, 2 or 3; the highest if not given. */
  cpuLevel?: number;
  /** Of pid 1 and what descends from it; see setrlimit(2). */
  rlimits?: ResourceLimit[];
  /** Capabilities by their bits that no program of the box has. */
  droppedCaps?: bigint;
  /** Set-user-ID programs and file capabilities give nothing. */
  noNewPrivileges?: boolean;
  /** An ELF file that runs in place of what argv[0] names. */
  program?: Uint8Array;
  /** Bytes that written files may hold. */
  upperLimit?: number;
  /** 32 bytes: all entropy of the box comes from them. */
  seed?: Uint8Array;
  /** CLOCK_REALTIME at boot in ns, for clocks that count instructions. */
  epoch?: number;
  mounts?: Mount[];
  /** eth0; absent = there is lo alone. */
  network?: BootNetwork;
  /** Small text files that lie over those of the image, and are none of its changes. */
  files?: BootFile[];
}

/** The boot block's bytes. `hostFlags` are HOST_* of abi/host.ts. */
export function bootBlock(options: BootOptions, image: ImageLayout, hostFlags: number): Uint8Array {
  const out = new ByteWriter();
  out.skip(B.BOOT_HEADER_SIZE);
  out.setU32(0, B.BOOT_MAGIC);
  out.setU32(4, B.BOOT_VERSION);
  out.setU32(B.BOOT_HOST_FLAGS, hostFlags);
  writeChunks(out, image);
  writeProcess(out, options);
  writeLimits(out, options);
  writeMounts(out, [...(options.files ?? []).map(fileMount), ...(options.mounts ?? [])]);
  writeRights(out, options);
  if (options.program) writeProgram(out, options.program);
  if (options.network) writeNetwork(out, options.network);
  out.setU32(B.BOOT_LENGTH, out.length);
  return out.bytes();
}

function writeChunks(out: ByteWriter, image: ImageLayout): void {
  out.setU64(B.BOOT_IMAGE_SIZE, image.size);
  out.setU32(B.BOOT_CHUNK_SHIFT, B.CHUNK_SHIFT);
  out.setU32(B.BOOT_CHUNK_COUNT, image.chunks.length);
  out.setU32(B.BOOT_CHUNK_TABLE, out.length);
  out.setU32(B.BOOT_ENGINE, image.engine ?? 0);
  const table = new Uint32Array(image.chunks.length * 3);
  for (const [i, chunk] of image.chunks.entries()) {
    table[i * 3] = chunk.segment;
    table[i * 3 + 1] = chunk.offset;
    table[i * 3 + 2] = chunk.stored;
  }
  out.putU32s(table);
}

function writeNetwork(out: ByteWriter, network: BootNetwork): void {
  const bytes = new Uint8Array(N.INTERFACE_SIZE);
  bytes.set(network.address.subarray(12), N.INTERFACE_ADDRESS);
  bytes.set(network.gateway.subarray(12), N.INTERFACE_GATEWAY);
  bytes[N.INTERFACE_PREFIX] = network.prefix;
  bytes[N.INTERFACE_PREFIX6] = network.prefix6 ?? 0;
  if (network.address6) bytes.set(network.address6, N.INTERFACE_ADDRESS6);
  if (network.gateway6) bytes.set(network.gateway6, N.INTERFACE_GATEWAY6);
  out.align(8);
  out.setU32(B.BOOT_NETWORK, out.put(bytes));
}

function writeStrings(out: ByteWriter, strings: string[], offsetField: number, countField: number): void {
  out.setU32(offsetField, out.length);
  out.setU32(countField, strings.length);
  for (const text of strings) out.putCString(text);
}

function writeProcess(out: ByteWriter, options: BootOptions): void {
  writeStrings(out, options.argv, B.BOOT_ARGV, B.BOOT_ARGC);
  writeStrings(out, options.env ?? [], B.BOOT_ENV, B.BOOT_ENV_COUNT);
  out.setU32(B.BOOT_CMD_INDEX, options.commandIndex ?? 0);
  out.setU32(B.BOOT_CWD, out.putCString(options.cwd || '/'));
  out.setU32(B.BOOT_HOSTNAME, out.putCString(options.hostname || 'box'));
  out.setU32(B.BOOT_UID, options.uid ?? 0);
  out.setU32(B.BOOT_GID, options.gid ?? 0);
  const groups = options.groups ?? [];
  out.align(4);
  out.setU32(B.BOOT_GROUPS, out.length);
  out.setU32(B.BOOT_GROUP_COUNT, groups.length);
  for (const gid of groups) out.putU32(gid);
  out.setU16(B.BOOT_COLUMNS, options.columns ?? 80);
  out.setU16(B.BOOT_ROWS, options.rows ?? 24);
}

function writeLimits(out: ByteWriter, options: BootOptions): void {
  out.setU32(B.BOOT_MEMORY_LIMIT, Math.floor((options.memoryLimit ?? 0) / 4096));
  out.setU32(B.BOOT_TASK_LIMIT, options.taskLimit ?? 0);
  out.setU32(B.BOOT_UPPER_LIMIT, Math.floor((options.upperLimit ?? 0) / 4096));
  out.setU32(B.BOOT_CPU_LEVEL, options.cpuLevel ?? 0);
  out.setU64(B.BOOT_EPOCH, options.epoch ?? 0);
  if (options.seed) out.setU32(B.BOOT_SEED, out.put(options.seed));
}

function writeRights(out: ByteWriter, { rlimits = [], droppedCaps = 0n, noNewPrivileges = false }: BootOptions): void {
  const table = new BigUint64Array(rlimits.flatMap(({ resource, soft, hard }) => [BigInt(resource), soft, hard]));
  out.align(8);
  out.setU32(B.BOOT_RLIMITS, out.put(new Uint8Array(table.buffer)));
  out.setU32(B.BOOT_RLIMIT_COUNT, rlimits.length);
  out.setU64(B.BOOT_CAPS_DROPPED, Number(droppedCaps));
  out.setU32(B.BOOT_NO_NEW_PRIVS, noNewPrivileges ? 1 : 0);
}

function writeProgram(out: ByteWriter, program: Uint8Array): void {
  out.setU32(B.BOOT_PROGRAM, out.put(program));
  out.setU32(B.BOOT_PROGRAM_LENGTH, program.length);
}

/** Its content stands where other mounts have options. */
function fileMount({ path, content }: BootFile): Mount {
  return { type: 'file', target: path, options: content };
}

function writeMounts(out: ByteWriter, mounts: Mount[]): void {
  const strings = mounts.flatMap(({ type, target, options }) => [type, target, options]);
  writeStrings(out, strings, B.BOOT_MOUNTS, B.BOOT_MOUNT_COUNT);
  out.setU32(B.BOOT_MOUNT_COUNT, mounts.length);
}
