// PAX extended headers: records "LENGTH KEY=VALUE\n", the length counting itself. Values are bytes: an extended attribute
// such as security.capability is not text.
import { WbxError } from '../../errors.ts';

export type PaxRecords = Map<string, Buffer>;

export function decodePax(bytes: Uint8Array, where: string): PaxRecords {
  const records: PaxRecords = new Map();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length && buffer[at] !== 0; ) {
    const space = buffer.indexOf(0x20, at);
    const length = Number(buffer.toString('latin1', at, space < 0 ? at : space));
    const equals = buffer.indexOf(0x3d, space);
    const end = at + length;
    if (!(length > 0) || end > buffer.length || equals < 0 || equals >= end || buffer[end - 1] !== 0x0a) {
      throw new WbxError('BAD_IMAGE', `${where} holds a broken PAX header`);
    }
    records.set(buffer.toString('utf8', space + 1, equals), Buffer.from(buffer.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}

export function encodePax(records: PaxRecords): Buffer {
  return Buffer.concat([...records].map(([key, value]) => encodeRecord(Buffer.from(` ${key}=`), value)));
}

function encodeRecord(key: Buffer, value: Buffer): Buffer {
  const rest = key.length + value.length + 1;
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), key, value, Buffer.from('\n')]);
}

/** A time as PAX writes it, "seconds[.fraction]", possibly negative. */
export function parsePaxTime(text: string): { seconds: number; nanoseconds: number } | undefined {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (!match) return undefined;
  const nanoseconds = Number((match[3] ?? '').padEnd(9, '0').slice(0, 9));
  const seconds = Number(match[2]);
  if (match[1] === '') return { seconds, nanoseconds };
  return nanoseconds === 0
    ? { seconds: -seconds, nanoseconds }
    : { seconds: -seconds - 1, nanoseconds: 1e9 - nanoseconds };
}
