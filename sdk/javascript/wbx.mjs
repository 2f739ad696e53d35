// Messages between this program, which runs in a box, and the box's host: /dev/wbx, see docs/MESSAGES.md. For Node in a box.
// A value is anything JSON knows; the functions with Bytes are for hosts that were told so. One reader at a time.
//
//   import { messages, send } from './wbx.mjs';
//   for await (const request of messages()) await send({ answer: request.question.toUpperCase() });
import { constants, openSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';

const DEVICE = '/dev/wbx';
const MAX = 4 << 20;

let syncFd;
let asyncHandle;

function frame(bytes) {
  if (bytes.length > MAX) throw new RangeError(`a message of ${bytes.length} bytes: the most is ${MAX}`);
  const whole = Buffer.allocUnsafe(4 + bytes.length);
  whole.writeUInt32LE(bytes.length);
  whole.set(bytes, 4);
  return whole;
}

function descriptor() {
  syncFd ??= openSync(DEVICE, constants.O_RDWR);
  return syncFd;
}

function handle() {
  asyncHandle ??= open(DEVICE, constants.O_RDWR);
  return asyncHandle;
}

/** The next message as bytes, or undefined when the host will send no more. Blocks the event loop. */
export function nextBytesSync() {
  const head = Buffer.alloc(4);
  if (readSync(descriptor(), head) === 0) return undefined;
  const bytes = Buffer.alloc(head.readUInt32LE());
  for (let done = 0; done < bytes.length; ) done += readSync(descriptor(), bytes, done);
  return bytes;
}

/** Sends bytes as one message; blocks while the host is too far behind. */
export function sendBytesSync(bytes) {
  const whole = frame(bytes);
  for (let done = 0; done < whole.length; ) done += writeSync(descriptor(), whole, done);
}

/** The next value, or undefined at the end. Blocks the event loop. */
export function nextSync() {
  const bytes = nextBytesSync();
  return bytes && JSON.parse(bytes.toString());
}

export function sendSync(value) {
  sendBytesSync(Buffer.from(JSON.stringify(value)));
}

/** The next message as bytes, or undefined when the host will send no more. */
export async function nextBytes() {
  const file = await handle();
  const head = Buffer.alloc(4);
  if ((await file.read(head, 0, 4, null)).bytesRead === 0) return undefined;
  const bytes = Buffer.alloc(head.readUInt32LE());
  for (let done = 0; done < bytes.length; ) done += (await file.read(bytes, done, bytes.length - done, null)).bytesRead;
  return bytes;
}

// Frames must not be mixed: each send waits for the one before.
let lastSend = Promise.resolve();

export function sendBytes(bytes) {
  const whole = frame(bytes);
  const sent = lastSend.then(async () => {
    const file = await handle();
    for (let done = 0; done < whole.length; )
      done += (await file.write(whole, done, whole.length - done, null)).bytesWritten;
  });
  lastSend = sent.catch(() => {});
  return sent;
}

/** The next value, or undefined at the end. */
export async function next() {
  const bytes = await nextBytes();
  return bytes && JSON.parse(bytes.toString());
}

/** Sends a value; resolves once the kernel of the box has it. */
export function send(value) {
  return sendBytes(Buffer.from(JSON.stringify(value)));
}

/** All values until the host ends the messages. */
export async function* messages() {
  for (let bytes = await nextBytes(); bytes; bytes = await nextBytes()) yield JSON.parse(bytes.toString());
}
