// struct rusage, 144 bytes: getrusage(2).
import { retired_to_ns } from '../task/cputime.ts';
import { ThreadGroup } from '../task/thread_group.ts';

const NS_PER_US: u64 = 1000;
const NS_PER_S: u64 = 1000000000;

/** Fills it at p; maxRss in pages. All time counts as user time. Returns p. */
export function rusage_fill(
  p: usize,
  retired: u64,
  minor: u64,
  major: u64,
  voluntary: u64,
  forced: u64,
  maxRss: u64,
): usize {
  memory.fill(p, 0, 144);
  const ns = retired_to_ns(retired);
  store<u64>(p, ns / NS_PER_S, 0);
  store<u64>(p, (ns % NS_PER_S) / NS_PER_US, 8);
  store<u64>(p, maxRss * 4, 32);
  store<u64>(p, minor, 64);
  store<u64>(p, major, 72);
  store<u64>(p, voluntary, 128);
  store<u64>(p, forced, 136);
  return p;
}

/** What wait4 tells of a zombie: its own and its waited-for children's. */
export function rusage_children(p: usize, g: ThreadGroup): usize {
  return rusage_fill(
    p,
    g.retired + g.childRetired,
    g.minFaults + g.childMinFaults,
    g.majFaults + g.childMajFaults,
    g.voluntarySwitches + g.childVoluntary,
    g.involuntarySwitches + g.childInvoluntary,
    max(g.maxRss, g.childMaxRss),
  );
}
