// Passes the kernel's trace text on; in its report of an instruction that the box's CPU has not (kernel/task/unsupported.ts), which
// gives the family and the bytes, it puts the mnemonic and who has it instead of the family.
import type { MaybePromise } from '../../box/source.ts';
import type { ByteSink } from '../streams.ts';
import { WholeWrites } from '../whole-writes.ts';
import type { InstructionName } from './name.ts';

const START = new TextEncoder().encode('wbx: ');
/** Up to the address, with the level; then the family and the bytes. */
const REPORT =
  /^(.* ends with SIGILL: the CPU of this box, x86-64-v(\d), .* instruction at 0x[0-9a-f]+), .*: ([0-9a-f ]+)\n$/;
/** A character a byte: the name of the program may be any bytes. */
const BYTES = new TextDecoder('latin1');

export class InstructionReports implements ByteSink {
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): MaybePromise<number> {
    const report = START.every((byte, i) => bytes[i] === byte) && REPORT.exec(BYTES.decode(bytes));
    return report ? this.#named(bytes.slice(), report) : this.#sink.write(bytes);
  }

  async #named(report: Uint8Array, [, before, level, code]: RegExpExecArray): Promise<number> {
    const { instructionName } = await import('./name.ts');
    const name = instructionName(Uint8Array.from(code.split(' '), (byte) => Number.parseInt(byte, 16)));
    const missing = name && whatIsMissing(name, Number(level));
    const written = await new WholeWrites(this.#sink).write(
      missing ? spliced(report.subarray(0, before.length), `: ${missing}: ${code}\n`) : report,
    );
    return written < 0 ? written : report.length;
  }
}

function spliced(start: Uint8Array, end: string): Uint8Array {
  const text = new TextEncoder().encode(end);
  const all = new Uint8Array(start.length + text.length);
  all.set(start);
  all.set(text, start.length);
  return all;
}

/** Undefined when the CPU has the instruction, but not so: with LOCK, or with operands that it cannot take. */
function whatIsMissing({ mnemonic, level = 0, extension }: InstructionName, has: number): string | undefined {
  if (extension) return `${mnemonic} is of ${extension}, which boxes do not have`;
  return level > has ? `${mnemonic} needs --cpu v${level}` : undefined;
}
