// The network a box finds itself on, as with Docker's default bridge: its own address and a gateway, behind which the host
// translates addresses and answers name queries.
import { parseAddress } from './address.ts';

export interface Subnet {
  address: string;
  gateway: string;
  prefix: number;
  address6: string;
  gateway6: string;
  prefix6: number;
}

/** Every box has a network of its own, so all may have the same addresses. */
export const DEFAULT_SUBNET: Subnet = {
  address: '10.88.0.2',
  gateway: '10.88.0.1',
  prefix: 16,
  address6: 'fd00:88::2',
  gateway6: 'fd00:88::1',
  prefix6: 64,
};

/** An address of the subnet as 16 bytes. */
export function subnetBytes(text: string): Uint8Array {
  return parseAddress(text)!;
}
