// The instruction that is being decoded: what its prefixes and opcode said, until the record of abi/insn.ts is complete.
// Meaningless between two calls of the decoder.
//
//   0  start u32     4  rex u32 (0 or the whole byte)   8  flags u32 (INSN_*)   12 segment u32 (EA_FS, EA_GS, 0)
//   16 prefix u32 (0 none, 1 66, 2 F3, 3 F2)   20 size u32 (0..2: 16, 32, 64 bits)   24 opcode u32   28 modrm u32
//   32 vvvv u32 (0 without VEX)   36 l u32   40 askedModrm u32   44 ripRelative u32   48 vex u32 (INSN_VEX or 0)
@unmanaged
export class Decoding {
  start: usize;
  rex: u32;
  flags: u32;
  segment: u32;
  prefix: u32;
  size: u32;
  opcode: u32;
  modrm: u32;
  vvvv: u32;
  l: u32;
  askedModrm: u32;
  ripRelative: u32;
  vex: u32;

  @inline static get now(): Decoding {
    return changetype<Decoding>(DECODING);
  }
}

const DECODING: usize = memory.data(52, 8);
