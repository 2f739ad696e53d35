// The flags of /proc/cpuinfo: names of the bits that CPUID reports, in Linux's order and spelling (arch/x86/include/asm/cpufeatures.h).
import { cpuid_value, EAX, EBX, ECX, EDX } from '../../cpu/cpuid.ts';
import { cstr } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';

const SPACE: u32 = 0x20;
const DASH: u32 = 0x2d;

/** Writes the names, each with a space behind it. */
export function cpu_flags(text: Text): void {
  names(
    text,
    cpuid_value(1, 0, EDX),
    cstr(
      'fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe',
    ),
  );
  names(
    text,
    cpuid_value(0x80000001, 0, EDX),
    cstr('- - - - - - - - - - - syscall - - - - - - - mp nx - mmxext - - fxsr_opt pdpe1gb rdtscp - lm 3dnowext 3dnow'),
  );
  text.puts(cstr('constant_tsc rep_good nopl nonstop_tsc cpuid tsc_known_freq '));
  names(
    text,
    cpuid_value(1, 0, ECX),
    cstr(
      'pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr pdcm - pcid dca sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave - avx f16c rdrand hypervisor',
    ),
  );
  names(
    text,
    cpuid_value(0x80000001, 0, ECX),
    cstr('lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw'),
  );
  names(
    text,
    cpuid_value(7, 0, EBX),
    cstr(
      'fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm cqm - mpx rdt_a avx512f avx512dq rdseed adx smap avx512ifma - clflushopt clwb intel_pt avx512pf avx512er avx512cd sha_ni avx512bw avx512vl',
    ),
  );
  names(text, cpuid_value(13, 1, EAX), cstr('xsaveopt xsavec xgetbv1 xsaves'));
  names(text, cpuid_value(7, 0, ECX), cstr('- umip - - - - - - - - - - - - - - - - - - - - rdpid'));
}

/** The words of `list` whose bit is set; "-" has no name. */
function names(text: Text, bits: u32, list: usize): void {
  let p = list;
  for (let bit: u32 = 0; bit < 32 && load<u8>(p); bit++) {
    let end = p;
    while (load<u8>(end) && load<u8>(end) != SPACE) end++;
    if ((bits >> bit) & 1 && load<u8>(p) != DASH) {
      text.putn(p, (end - p) as i32);
      text.char(SPACE as i32);
    }
    p = load<u8>(end) ? end + 1 : end;
  }
}
