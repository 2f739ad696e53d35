// linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, net/if.h.
export const NETLINK_ROUTE = 0;
export const NETLINK_SOCK_DIAG = 4;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLM_F_MULTI = 2;
export const NLM_F_ACK = 4;
export const NLM_F_DUMP = 0x300;
// struct nlmsghdr: len u32, type u16, flags u16, seq u32, pid u32
export const NLMSGHDR_SIZE = 16;
// struct sockaddr_nl: family u16, pad u16, pid u32, groups u32
export const SOCKADDR_NL_SIZE = 12;

export const RTM_NEWLINK = 16;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;
export const RTM_NEWADDR = 20;
export const RTM_GETADDR = 22;
export const RTM_NEWROUTE = 24;
export const RTM_GETROUTE = 26;
export const RTM_GETNEIGH = 30;
export const RTM_GETRULE = 34;

// linux/sock_diag.h, linux/inet_diag.h, linux/unix_diag.h
export const INET_DIAG_SKV6ONLY = 11;
export const SOCK_DIAG_BY_FAMILY = 20;
export const UDIAG_SHOW_NAME = 1;
export const UDIAG_SHOW_VFS = 2;
export const UDIAG_SHOW_PEER = 4;
export const UDIAG_SHOW_ICONS = 8;
export const UDIAG_SHOW_RQLEN = 16;
export const UNIX_DIAG_NAME = 0;
export const UNIX_DIAG_VFS = 1;
export const UNIX_DIAG_PEER = 2;
export const UNIX_DIAG_ICONS = 3;
export const UNIX_DIAG_RQLEN = 4;
export const UNIX_DIAG_SHUTDOWN = 6;

export const IFLA_ADDRESS = 1;
export const IFLA_BROADCAST = 2;
export const IFLA_IFNAME = 3;
export const IFLA_MTU = 4;
export const IFLA_QDISC = 6;
export const IFLA_TXQLEN = 13;
export const IFLA_OPERSTATE = 16;
export const RTA_DST = 1;
export const RTA_OIF = 4;
export const RTA_GATEWAY = 5;
export const RTA_PREFSRC = 7;
export const RTA_TABLE = 15;
export const RT_TABLE_MAIN = 254;
export const RTPROT_KERNEL = 2;
export const RTPROT_BOOT = 3;
export const RTN_UNICAST = 1;
export const RT_SCOPE_LINK = 253;
export const RT_SCOPE_UNIVERSE = 0;
export const IFA_ADDRESS = 1;
export const IFA_LOCAL = 2;
export const IFA_LABEL = 3;
export const IFA_BROADCAST = 4;
export const IFA_CACHEINFO = 6;
export const IFA_FLAGS = 8;
export const IFA_F_PERMANENT = 0x80;
export const RT_SCOPE_HOST = 254;

export const ARPHRD_ETHER = 1;
export const ARPHRD_LOOPBACK = 772;
/** IFF_UP, IFF_LOOPBACK, IFF_RUNNING; netlink adds IFF_LOWER_UP. */
export const LO_FLAGS = 0x49;
export const IF_OPER_DOWN = 2;
export const IF_OPER_UP = 6;
export const IFF_UP = 1;
export const IFF_LOOPBACK = 8;
export const IFF_RUNNING = 0x40;
/** Bytes of a hardware address. */
export const ETH_ALEN = 6;
export const IFF_LOWER_UP = 0x10000;
/** IFF_UP, IFF_BROADCAST, IFF_RUNNING, IFF_MULTICAST. */
export const ETH_FLAGS = 0x1043;
export const ETH_MTU = 1500;
export const LO_INDEX = 1;
export const LO_MTU = 65536;
export const LO_TXQLEN = 1000;
