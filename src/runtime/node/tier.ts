// Which tiers run a box: the interpreter alone (interp), also translations that are baked into the box (aot), also
// translations that are made while it runs and kept for the next run (jit).
// WBX_TIER chooses for everything that this process starts (aot when unset). WBX_JIT_THRESHOLD=N says how often a branch
// target is reached until it is translated - then at once, so that tests do not depend on when a compilation ends.
// WBX_CACHE=1 keeps translations for the next run: not yet the rule, since what it gains is not measured.
import { WbxError } from '../../errors.ts';
import type { TranslatorOptions } from '../../translate/translator.ts';

export type Tier = 'interp' | 'jit' | 'aot';

const TIERS: readonly string[] = ['interp', 'jit', 'aot'] satisfies Tier[];
/** Below it most code would be translated that soon ends; see docs/PERFORMANCE.md. */
const THRESHOLD = 3000;
/** What is at hand pays sooner; V8 still has to compile it. */
const RECALL = 500;

export function tierOf(wanted: Tier | undefined): Tier {
  const tier = wanted ?? process.env.WBX_TIER ?? 'aot';
  if (!TIERS.includes(tier)) throw new WbxError('BAD_ARGUMENT', `"${tier}" is no tier: use interp, jit or aot`);
  return tier as Tier;
}

/** `save` is for the end of the run. */
export interface Translation {
  options: TranslatorOptions;
  save(): void;
}

/** For the tier jit. */
export async function translation(): Promise<Translation> {
  const threshold = forcedThreshold();
  const timing = threshold === undefined ? { threshold: THRESHOLD } : { threshold, synchronous: true };
  const keeps = process.env.WBX_CACHE === '1';
  const cache = keeps ? (await import('./translations/cache.ts')).openCache() : undefined;
  return { options: { ...timing, store: cache, recall: RECALL }, save: () => cache?.save() };
}

function forcedThreshold(): number | undefined {
  const forced = process.env.WBX_JIT_THRESHOLD;
  if (forced === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(forced))
    throw new WbxError('BAD_ARGUMENT', `WBX_JIT_THRESHOLD is "${forced}": it must be a number from 1 to 99999`);
  return Number(forced);
}
