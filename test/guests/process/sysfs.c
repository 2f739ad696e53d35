// /sys as far as programs read it: the loopback interface and the CPUs.
#include <dirent.h>
#include "check.h"

CASE(loopback_interface) {
  const char *names[] = {"addr_len", "address", "broadcast", "flags", "ifindex", "iflink", "mtu", "operstate", "tx_queue_len", "type", "uevent"};
  char text[64];
  TRY(readlink("/sys/class/net/lo", text, sizeof text));
  for (int i = 0; i < 11; i++) {
    char path[64];
    snprintf(path, sizeof path, "/sys/class/net/lo/%s", names[i]);
    show_file(path);
  }
  TRY(access("/sys/class/net/lo/statistics/rx_bytes", R_OK));
  TRY(access("/sys/class/net/none", F_OK));
  TRY(open("/sys/class/net/lo/mtu", O_RDONLY | O_DIRECTORY));
  DIR *dir = opendir("/sys/class/net/lo/statistics");
  int known = 0;
  for (struct dirent *entry; (entry = readdir(dir));) known += !strncmp(entry->d_name, "rx_", 3) || !strncmp(entry->d_name, "tx_", 3);
  YES(known >= 10);
}

CASE(processors) {
  YES(access("/sys/devices/system/cpu/online", R_OK) == 0);
  YES(sysconf(_SC_NPROCESSORS_CONF) >= sysconf(_SC_NPROCESSORS_ONLN));
  YES(access("/sys/devices/system/cpu/cpu0", F_OK) == 0);
  YES(access("/sys/devices/system/node/online", R_OK) == 0);
}
