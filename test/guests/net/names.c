// Interfaces, name resolution without a network, netlink as glibc asks it. netdevice(7), getaddrinfo(3), netlink(7)
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "check.h"

CASE(loopback_interface) {
  struct ifaddrs *list;
  TRY(getifaddrs(&list));
  bool v4 = false;
  for (struct ifaddrs *each = list; each; each = each->ifa_next) {
    if (strcmp(each->ifa_name, "lo") != 0 || !each->ifa_addr || each->ifa_addr->sa_family != AF_INET) continue;
    v4 = true;
    TEXT(inet_ntoa(((struct sockaddr_in *)each->ifa_addr)->sin_addr));
    SHOW((each->ifa_flags & (IFF_UP | IFF_LOOPBACK)) == (IFF_UP | IFF_LOOPBACK));
  }
  YES(v4);
  SHOW(if_nametoindex("lo"));
  char b[IF_NAMESIZE] = "";
  TEXT(if_indextoname(1, b));
  SHOW(if_nametoindex("nothing0"));
}

CASE(ioctls) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request = {.ifr_name = "lo"};
  TRY(ioctl(fd, SIOCGIFADDR, &request));
  TEXT(inet_ntoa(((struct sockaddr_in *)&request.ifr_addr)->sin_addr));
  TRY(ioctl(fd, SIOCGIFFLAGS, &request));
  SHOW(request.ifr_flags & IFF_LOOPBACK);
  TRY(ioctl(fd, SIOCGIFMTU, &request));
  SHOW(request.ifr_mtu);
  strcpy(request.ifr_name, "nothing0");
  TRY(ioctl(fd, SIOCGIFADDR, &request));
}

CASE(netlink_links) {
  int fd = TRY(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  struct sockaddr_nl name = {AF_NETLINK};
  TRY(bind(fd, (struct sockaddr *)&name, sizeof name));
  struct {
    struct nlmsghdr header;
    struct rtgenmsg body;
  } request = {{sizeof request, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 7, 0}, {AF_UNSPEC}};
  TRY(send(fd, &request, sizeof request, 0));
  static char b[65536];
  bool lo = false, done = false;
  while (!done) {
    ssize_t n = recv(fd, b, sizeof b, 0);
    if (n <= 0) break;
    for (struct nlmsghdr *h = (void *)b; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
      if (h->nlmsg_type == NLMSG_DONE) done = true;
      if (h->nlmsg_type == RTM_NEWLINK && ((struct ifinfomsg *)NLMSG_DATA(h))->ifi_index == 1) lo = h->nlmsg_seq == 7;
    }
  }
  YES(lo);
  YES(done);
}
