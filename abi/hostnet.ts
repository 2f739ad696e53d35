// The outward network: frames that cross the ring pair in batches, both ways with the same kinds.
// RING_NET_SEND hands a batch of frames to the host, which takes all of it at once; RING_NET_RECEIVE lends the host a
// buffer that it fills with the frames it has as soon as there are any. One of each is in flight, however many connections there are.
// Credit keeps buffers bounded: an end sends no more bytes of a stream than the other has granted and not yet got.

export const RING_NET_SEND = 64; // len bytes of frames at ptr; result 0
export const RING_NET_RECEIVE = 65; // up to len bytes of frames to ptr; result = bytes; < 0 = the network is gone, ask again

// Frame: length u32 (whole, a multiple of 8), kind u32, id u32, value u32, body. The box chooses the ids.
export const FRAME_LENGTH = 0;
export const FRAME_KIND = 4;
export const FRAME_ID = 8;
export const FRAME_VALUE = 12;
export const FRAME_BODY = 16;

// Body of CONNECT and DATAGRAM: address 16 bytes (network order, IPv4 mapped), port u32, port of the box u32, then data.
export const FRAME_ADDRESS = 16;
export const FRAME_PORT = 32;
export const FRAME_BOX_PORT = 36;
export const FRAME_DATA = 40;

// Sockets of the host that the image has as files of type S_IFSOCK: st_rdev is their number from 1, which is the port of a
// CONNECT to the address 0.

// Kinds.
/** The box connects (id, value = credit), or a client connects to a port of the box (id = the host's tag, value = credit). */
export const NET_CONNECT = 1;
/** The connection stands; value = credit. From the box: id is new, the body is the host's tag u32. */
export const NET_OPEN = 2;
/** It does not: value = errno. From the box: id = the host's tag. For a datagram socket: a datagram came back. */
export const NET_FAILED = 3;
/** Bytes of the stream: value = how many, in the body. */
export const NET_DATA = 4;
/** No more bytes will follow. */
export const NET_FIN = 5;
/** The connection is broken off; value = errno. The id is free. */
export const NET_RESET = 6;
/** value = bytes more that may be sent. */
export const NET_CREDIT = 7;
/** From the box: nobody reads any more either; the id is free. */
export const NET_CLOSE = 8;
/** value = bytes of data. To the box, id 0: for whoever has the port of the box. */
export const NET_DATAGRAM = 9;

// The interface beside lo: a block of the boot block (BOOT_NETWORK). Addresses in network order, 0 = none.
//   0 address u32   4 gateway u32   8 prefix length u32   12 prefix length of IPv6 u32   16 address of IPv6   32 gateway of IPv6
export const INTERFACE_ADDRESS = 0;
export const INTERFACE_GATEWAY = 4;
export const INTERFACE_PREFIX = 8;
export const INTERFACE_PREFIX6 = 12;
export const INTERFACE_ADDRESS6 = 16;
export const INTERFACE_GATEWAY6 = 32;
export const INTERFACE_SIZE = 48;
