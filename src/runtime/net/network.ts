// What the ring asks of a network: batches of frames (abi/hostnet.ts), both ways.
import type { PublishedPort } from './port-spec.ts';

export interface Network {
  /** Takes all frames of a batch; the bytes are valid only during the call. */
  send(frames: Uint8Array): void;
  /** Fills the buffer with whole frames that wait for the box: how many bytes. 0 = none: `onReady` is called once there are. */
  receive(into: Uint8Array): number;
  onReady: (() => void) | undefined;
  /** With the ports that were found where any would do. */
  readonly published?: readonly PublishedPort[];
  /** The box is gone. */
  close(): void;
}
