// malloc and its family under load, string functions at page ends, qsort and bsearch. malloc(3), string(3)
#include <malloc.h>
#include <search.h>
#include <sys/mman.h>
#include "check.h"

static uint64_t state = 1234567;

static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

CASE(random_sizes) {
  enum { SLOTS = 500 };
  unsigned char *p[SLOTS] = {};
  size_t size[SLOTS] = {};
  int wrong = 0;
  for (int i = 0; i < 20000; i++) {
    int slot = next() % SLOTS;
    if (p[slot])
      for (size_t j = 0; j < size[slot]; j += 97) wrong += p[slot][j] != (unsigned char)slot;
    size[slot] = next() % (next() % 50 ? 500 : 200000);
    if (next() % 3 == 0) {
      free(p[slot]);
      p[slot] = malloc(size[slot]);
    } else {
      p[slot] = realloc(p[slot], size[slot] + 1);
    }
    memset(p[slot], slot, size[slot]);
  }
  SHOW(wrong);
}

CASE(edges) {
  YES(malloc(0) != NULL);
  YES(malloc(SIZE_MAX) == NULL && errno == ENOMEM);
  YES(calloc(SIZE_MAX / 2, 3) == NULL);
  YES(realloc(NULL, 10) != NULL);
  free(NULL);
  char *p = calloc(1000, 100);
  long sum = 0;
  for (int i = 0; i < 100000; i++) sum += p[i];
  SHOW(sum);
  void *aligned;
  ERR(posix_memalign(&aligned, 4096, 100));
  YES((uintptr_t)aligned % 4096 == 0);
  ERR(posix_memalign(&aligned, 3, 100));
  YES((uintptr_t)memalign(64, 10) % 64 == 0);
  YES(malloc_usable_size(malloc(100)) >= 100);
}

CASE(double_free_is_noticed) {
  pid_t pid;
  CHILD(pid) {
    close(2);
    char *volatile p = malloc(100), *volatile q = p;
    free(p);
    p[8] = 0;
    free(q);
    free(q);
  }
  reap(pid);
}

static char *page_end(void) {
  char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(p + 4096, 4096, PROT_NONE);
  return p + 4096;
}

CASE(strings_at_page_ends) {
  char *end = page_end(), *other = page_end();
  size_t sum = 0;
  for (int length = 0; length < 100; length++) {
    char *s = end - length - 1, *t = other - length - 1;
    memset(s, 'a', length);
    s[length] = 0;
    sum += strlen(s) * 3 + (strchr(s, 'b') == NULL) + (strrchr(s, 'z') == NULL) + (memchr(s, 0, length + 1) == s + length);
    strcpy(t, s);
    sum += strcmp(s, t) == 0;
    sum += memcmp(s, t, length + 1) == 0;
    sum += strnlen(s, 1000) + strspn(s, "a") + strcspn(s, "b");
    memmove(t, s, length);
    sum += (size_t)(stpcpy(t, s) - t);
  }
  SHOW(sum);
}

CASE(moves_that_overlap) {
  unsigned char b[300], c[300];
  long wrong = 0;
  for (int shift = -40; shift <= 40; shift += 3) {
    for (int length = 0; length < 200; length += 13) {
      for (int i = 0; i < 300; i++) b[i] = c[i] = i * 7;
      memmove(b + 50 + shift, b + 50, length);
      for (int i = 0; i < length; i++) wrong += b[50 + shift + i] != c[50 + i];
      wrong += b[49 + (shift < 0 ? shift : 0)] != c[49 + (shift < 0 ? shift : 0)];
    }
  }
  SHOW(wrong);
}

CASE(searching_strings) {
  char hay[3000];
  for (int i = 0; i < 2999; i++) hay[i] = "abacabad"[i % 8];
  hay[2999] = 0;
  memcpy(hay + 2500, "needle in a stack", 17);
  SHOW(strstr(hay, "needle in a stack") - hay);
  SHOW(strstr(hay, "abadabac") - hay);
  YES(strstr(hay, "missing") == NULL);
  SHOW((char *)memmem(hay, 2999, "stack", 5) - hay);
  SHOW(strcasestr("Some TEXT", "text") != NULL);
  char words[] = "one,two;;three", *save, *word;
  for (word = strtok_r(words, ",;", &save); word; word = strtok_r(NULL, ",;", &save)) TEXT(word);
  SHOW(strverscmp("file9", "file10") < 0);
  SHOW(strcoll("a", "B") > 0);
}

static int up(const void *a, const void *b) {
  uint32_t x = *(uint32_t *)a, y = *(uint32_t *)b;
  return x < y ? -1 : x > y;
}

CASE(sorting) {
  static uint32_t a[20000];
  for (int i = 0; i < 20000; i++) a[i] = next();
  qsort(a, 20000, 4, up);
  int wrong = 0;
  for (int i = 1; i < 20000; i++) wrong += a[i - 1] > a[i];
  SHOW(wrong);
  uint32_t key = a[777];
  YES(*(uint32_t *)bsearch(&key, a, 20000, 4, up) == key);
  uint64_t hash = 0;
  for (int i = 0; i < 20000; i++) hash = hash * 31 + a[i];
  HEX(hash);
}

CASE(tables_and_trees) {
  hcreate(100);
  for (long i = 0; i < 50; i++) {
    char *name = malloc(16);
    snprintf(name, 16, "key%ld", i);
    hsearch((ENTRY){name, (void *)(i * i)}, ENTER);
  }
  ENTRY *found = hsearch((ENTRY){"key7", NULL}, FIND);
  SHOW((long)found->data);
  YES(hsearch((ENTRY){"none", NULL}, FIND) == NULL);
  srandom(42);
  say("%ld %ld", random(), random());
  srand48(7);
  say("%ld %.15f", lrand48(), drand48());
}
