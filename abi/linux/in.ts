// netinet/in.h, netinet/tcp.h.
export const IPPROTO_IP = 0;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_IPV6 = 41;

// struct sockaddr_in: family u16, port u16 (network order), addr u32 (network order), 8 bytes of padding
export const SOCKADDR_IN_SIZE = 16;
export const SIN_PORT = 2;
export const SIN_ADDR = 4;
// struct sockaddr_in6: family u16, port u16, flowinfo u32, addr 16 bytes, scope u32
export const SOCKADDR_IN6_SIZE = 28;
/** What bind and connect insist on: the scope was added later. */
export const SOCKADDR_IN6_MIN = 24;
export const SIN6_ADDR = 8;

export const IP_TOS = 1;
export const IP_TTL = 2;
export const IP_PKTINFO = 8;
export const IP_MTU_DISCOVER = 10;
export const IP_RECVERR = 11;
export const IP_RECVTTL = 12;
export const IP_RECVTOS = 13;
export const IP_FREEBIND = 15;
export const IP_MULTICAST_TTL = 33;
export const IP_MULTICAST_LOOP = 34;
export const IP_BIND_ADDRESS_NO_PORT = 24;
export const IPV6_UNICAST_HOPS = 16;
export const IPV6_MULTICAST_HOPS = 18;
export const IPV6_MULTICAST_LOOP = 19;
export const IPV6_RECVERR = 25;
export const IPV6_V6ONLY = 26;
export const IPV6_RECVPKTINFO = 49;
export const IPV6_TCLASS = 67;

export const TCP_NODELAY = 1;
export const TCP_MAXSEG = 2;
export const TCP_CORK = 3;
export const TCP_KEEPIDLE = 4;
export const TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6;
export const TCP_SYNCNT = 7;
export const TCP_LINGER2 = 8;
export const TCP_DEFER_ACCEPT = 9;
export const TCP_WINDOW_CLAMP = 10;
export const TCP_QUICKACK = 12;
export const TCP_USER_TIMEOUT = 18;
export const TCP_FASTOPEN = 23;
