// CPUID (SDM volume 2): says exactly what this machine does, so that programs choose code that runs.
// Rows of 24 bytes: leaf, subleaf (0xffffffff = any), eax, ebx, ecx, edx; what is not listed reads as zero.
import { CPU_BASE } from '../../abi/box.ts';
import { GPR_RAX, GPR_RBX, GPR_RCX, GPR_RDX } from '../../abi/cpu.ts';
import { cpu_level } from './level.ts';

const ANY: u32 = 0xffffffff;
const ROW: usize = 24;
// biome-ignore format: one row a line
const ROWS: usize = memory.data<u32>([
  // "GenuineIntel"; highest basic leaf.
  0x0, 0xffffffff, 0x16, 0x756e6547, 0x6c65746e, 0x49656e69,
  // Family 6 model 0x1a (C libraries tune for it by unaligned loads); CLFLUSH line 64 bytes, one logical processor.
  // ecx: SSE3 PCLMULQDQ SSSE3 FMA CX16 SSE4.1 SSE4.2 MOVBE POPCNT AES XSAVE OSXSAVE AVX F16C RDRAND.
  // edx: FPU DE TSC CX8 CMOV CLFSH MMX FXSR SSE SSE2.
  0x1, 0xffffffff, 0x000106a5, 0x00010800, 0x7ed83203, 0x07888115,
  // Cache descriptors: "see leaf 4".
  0x2, 0xffffffff, 0x00feff01, 0x000000f0, 0x0, 0x0,
  // 32 KiB L1 data and code, 1 MiB L2, 8 MiB L3; C libraries choose copy strategies by them.
  0x4, 0x0, 0x00000121, 0x01c0003f, 0x3f, 0x0,
  0x4, 0x1, 0x00000122, 0x01c0003f, 0x3f, 0x0,
  0x4, 0x2, 0x00000143, 0x03c0003f, 0x3ff, 0x0,
  0x4, 0x3, 0x00000163, 0x03c0003f, 0x1fff, 0x0,
  // ERMS: rep movsb and stosb are the fastest way to move memory. Besides FSGSBASE BMI1 AVX2 BMI2 RDSEED ADX CLFLUSHOPT CLWB SHA.
  0x7, 0x0, 0x0, 0x218c0329, 0x00400000, 0x0,
  // XSAVE images: x87, SSE and AVX, 832 bytes. XSAVEOPT XSAVEC XGETBV with ecx 1. AVX: 256 bytes from 576 on.
  0xd, 0x0, 0x7, 0x340, 0x340, 0x0,
  0xd, 0x1, 0x7, 0x340, 0x0, 0x0,
  0xd, 0x2, 0x100, 0x240, 0x0, 0x0,
  // TSC counts at 1 GHz.
  0x15, 0xffffffff, 0x1, 0x1, 0x3b9aca00, 0x0,
  0x16, 0xffffffff, 0x3e8, 0x3e8, 0x64, 0x0,
  0x80000000, 0xffffffff, 0x80000008, 0x0, 0x0, 0x0,
  // ecx: LAHF LZCNT PREFETCHW. edx: SYSCALL NX RDTSCP LM.
  0x80000001, 0xffffffff, 0x0, 0x0, 0x00000121, 0x28100800,
  // "wbx x86-64 interpreter"
  0x80000002, 0xffffffff, 0x20786277, 0x2d363878, 0x69203436, 0x7265746e,
  0x80000003, 0xffffffff, 0x74657270, 0x00007265, 0x0, 0x0,
  // 64-byte lines, 1 MiB L2.
  0x80000006, 0xffffffff, 0x0, 0x0, 0x04006040, 0x0,
  // Invariant TSC.
  0x80000007, 0xffffffff, 0x0, 0x0, 0x0, 0x00000100,
  // 40 bits of physical, 48 of virtual addresses.
  0x80000008, 0xffffffff, 0x3028, 0x0, 0x0, 0x0,
]);
const COUNT: usize = 20;

/** Leaves of which a lower level shows less: leaf, ebx and ecx of level 1, of level 2; eax and edx are the same but for XSAVE's. */
// biome-ignore format: one row a line
const LOWER_LEVELS: usize = memory.data<u32>([
  0x1, 0xffffffff, 0x0, 0xffffffff, 0x02982203,
  0x7, 0x200, 0x0, 0x200, 0x0,
  0x80000001, 0x0, 0x100, 0x0, 0x101,
]);
const LOWER_SIZE: usize = 60;
const LEAF_XSAVE: u32 = 0xd;
const HIGHEST_LEVEL: u32 = 3;

export function cpuid(): bool {
  const leaf = load<u32>(CPU_BASE + GPR_RAX);
  const subleaf = load<u32>(CPU_BASE + GPR_RCX);
  store<u64>(CPU_BASE + GPR_RAX, cpuid_value(leaf, subleaf, EAX));
  store<u64>(CPU_BASE + GPR_RBX, cpuid_value(leaf, subleaf, EBX));
  store<u64>(CPU_BASE + GPR_RCX, cpuid_value(leaf, subleaf, ECX));
  store<u64>(CPU_BASE + GPR_RDX, cpuid_value(leaf, subleaf, EDX));
  return true;
}

export const EAX: u32 = 0;
export const EBX: u32 = 1;
export const ECX: u32 = 2;
export const EDX: u32 = 3;

/** What CPUID answers in one register. */
export function cpuid_value(leaf: u32, subleaf: u32, register: u32): u32 {
  const row = find(leaf, subleaf);
  if (!row) return 0;
  const value = load<u32>(row + 8 + register * 4);
  const level = cpu_level();
  if (level == HIGHEST_LEVEL) return value;
  if (leaf == LEAF_XSAVE) return 0;
  if (register != EBX && register != ECX) return value;
  for (let lower = LOWER_LEVELS; lower < LOWER_LEVELS + LOWER_SIZE; lower += 20) {
    if (load<u32>(lower) == leaf) return value & load<u32>(lower + (level - 1) * 8 + register * 4);
  }
  return value;
}

function find(leaf: u32, subleaf: u32): usize {
  for (let row = ROWS; row < ROWS + COUNT * ROW; row += ROW) {
    if (load<u32>(row) == leaf && (load<u32>(row, 4) == ANY || load<u32>(row, 4) == subleaf)) return row;
  }
  return 0;
}
