// Runs each case until its code is translated, and gives the outcome of that run: the tier `jit`. Cases of the same code, one
// after the other, are translated once.
import { Memory } from '../../../src/runtime/memory.ts';
import { Translator } from '../../../src/translate/translator.ts';
import { Machine } from '../machine.ts';
import type { State, TestCase } from '../testcase.ts';

/** The first run interprets, the next ones find what the runs before them made hot. */
const RUNS = 3;

export class TranslatedMachine extends Machine {
  /** Regions that were put in service. */
  translated = 0;
  private last: TestCase | undefined;

  override run(c: TestCase): State {
    const isSame = this.last?.rip === c.rip && Buffer.from(this.last.code).equals(c.code);
    this.last = c;
    if (isSame) return super.run(c);
    // One for each case: it remembers records, whose memory the next case's code takes over.
    const translator = new Translator(this.machine, new Memory(this.machine.memory), {
      threshold: 1,
      synchronous: true,
    });
    let state = super.run(c);
    for (let run = 1; run < RUNS; run++) {
      this.load(c);
      this.machine.heat(c.rip);
      translator.serve();
      state = super.run(c);
    }
    this.translated += translator.regions;
    return state;
  }
}
