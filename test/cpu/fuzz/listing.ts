// A sequence as text: its instructions by an independent disassembler, without the NOPs of shrinking, and its registers.
import { Decoder, DecoderOptions, Formatter, FormatterSyntax } from 'iced-x86';
import { unit } from '../compare.ts';
import type { TestCase } from '../testcase.ts';

const REGISTERS = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');

export function listing(c: TestCase): string {
  const decoder = new Decoder(64, c.code, DecoderOptions.None);
  decoder.ip = c.rip;
  const formatter = new Formatter(FormatterSyntax.Intel);
  const lines: string[] = [];
  while (decoder.canDecode) {
    const at = decoder.position;
    const instruction = decoder.decode();
    const bytes = Buffer.from(c.code.slice(at, decoder.position)).toString('hex');
    const text = formatter.format(instruction);
    if (text !== 'nop') lines.push(`  ${(c.rip + BigInt(at)).toString(16)}  ${bytes.padEnd(24)} ${text}`);
    instruction.free();
  }
  formatter.free();
  decoder.free();
  const set = REGISTERS.map((name, i) => [name, c.gpr[i]] as const).filter(([, v]) => v !== 0n);
  return [...lines, `  ${set.map(([name, v]) => `${name}=${v.toString(16)}`).join(' ')}${unit(c.fx)}`].join('\n');
}
