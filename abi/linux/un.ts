// sys/un.h. struct sockaddr_un: family u16, path 108 bytes; a path that begins with NUL is an abstract name.
export const SUN_PATH = 2;
export const SOCKADDR_UN_SIZE = 110;
