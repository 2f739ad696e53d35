// What a page and a relay say to each other: a WebSocket (RFC 6455) for each TCP connection, at `?to=HOST:PORT`. Binary messages are its
// bytes; text messages are these. Invariant: an end sends no more bytes than the other has granted, so neither has to hold more.

/** From the relay: the connection stands. Before it come no bytes. */
export const RELAY_OPEN = 'open';
/** No more bytes will follow from this end. */
export const RELAY_FIN = 'fin';
/** Grants so many bytes more: `credit N`. */
export const RELAY_CREDIT = 'credit ';
/** Both ends begin with this much. */
export const RELAY_FIRST_CREDIT = 262144;
/** The relay closes with this code + an errno of Linux; without one both ends have ended. */
export const RELAY_CLOSE = 4000;
/** Bytes of a binary message at most. */
export const RELAY_PIECE = 65536;
