// Network namespaces: a lo of one's own that is down, sockets that do not meet those of others. network_namespaces(7)
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "check.h"

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void try_port(const char *who, int port) {
  struct sockaddr_in address = loopback(port);
  int fd = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
  say("%s: connect %s", who, connect(fd, (void *)&address, sizeof address) ? errno_name(errno) : "done");
  say("%s: sendto %s", who, sendto(udp, "x", 1, 0, (void *)&address, sizeof address) < 0 ? errno_name(errno) : "done");
  close(fd), close(udp);
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  fd = socket(AF_INET6, SOCK_STREAM, 0);
  say("%s: connect to ::1 %s", who, connect(fd, (void *)&six, sizeof six) ? errno_name(errno) : "done");
  close(fd);
}

static int listen_at(int port) {
  struct sockaddr_in address = loopback(port);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, (void *)&address, sizeof address) || listen(fd, 5)) say("listen: %s", errno_name(errno));
  return fd;
}

static int port_of(int fd) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  getsockname(fd, (void *)&address, &length);
  return ntohs(address.sin_port);
}

static void show_lo(void) {
  struct ifreq request = {.ifr_name = "lo"};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  ioctl(fd, SIOCGIFFLAGS, &request);
  HEX(request.ifr_flags);
  TRY(ioctl(fd, SIOCGIFADDR, &request));
  char space[1024];
  struct ifconf list = {.ifc_len = sizeof space, .ifc_buf = space};
  TRY(ioctl(fd, SIOCGIFCONF, &list));
  SHOW(list.ifc_len / sizeof request);
  close(fd);
}

static void lo_up(bool up) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = up ? IFF_UP : 0};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  TRY(ioctl(fd, SIOCSIFFLAGS, &request));
  close(fd);
}

CASE(down_at_first) {
  pid_t pid;
  CHILD(pid) {
    TRY(unshare(CLONE_NEWNET));
    show_lo();
    try_port("down", 7777);
    struct sockaddr_in address = loopback(7777);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    TRY(bind(fd, (void *)&address, sizeof address));
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    TRY(bind(fd, (void *)&address, sizeof address));
    address.sin_addr.s_addr = inet_addr("192.0.2.1");
    TRY(connect(socket(AF_INET, SOCK_DGRAM, 0), (void *)&address, sizeof address));
    TRY(if_nametoindex("lo"));
    TRY(if_nametoindex("eth0"));
  }
  reap(pid);
}

CASE(up_and_down) {
  pid_t pid;
  CHILD(pid) {
    unshare(CLONE_NEWNET);
    lo_up(true);
    show_lo();
    int listener = listen_at(0);
    try_port("up", port_of(listener));
    YES(accept(listener, NULL, NULL) >= 0);
    lo_up(false);
    show_lo();
  }
  reap(pid);
}

CASE(apart) {
  int listener = listen_at(0), port = port_of(listener);
  struct sockaddr_un name = {AF_UNIX, "\0abstract-of-net"};
  int abstract = socket(AF_UNIX, SOCK_STREAM, 0);
  TRY(bind(abstract, (void *)&name, 20));
  listen(abstract, 5);
  strcpy(name.sun_path, "path");
  int by_path = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(by_path, (void *)&name, sizeof name), listen(by_path, 5);
  pid_t pid;
  CHILD(pid) {
    unshare(CLONE_NEWNET);
    lo_up(true);
    try_port("inside", port);
    int own = listen_at(port);
    try_port("inside", port);
    YES(accept(own, NULL, NULL) >= 0);
    // A socket stays in the namespace that it was made in.
    fcntl(listener, F_SETFL, O_NONBLOCK);
    TRY(accept(listener, NULL, NULL));
    TRY(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&name, sizeof name));
    struct sockaddr_un other = {AF_UNIX, "\0abstract-of-net"};
    TRY(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&other, 20));
    int mine = socket(AF_UNIX, SOCK_STREAM, 0);
    TRY(bind(mine, (void *)&other, 20));
  }
  reap(pid);
  try_port("outside", port);
}

static void acknowledged(int fd, void *message, size_t length) {
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
  } answer = {0};
  send(fd, message, length, 0);
  if (recv(fd, &answer, sizeof answer, MSG_DONTWAIT) < 0) say("no answer: %s", errno_name(errno));
  else say("type %d: %s", answer.header.nlmsg_type, errno_name(-answer.error.error));
}

static void set_link(int fd, int index, unsigned flags, unsigned change) {
  struct {
    struct nlmsghdr header;
    struct ifinfomsg link;
  } request = {{sizeof request, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0}, {.ifi_index = index, .ifi_flags = flags, .ifi_change = change}};
  acknowledged(fd, &request, sizeof request);
}

// What sandboxes do.
CASE(by_netlink) {
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    TRY(unshare(CLONE_NEWUSER | CLONE_NEWNET));
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    struct {
      struct nlmsghdr header;
      struct ifaddrmsg address;
      struct rtattr local_header;
      struct in_addr local;
      struct rtattr whole_header;
      struct in_addr whole;
    } request = {{sizeof request, RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 1, 0},
                 {AF_INET, 8, IFA_F_PERMANENT, RT_SCOPE_HOST, if_nametoindex("lo")},
                 {8, IFA_LOCAL}, {htonl(INADDR_LOOPBACK)}, {8, IFA_ADDRESS}, {htonl(INADDR_LOOPBACK)}};
    acknowledged(fd, &request, sizeof request);
    set_link(fd, 1, IFF_UP, 0);
    show_lo();
    set_link(fd, 9, IFF_UP, IFF_UP);
    set_link(fd, 1, 0, 0);
    show_lo();
    set_link(fd, 1, 0, IFF_UP);
    show_lo();
    struct sockaddr_in low = {.sin_family = AF_INET, .sin_port = htons(80)};
    TRY(bind(socket(AF_INET, SOCK_STREAM, 0), (void *)&low, sizeof low));
  }
  reap(pid);
}

CASE(entered) {
  int there[2], done[2], port = 0;
  pipe(there), pipe(done);
  char path[64], c;
  pid_t pid, other;
  CHILD(pid) {
    unshare(CLONE_NEWNET);
    lo_up(true);
    port = port_of(listen_at(0));
    write(there[1], &port, sizeof port);
    read(done[0], &c, 1);
  }
  read(there[0], &port, sizeof port);
  snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
  int fd = open(path, O_RDONLY);
  CHILD(other) {
    TRY(setns(fd, CLONE_NEWIPC));
    TRY(setns(fd, CLONE_NEWNET));
    try_port("entered", port);
  }
  reap(other);
  write(done[1], "", 1);
  reap(pid);
  CHILD(other) {
    setns(fd, 0);
    try_port("kept", port);
  }
  reap(other);
}

CASE(rights) {
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    TRY(unshare(CLONE_NEWNET));
    struct ifreq request = {.ifr_name = "lo"};
    TRY(ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, &request));
    set_link(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), 1, 0, IFF_UP);
  }
  reap(pid);
}
