// Docker's `-p`: [[IP:]HOSTPORT[-LAST]:]PORT[-LAST][/tcp|/udp]. Without a port of the host it is any free one.
import { WbxError } from '../../errors.ts';
import { parseAddress } from './address.ts';
import type { Protocol } from './rule.ts';

/** One port of the host that leads to one of the box. */
export interface PublishedPort {
  /** Address of the host to listen at; every one when absent. */
  hostAddress?: string;
  /** 0 = any free one. */
  hostPort: number;
  boxPort: number;
  protocol: Protocol;
}

const SPEC = /^(?:(?:(\[[^\]]+\]|[0-9.]*):)?([\d-]*):)?(\d+(?:-\d+)?)(?:\/(\w+))?$/;

export function parsePublish(text: string): PublishedPort[] {
  const [, address = '', host = '', box, protocol = 'tcp'] = SPEC.exec(text) ?? [];
  if (box === undefined) throw wrong(text, 'write [[IP:]HOSTPORT:]PORT[/udp]');
  if (protocol !== 'tcp' && protocol !== 'udp') throw wrong(text, `protocol ${protocol} is neither tcp nor udp`);
  const hostAddress = address.replace(/^\[(.*)\]$/, '$1') || undefined;
  if (hostAddress && !parseAddress(hostAddress)) throw wrong(text, `${hostAddress} is no address`);
  const boxPorts = range(text, box);
  const hostPorts = host === '' ? boxPorts.map(() => 0) : range(text, host);
  if (hostPorts.length !== boxPorts.length) throw wrong(text, 'both ranges must have the same length');
  return boxPorts.map((boxPort, i) => ({ hostAddress, hostPort: hostPorts[i], boxPort, protocol }));
}

function range(text: string, ports: string): number[] {
  const [first, last = first] = ports.split('-').map(Number);
  if (!(first <= last) || last > 65535 || ports.split('-').length > 2) {
    throw wrong(text, `${ports} is not a range of ports from 0 to 65535`);
  }
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function wrong(text: string, why: string): WbxError {
  return new WbxError('BAD_ARGUMENT', `published port "${text}": ${why}`);
}
