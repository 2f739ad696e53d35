// Reads pages that share an entry of the software TLB, with neighbours that lie side by side in memory in one case and not in
// the other: what is known of the one must not be taken for the other.
#include <stdio.h>
#include <sys/mman.h>

#define PAGE 4096
#define APART (4 << 20) /* 1,024 pages: the size of the TLB */
#define PAGES 16

__attribute__((noinline)) static unsigned get(const unsigned char *p) { return *p; }

int main(void) {
  unsigned char *base = mmap(0, 8 * APART, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  unsigned sum = 0;
  for (int i = 0; i < PAGES; i++) base[i * PAGE] = i + 1;
  for (int group = 1; group < 8; group++)
    for (int i = PAGES - 1; i >= 0; i--) base[group * APART + (i * 5 % PAGES) * PAGE] = group * PAGES + i * 5 % PAGES;
  for (int round = 0; round < 2000; round++)
    for (int group = 0; group < 8; group++) {
      const unsigned char *middle = base + group * APART + 5 * PAGE;
      for (int i = -5; i < PAGES - 5; i++) sum = sum * 31 + get(middle) + get(middle + i * PAGE);
    }
  printf("%u\n", sum);
  return 0;
}
