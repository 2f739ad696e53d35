// Messages of the domain name system: the question of a query, and answers to it. RFC 1035, RFC 3596, RFC 2782.
// Invariant: bytes of the box are read within bounds only; what is malformed is undefined, never an exception.

import { concat } from '../../box/wasm.ts';

export const TYPE = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33 } as const;
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

const HEADER = 12;
const CLASS_IN = 1;
const TYPE_OPT = 41;
/** Without EDNS a message over UDP has at most so many bytes. */
const PLAIN_MAX = 512;
/** QR and RA; RD is the query's. */
const ANSWER_FLAGS = 0x8080;
const TRUNCATED = 0x0200;

export interface Query {
  id: number;
  flags: number;
  name: string;
  type: number;
  class: number;
  /** The question as it was asked. */
  question: Uint8Array;
  /** Most bytes that the answer may have. */
  room: number;
}

export interface Answer {
  type: number;
  ttl: number;
  data: Uint8Array;
}

export function parseQuery(message: Uint8Array): Query | undefined {
  if (message.length < HEADER) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const flags = view.getUint16(2);
  if (flags & 0xf800 || view.getUint16(4) !== 1) return undefined;
  const name = readName(message, HEADER);
  if (!name || name.end + 4 > message.length) return undefined;
  const end = name.end + 4;
  const type = view.getUint16(name.end);
  const question = message.slice(HEADER, end);
  const klass = view.getUint16(name.end + 2);
  return { id: view.getUint16(0), flags, name: name.text, type, class: klass, question, room: roomOf(view, end) };
}

export function isInternet(query: Query): boolean {
  return query.class === CLASS_IN;
}

/** An EDNS record behind the question says how much the asker takes. */
function roomOf(view: DataView, end: number): number {
  const isOpt = view.byteLength >= end + 11 && view.getUint8(end) === 0 && view.getUint16(end + 1) === TYPE_OPT;
  return isOpt ? Math.min(Math.max(view.getUint16(end + 3), PLAIN_MAX), 4096) : PLAIN_MAX;
}

/** A name without compression, which no question has; labels are bytes, shown as Latin-1. */
function readName(message: Uint8Array, at: number): { text: string; end: number } | undefined {
  const labels: string[] = [];
  while (at < message.length) {
    const length = message[at++];
    if (length === 0) return { text: labels.join('.'), end: at };
    if (length > 63 || at + length > message.length || labels.length > 127) return undefined;
    labels.push(String.fromCharCode(...message.subarray(at, at + length)));
    at += length;
  }
  return undefined;
}

export function writeName(name: string): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  const parts = labels.flatMap((label) => {
    const bytes = Uint8Array.from(label, (c) => c.charCodeAt(0)).subarray(0, 63);
    return [Uint8Array.of(bytes.length), bytes];
  });
  return concat([...parts, Uint8Array.of(0)]);
}

/** The reply to a query. Answers that have no room are left out, and the reply says so. */
export function writeReply(query: Query, rcode: number, answers: Answer[] = []): Uint8Array {
  const header = new Uint8Array(HEADER);
  const parts: Uint8Array[] = [header, query.question];
  let length = HEADER + query.question.length;
  let count = 0;
  for (const answer of answers) {
    const record = writeRecord(answer);
    if (length + record.length > query.room) break;
    parts.push(record);
    length += record.length;
    count++;
  }
  const truncated = count < answers.length ? TRUNCATED : 0;
  const view = new DataView(header.buffer);
  view.setUint16(0, query.id);
  view.setUint16(2, ANSWER_FLAGS | (query.flags & 0x0100) | truncated | rcode);
  view.setUint16(4, 1);
  view.setUint16(6, count);
  return concat(parts);
}

/** The owner is the name of the question: a pointer to it. */
function writeRecord({ type, ttl, data }: Answer): Uint8Array {
  const head = new DataView(new ArrayBuffer(12));
  head.setUint16(0, 0xc000 | HEADER);
  head.setUint16(2, type);
  head.setUint16(4, CLASS_IN);
  head.setUint32(6, ttl);
  head.setUint16(10, data.length);
  return concat([new Uint8Array(head.buffer), data]);
}
