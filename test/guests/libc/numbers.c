// printf, strtod, integer conversion: every digit. printf(3), strtod(3)
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include "check.h"

CASE(printing_doubles) {
  double values[] = {0, -0.0, 1, 0.1, 1.0 / 3, 1e22, 1e23, 123456789.987654321, DBL_MAX, DBL_MIN, 4.9e-324, INFINITY, -NAN, 2.5, 3.5};
  for (int i = 0; i < 15; i++) say("%f|%e|%g|%.17g|%a|%.0f", values[i], values[i], values[i], values[i], values[i], values[i]);
}

CASE(printing_long_doubles) {
  long double values[] = {1.0L / 3, 3.14159265358979323846264338327950288L, 1e4000L, 1e-4930L, LDBL_MAX, 0.1L};
  for (int i = 0; i < 6; i++) say("%Lg|%.21Le|%La", values[i], values[i], values[i]);
}

CASE(formats) {
  say("[%5d][%-5d][%05d][%+d][% d][%x][%#X][%o][%#o]", 42, 42, 42, 42, 42, 255, 255, 8, 8);
  say("[%10.3f][%-10.2e][%+.1f][%#.0f][%010.2f]", 3.14159, 31415.9, 2.25, 3.0, -1.5);
  say("[%s][%.3s][%10s][%-10s][%c][%%]", "text", "truncated", "right", "left", 'c');
  say("[%*d][%-*d][%.*f]", 6, 1, 6, 2, 3, M_PI);
  say("[%hhd][%hd][%ld][%lld][%zu][%jd]", (char)300, (short)70000, 1L << 40, -1LL, (size_t)-1, (intmax_t)-5);
  say("[%2$s %1$s]", "world", "hello");
  say("[%p]", (void *)0);
}

CASE(reading_doubles) {
  const char *texts[] = {"1.5",  "0x1.8p3", "1e400", "-1e-400", "inf",  "nan", "  12abc", ".5e1",
                         "2.2250738585072011e-308", "9007199254740993", "179769313486231580793e289", "x"};
  for (int i = 0; i < 12; i++) {
    char *end;
    errno = 0;
    double v = strtod(texts[i], &end);
    say("%s: %a rest \"%s\" %s", texts[i], v, end, errno_name(errno));
  }
  say("%a %La", strtof("0.1", NULL), strtold("0.1", NULL));
}

CASE(reading_integers) {
  const char *texts[] = {"42", "-42", "0x1f", "017", "99999999999999999999", "-99999999999999999999", "  7x", "", "+5", "z"};
  for (int i = 0; i < 10; i++) {
    char *end;
    errno = 0;
    long v = strtol(texts[i], &end, 0);
    say("%s: %ld rest \"%s\" %s", texts[i], v, end, errno_name(errno));
  }
  say("%ld %lu %ld", strtol("zz", NULL, 36), strtoul("-1", NULL, 10), strtol("1010", NULL, 2));
}

CASE(scanning) {
  int a = 0, b = 0, n = 0;
  double d = 0;
  char word[16] = "", set[16] = "";
  SHOW(sscanf("12 0x1f 3.5 word abc123", "%d %i %lf %s %[a-c]%n", &a, &b, &d, word, set, &n));
  say("%d %d %g %s %s %d", a, b, d, word, set, n);
  SHOW(sscanf("x", "%d", &a));
  SHOW(sscanf("", "%d", &a));
  SHOW(sscanf("10:20", "%d:%d", &a, &b));
}

CASE(round_trips) {
  unsigned long long state = 88172645463325252ULL;
  int wrong = 0;
  for (int i = 0; i < 2000; i++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    double v, back;
    memcpy(&v, &state, 8);
    if (isnan(v)) continue;
    char text[40];
    snprintf(text, sizeof text, "%.17g", v);
    back = strtod(text, NULL);
    wrong += memcmp(&v, &back, 8) != 0;
  }
  SHOW(wrong);
}
