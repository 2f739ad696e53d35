// Which tiers run a box: the interpreter alone, or also translated code.
// WBX_TIER=interp|jit chooses for everything that this process starts (interp when unset); WBX_JIT_THRESHOLD=N says how often a branch target is
// reached until it is translated - then at once, so that tests do not depend on when a compilation ends.
import { WbxError } from '../../errors.ts';
import type { TranslatorOptions } from '../../translate/translator.ts';

export type Tier = 'interp' | 'jit';

/** Below it most code would be translated that soon ends; see docs/PERFORMANCE.md. */
const THRESHOLD = 3000;

export function tierOptions(wanted: Tier | undefined): TranslatorOptions | undefined {
  const tier = wanted ?? process.env.WBX_TIER ?? 'interp';
  if (tier === 'interp') return undefined;
  if (tier !== 'jit') throw new WbxError('BAD_ARGUMENT', `"${tier}" is no tier: use interp or jit`);
  const forced = process.env.WBX_JIT_THRESHOLD;
  if (forced === undefined) return { threshold: THRESHOLD };
  if (!/^[1-9]\d{0,4}$/.test(forced))
    throw new WbxError('BAD_ARGUMENT', `WBX_JIT_THRESHOLD is "${forced}": it must be a number from 1 to 99999`);
  return { threshold: Number(forced), synchronous: true };
}
