// Turns of a page's event loop: a message to ourselves, since timers are held back to 4 ms when nested.
import type { Scheduler } from '../box.ts';

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];

port1.onmessage = () => waiting.shift()?.();

export const scheduler: Scheduler = {
  yield: () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(0);
    }),
};
