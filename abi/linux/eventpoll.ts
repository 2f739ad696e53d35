// sys/epoll.h and sys/eventfd.h. EPOLLIN, EPOLLOUT, ... are the POLL* values of poll.ts.
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
export const EPOLLEXCLUSIVE = 0x10000000;
export const EPOLLWAKEUP = 0x20000000;
export const EPOLLONESHOT = 0x40000000;
export const EPOLLET = 0x80000000;

// struct epoll_event, packed: events u32, data u64
export const EPOLL_EVENT_SIZE = 12;
export const EPOLL_EVENT_DATA = 4;

export const EFD_SEMAPHORE = 1;
