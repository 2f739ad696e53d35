// The notation of the instruction tables: one row per encoding, as the Intel SDM writes it (volume 2, 3.1 and appendix A).
// A row is [mnemonic, encoding, operands, attributes].
//
// Encoding: [o16|o32|REX.W] [NP|NFx|66|F3|F2] [REX.R=0|REX.B=0] opcode bytes, then one of  /r  /0../7  C0+i  C1 (a whole ModRM byte);
//   "+r" after the opcode: register in its low three bits; "+cc": condition there, handed to the handler in INSN_AUX.
//   A row without a mandatory prefix also takes every prefix that no other row of its opcode names; NP means none at all, NFx neither F3 nor F2.
//   VEX.L0|L1|LIG . NP|66|F3|F2 . 0F|0F38|0F3A [.W0|.W1] opcode: LIG and no W mean "ignored" (or, with y operands, size).
// Operands, destination first: a letter of appendix A.2.1 and a size.
//   E G R M   ModRM gpr or memory, ModRM.reg gpr, gpr only, memory only      Z A C 1   opcode +r, rAX, CL, the constant 1
//   B         gpr of VEX.vvvv            I u J O   immediate, unsigned immediate byte, branch distance, moffs
//   V W U H   xmm: ModRM.reg, r/m, register only, VEX.vvvv                   P Q N     the same for mmx
//   L         xmm of the top four bits of an immediate byte
//   S K       segment register of ModRM.reg; control or debug register (ModRM.mod ignored)
//   X Y       string operands at rSI and rDI      ST0 STi AX FS GS   themselves
//   b w d q t 8 16 32 64 80 bits;  v 16/32/64 by operand size;  y 32/64;  z 16/32 (immediates);  x and others: documentation
// Attributes: lock  LOCK is legal with a memory operand         d64   operand size is 64 or, with 66, 16
//   f64   always 64     noseg  segment prefix has no effect     seg   INSN_AUX holds the segment base of rSI, rBX or rDI
//   as=X  the handlers of mnemonic X serve this row             op=X  exactly OP_X does
//   size=src, size=dst  the operation's name gives only the size of the source, of the destination
//   v2  v3    the level of the x86-64 psABI that a CPU must have to know the row (a table may give it to all of its rows)
//   vsib      the index of the address is a vector register
//   VEX rows run their SSE twin on each half (isa/generate/shapes.ts) unless they are own: they have a handler. About the twin:
//   plain  nothing but the twin itself: no vector register is written     count  the source is one shift count for both halves
//   next=N  the upper half takes its immediate N bits further on          widen=N  a half of the result comes from N bytes
//   narrow  the results of the halves are 8 bytes each, put together
export type Row = readonly [mnemonic: string, encoding: string, operands?: string, attributes?: string];

/** Condition codes in the order of their encoding. */
export const CONDITIONS = 'O NO B AE E NE BE A S NS P NP L GE LE G'.split(' ');
