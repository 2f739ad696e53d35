// A network that is made when the box first uses it: programs that stay for themselves start without it.
import type { Network } from '../../net/network.ts';
import type { JoinOptions, Member } from './members.ts';
import type { Nat } from './nat.ts';
import type { UserNetwork } from './networks.ts';

export class LazyNetwork implements Network {
  readonly #open: () => Promise<Nat>;
  #network: Nat | undefined;
  #starting: Promise<Nat> | undefined;
  readonly #waiting: Uint8Array[] = [];
  #onReady: (() => void) | undefined;
  #closed = false;

  constructor(open: () => Promise<Nat>) {
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
    this.#waiting.push(frames.slice());
    void this.#start();
  }

  receive(into: Uint8Array): number {
    return this.#network?.receive(into) ?? 0;
  }

  close(): void {
    this.#closed = true;
    this.#network?.close();
  }

  async join(network: UserNetwork, options: JoinOptions): Promise<Member> {
    return (await this.#start()).join(network, options);
  }

  leave(name: string): boolean {
    return this.#network?.leave(name) ?? false;
  }

  #start(): Promise<Nat> {
    this.#starting ??= this.#begin();
    return this.#starting;
  }

  async #begin(): Promise<Nat> {
    const network = await this.#open();
    if (this.#closed) network.close();
    this.#network = network;
    network.onReady = this.#onReady;
    for (const frames of this.#waiting) network.send(frames);
    this.#waiting.length = 0;
    return network;
  }
}
