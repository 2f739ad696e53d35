// Turns of Node's event loop.
import { setImmediate } from 'node:timers/promises';
import type { Scheduler } from '../box.ts';

export const scheduler: Scheduler = { yield: () => setImmediate() };
