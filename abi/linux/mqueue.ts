// POSIX message queues: linux/mqueue.h and the limits in /proc/sys/fs/mqueue. mq_overview(7).
export const MQ_PRIO_MAX = 32768;
/** struct mq_attr */
export const MQ_ATTR_FLAGS = 0;
export const MQ_ATTR_MAXMSG = 8;
export const MQ_ATTR_MSGSIZE = 16;
export const MQ_ATTR_CURMSGS = 24;
export const MQ_ATTR_SIZE = 64;
/** What mq_open without attributes gets, and the most that an unprivileged process may ask for. */
export const MQ_MSG_MAX = 10;
export const MQ_MSGSIZE_MAX = 8192;
/** The most that anybody may ask for. */
export const MQ_HARD_MSG_MAX = 65536;
export const MQ_HARD_MSGSIZE_MAX = 16777216;
export const MQ_QUEUES_MAX = 256;
/** What mq_notify with SIGEV_THREAD sends through the socket; its last byte says why. */
export const MQ_COOKIE_SIZE = 32;
export const MQ_NOTIFY_WOKENUP = 1;
export const MQ_NOTIFY_REMOVED = 2;
