// `npm run fuzz:cpu -- [--tier NAME] [--seconds N] [--seed N] [--keep]`: random sequences on the CPU and on a tier until the
// time is over; prints each difference in its smallest form, and with --keep writes it to found/.
import { parseArgs } from 'node:util';
import { compareAll, tier } from './compare-tiers.ts';
import { keep } from './found.ts';
import { listing } from './listing.ts';
import { randomSequence, type Sequence } from './sequence.ts';
import { shrink } from './shrink.ts';

const BATCH = 500;
/** More differences than that are one bug many times. */
const MOST = 12;

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() & 0x7fffffff) },
    tier: { type: 'string', default: 'interp' },
  },
});
const machine = await tier(values.tier);
const end = Date.now() + Number(values.seconds) * 1000;
let seed = Number(values.seed);
let sequences = 0;
let failures = 0;
console.log(`tier ${values.tier}, seed ${seed}`);
while (Date.now() < end && failures < MOST) {
  const batch = Array.from({ length: BATCH }, () => randomSequence(seed++));
  const wrong = compareAll(machine, batch);
  sequences += BATCH;
  batch.forEach((s, i) => {
    if (wrong[i].length && failures < MOST) report(s);
  });
}
console.log(`${machine.executed} instructions in ${sequences} sequences, ${failures} differences`);
process.exitCode = failures ? 1 : 0;

function report(s: Sequence): void {
  failures++;
  const small = shrink(machine, s);
  const difference = compareAll(machine, [small])[0].join('; ') || 'only after the sequences before it';
  console.log(`\nseed ${s.seed}: ${difference}\n${listing(small)}`);
  if (values.keep) console.log(`kept as ${keep(small, difference)}`);
}
