// Where the ports of a box can be reached, as `ps`, `port` and `inspect` show it.
import type { PortState } from '../runtime/node/boxes/record.ts';
import type { Network } from '../runtime/net/network.ts';

const EVERYWHERE = '0.0.0.0';

export function portsOf(network: Network | undefined): PortState[] {
  return (network?.published ?? []).map(({ hostAddress = EVERYWHERE, hostPort, boxPort, protocol }) => ({
    port: boxPort,
    protocol,
    hostAddress,
    hostPort,
  }));
}

export function portName({ port, protocol }: PortState): string {
  return `${port}/${protocol}`;
}

export function hostPlace({ hostAddress, hostPort }: PortState): string {
  return `${hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress}:${hostPort}`;
}
