// THE list of what random sequences leave out, with the reason: instructions, and bits of the state that are not compared.
// What only one instruction at a time can compare (within one ulp, say) is compared in the tests of single instructions.

/** Mnemonics that are not generated. A jump between instructions may still find one; those of time and entropy end the
 * comparison. */
export const EXEMPT_INSTRUCTIONS: Record<string, string> = {
  CPUID: 'says what this machine is; the table of kernel/cpu/cpuid.ts says what a box is',
  F2XM1: 'within one ulp, not bit for bit: transcendental/',
  FCOS: 'within one ulp, not bit for bit: transcendental/',
  FNSAVE: 'its image holds FOP and FDP, which this machine does not keep; the rest: state-image.test.ts',
  FNSTENV: 'its image holds FOP and FDP, which this machine does not keep; the rest: state-image.test.ts',
  FPATAN: 'within one ulp, not bit for bit: transcendental/',
  FPTAN: 'within one ulp, not bit for bit: transcendental/',
  FSIN: 'within one ulp, not bit for bit: transcendental/',
  FSINCOS: 'within one ulp, not bit for bit: transcendental/',
  FSTPNCE: 'what it leaves of an empty register varies with what ran before',
  FXSAVE: 'its image holds FOP and FDP, which this machine does not keep; the rest: state-image.test.ts',
  FYL2X: 'within one ulp, not bit for bit: transcendental/',
  FYL2XP1: 'within one ulp, not bit for bit: transcendental/',
  RDPID: 'number of the processor it runs on',
  RDRAND: 'random; its flags and operand sizes: entropy.test.ts',
  RDSEED: 'random; its flags and operand sizes: entropy.test.ts',
  RDTSC: 'time',
  RDTSCP: 'time, and the processor it runs on',
  ...Object.fromEntries(
    [
      'VGATHERDPD',
      'VGATHERDPS',
      'VGATHERQPD',
      'VGATHERQPS',
      'VPGATHERDD',
      'VPGATHERDQ',
      'VPGATHERQD',
      'VPGATHERQQ',
    ].map((name) => [name, 'random vectors of indices lead nowhere: vector/']),
  ),
  SYSENTER: 'leaves for the 32-bit gate of the host kernel, which no 64-bit program uses',
  XGETBV: 'depends on the vector level a box offers',
  XRSTOR: 'its components are those of this machine; x87, SSE and AVX: state-image.test.ts',
  XRSTORS: 'not for user mode',
  XSAVE: 'its components are those of this machine; x87, SSE and AVX: state-image.test.ts',
  XSAVEC: 'its components are those of this machine; x87, SSE and AVX: state-image.test.ts',
  XSAVEOPT: 'its components are those of this machine; x87, SSE and AVX: state-image.test.ts',
  XSAVES: 'not for user mode',
};

/** Bits of the compared state that are left out everywhere; compare.ts applies them. */
export const EXEMPT_STATE: [what: string, reason: string][] = [
  ['sequences that take more than 500,000 instructions', 'they loop, for ever or nearly'],
  ['far transfers to selector 0x23', 'lead to 32-bit code, which a box does not have: #GP there'],
  ['REP with 32-bit addresses', 'upper halves of rSI and rDI after a fault at its first element'],
  ['RFLAGS.RF', 'Linux shows the one that the CPU sets for its own use when it reports a fault'],
  [
    'si_addr, and what a faulting store left, in sequences with operands of more than 8 bytes of x87 or masked moves',
    'which part the CPU touches first varies',
  ],
  ['sequences that end with SIGBUS, BUS_ADRALN', 'RFLAGS.AC is kept and shown, but misaligned operands do not fault'],
  ['FOP, FIP, FDP of the FXSAVE image', 'processors differ in when they update them; Linux programs do not read them'],
  ['bytes 10..15 of each ST slot of the FXSAVE image', 'reserved'],
];
