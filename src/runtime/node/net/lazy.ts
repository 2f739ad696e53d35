// A network that is made when the box first uses it: programs that stay for themselves start without it.
import type { Network } from '../../net/network.ts';

export class LazyNetwork implements Network {
  readonly #open: () => Promise<Network>;
  #network: Network | undefined;
  readonly #waiting: Uint8Array[] = [];
  #onReady: (() => void) | undefined;
  #closed = false;

  constructor(open: () => Promise<Network>) {
    this.#open = open;
  }

  get onReady(): (() => void) | undefined {
    return this.#onReady;
  }

  set onReady(callback: (() => void) | undefined) {
    this.#onReady = callback;
    if (this.#network) this.#network.onReady = callback;
  }

  send(frames: Uint8Array): void {
    if (this.#network) return this.#network.send(frames);
    if (this.#waiting.length === 0) void this.#start();
    this.#waiting.push(frames.slice());
  }

  receive(into: Uint8Array): number {
    return this.#network?.receive(into) ?? 0;
  }

  close(): void {
    this.#closed = true;
    this.#network?.close();
  }

  async #start(): Promise<void> {
    const network = await this.#open();
    if (this.#closed) return network.close();
    this.#network = network;
    network.onReady = this.#onReady;
    for (const frames of this.#waiting) network.send(frames);
    this.#waiting.length = 0;
  }
}
