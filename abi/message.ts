// /dev/wbx: messages between the programs of a box and its host. A program reads and writes frames: the length of the
// message as a u32, little-endian, then its bytes. The rings carry whole messages, without the length.

/** Bytes of the longest message. */
export const MESSAGE_MAX = 4194304;
export const MESSAGE_HEADER = 4;

// Operations of the rings, beside those of abi/host.ts.
/** len bytes at ptr are one message for the host; the answer means that it has taken them. */
export const RING_MESSAGE_SEND = 9;
/** The next message for the box to ptr; result = its length, and when that is more than len it stays the next one; -EPIPE = there
 * will be no more. */
export const RING_MESSAGE_RECEIVE = 10;
