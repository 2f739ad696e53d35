// SHA-1 and SHA-256 instructions (SDM volume 1, 5.20, and volume 2; FIPS 180-4). Element 3 of a vector is the first of the manual.
import { OP_SHA1MSG1, OP_SHA1MSG2, OP_SHA1NEXTE, OP_SHA256MSG1, OP_SHA256MSG2 } from '../../../isa/ops.gen.ts';
import { Imm, Source, Xmm } from './operand.ts';

@unmanaged
class Word {
  @inline static at(p: usize, i: usize): u32 {
    return load<u32>(p + 4 * i);
  }
  @inline static put(p: usize, a: u32, b: u32, c: u32, d: u32): void {
    v128.store(p, i32x4(a as i32, b as i32, c as i32, d as i32));
  }
  @inline static smallSigma0(x: u32): u32 {
    return rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3);
  }
  @inline static smallSigma1(x: u32): u32 {
    return rotr<u32>(x, 17) ^ rotr<u32>(x, 19) ^ (x >> 10);
  }
}

/** The instructions that take just two operands and schedule messages. */
export function sha_schedule(op: u32, ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  switch (op) {
    case OP_SHA1NEXTE:
      Word.put(d, Word.at(s, 0), Word.at(s, 1), Word.at(s, 2), Word.at(s, 3) + rotl<u32>(Word.at(d, 3), 30));
      return true;
    case OP_SHA1MSG1:
      v128.store(d, v128.xor(v128.load(d), v128.shuffle<u32>(v128.load(d), v128.load(s), 6, 7, 0, 1)));
      return true;
    case OP_SHA1MSG2:
      sha1msg2(d, s);
      return true;
    case OP_SHA256MSG1:
      sha256msg1(d, s);
      return true;
    case OP_SHA256MSG2:
      sha256msg2(d, s);
      return true;
    default:
      unreachable();
      return false;
  }
}

function sha1msg2(d: usize, s: usize): void {
  const w16 = rotl<u32>(Word.at(d, 3) ^ Word.at(s, 2), 1);
  const w17 = rotl<u32>(Word.at(d, 2) ^ Word.at(s, 1), 1);
  const w18 = rotl<u32>(Word.at(d, 1) ^ Word.at(s, 0), 1);
  const w19 = rotl<u32>(Word.at(d, 0) ^ w16, 1);
  Word.put(d, w19, w18, w17, w16);
}

function sha256msg1(d: usize, s: usize): void {
  const w0 = Word.at(d, 0) + Word.smallSigma0(Word.at(d, 1));
  const w1 = Word.at(d, 1) + Word.smallSigma0(Word.at(d, 2));
  const w2 = Word.at(d, 2) + Word.smallSigma0(Word.at(d, 3));
  const w3 = Word.at(d, 3) + Word.smallSigma0(Word.at(s, 0));
  Word.put(d, w0, w1, w2, w3);
}

function sha256msg2(d: usize, s: usize): void {
  const w16 = Word.at(d, 0) + Word.smallSigma1(Word.at(s, 2));
  const w17 = Word.at(d, 1) + Word.smallSigma1(Word.at(s, 3));
  const w18 = Word.at(d, 2) + Word.smallSigma1(w16);
  const w19 = Word.at(d, 3) + Word.smallSigma1(w17);
  Word.put(d, w16, w17, w18, w19);
}

/** SHA256RNDS2: two rounds; dst holds C D G H, src A B E F, xmm0 the two words of message plus constant. */
export function sha256rnds2(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  let a = Word.at(s, 3);
  let b = Word.at(s, 2);
  let e = Word.at(s, 1);
  let f = Word.at(s, 0);
  let c = Word.at(d, 3);
  let h = Word.at(d, 0);
  let g = Word.at(d, 1);
  let dd = Word.at(d, 2);
  for (let i: usize = 0; i < 2; i++) {
    const sum1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
    const t1 = h + sum1 + ((e & f) ^ (~e & g)) + Word.at(Xmm.zero(), i);
    const t2 = (rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = dd + t1;
    dd = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  Word.put(d, f, e, b, a);
  return true;
}

/** SHA1RNDS4: four rounds with the function and constant imm chooses; dst holds A B C D, src the words with E in the first. */
export function sha1rnds4(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const dst = Xmm.dst(ip);
  const kind = Imm.byte(ip) & 3;
  let a = Word.at(dst, 3);
  let b = Word.at(dst, 2);
  let c = Word.at(dst, 1);
  let d = Word.at(dst, 0);
  let e: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const t = rotl<u32>(a, 5) + sha1_function(kind, b, c, d) + e + Word.at(s, 3 - i) + sha1_constant(kind);
    e = d;
    d = c;
    c = rotl<u32>(b, 30);
    b = a;
    a = t;
  }
  Word.put(dst, d, c, b, a);
  return true;
}

function sha1_function(kind: u32, b: u32, c: u32, d: u32): u32 {
  if (kind == 0) return (b & c) ^ (~b & d);
  return kind == 2 ? (b & c) ^ (b & d) ^ (c & d) : b ^ c ^ d;
}

function sha1_constant(kind: u32): u32 {
  if (kind < 2) return kind ? 0x6ed9eba1 : 0x5a827999;
  return kind == 2 ? 0x8f1bbcdc : 0xca62c1d6;
}
