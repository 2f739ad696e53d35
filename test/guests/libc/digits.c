// Decimal and hexadecimal digits of many floating-point values, written and read in every rounding mode. printf(3), strtod(3)
#include <fenv.h>
#include <float.h>
#include <math.h>
#include "check.h"

static const int MODES[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
static uint64_t state;

static double any_double(void) {
  uint64_t bits = same_random(&state);
  double value;
  // Every fourth one is subnormal, every eighth an infinity or a NaN.
  if ((bits & 3) == 0) bits &= 0x800fffffffffffff;
  else if ((bits & 7) == 1) bits |= 0x7ff0000000000000, bits &= bits & 8 ? ~0ull : 0xfff0000000000000;
  memcpy(&value, &bits, 8);
  return value;
}

// A long double that the CPU could have made: its integer bit is set unless it is subnormal.
static long double any_long_double(void) {
  uint64_t significand = same_random(&state);
  uint16_t top = same_random(&state) >> 20;
  long double value = 0;
  if ((top & 3) == 0) top &= 0x8000, significand &= INT64_MAX;
  else significand |= 1ull << 63;
  memcpy(&value, &significand, 8);
  memcpy((char *)&value + 8, &top, 2);
  return value;
}

// Hash of what the formats make of `count` values; `part` of them is printed in full.
static void print_doubles(const char *const *formats, int count, int shown) {
  state = 0x1234567;
  for (; *formats; formats++) {
    uint64_t hash = 0;
    for (int i = 0; i < count; i++) {
      char text[1500];
      double value = any_double();
      int length = snprintf(text, sizeof text, *formats, value);
      hash = hash_bytes(hash, text, length);
      if (i < shown) say("%s", text);
    }
    say("%s: %016llx", *formats, (unsigned long long)hash);
  }
}

CASE(doubles) {
  const char *const formats[] = {"%e", "%f", "%g", "%a", "%E", "%G", "%A", "%.17g", "%.0e", "%.30e", "%.3f", "%.13a", "%.0a", "%.5A", NULL};
  print_doubles(formats, 1000, 3);
}

CASE(widths_and_flags) {
  const char *const formats[] = {"%40.10e", "%-40.10gx", "%+.3e", "% .3g", "%#.0e", "%#g", "%030.5e", "%'f", "%+030a", "%-#30.0fx", NULL};
  print_doubles(formats, 400, 3);
}

CASE(doubles_in_every_rounding_mode) {
  const char *const formats[] = {"%.3e", "%.15g", "%.1f", "%.7a", NULL};
  for (int i = 0; i < 4; i++) {
    fesetround(MODES[i]);
    print_doubles(formats, 400, 1);
  }
}

CASE(long_doubles) {
  const char *const formats[] = {"%Le", "%Lg", "%La", "%.21Lg", "%.0Le", "%40.18LE", "%-45.20LGx", "%.7La", "%+#.3Lg", NULL};
  for (int mode = 0; mode < 4; mode++) {
    fesetround(MODES[mode]);
    state = 0x7654321;
    for (int f = 0; formats[f]; f++) {
      uint64_t hash = 0;
      for (int i = 0; i < 300; i++) {
        char text[200];
        int length = snprintf(text, sizeof text, formats[f], any_long_double());
        hash = hash_bytes(hash, text, length);
        if (i == 0) say("%s", text);
      }
      say("%s: %016llx", formats[f], (unsigned long long)hash);
    }
  }
}

struct readings {
  uint64_t d, f, l;
};

// What the three readers make of a text, with where they stop, errno and the exceptions.
static void read_text(const char *text, struct readings *sum) {
  struct outcome {
    int rest, error, raised, pad;
  } o = {0};
  char *end;
#define READ(type, function, size, hash)                                            \
  {                                                                                 \
    errno = 0;                                                                      \
    feclearexcept(FE_ALL_EXCEPT);                                                   \
    type value = function(text, &end);                                              \
    o = (struct outcome){end - text, errno, fetestexcept(FE_ALL_EXCEPT), 0};        \
    hash = hash_bytes(hash_bytes(hash, &value, size), &o, sizeof o);                \
  }
  READ(double, strtod, 8, sum->d)
  READ(float, strtof, 4, sum->f)
  READ(long double, strtold, 10, sum->l)
}

static void show_readings(const char *what, const struct readings *sum) {
  say("%s: %016llx %016llx %016llx", what, (unsigned long long)sum->d, (unsigned long long)sum->f, (unsigned long long)sum->l);
}

static void decimal_text(char *text, int max_digits, int max_exponent) {
  int digits = 1 + same_random(&state) % max_digits, point = same_random(&state) % (digits + 1);
  if (same_random(&state) & 1) *text++ = same_random(&state) & 1 ? '-' : '+';
  for (int i = 0; i < digits; i++) {
    if (i == point) *text++ = '.';
    *text++ = '0' + (same_random(&state) >> 8) % 10;
  }
  int exponent = (int)(same_random(&state) % (2 * max_exponent)) - max_exponent;
  sprintf(text, "e%+d%s", exponent, same_random(&state) % 16 ? "" : "e1x");
}

CASE(reading_decimal) {
  for (int mode = 0; mode < 4; mode++) {
    fesetround(MODES[mode]);
    state = 99;
    struct readings usual = {0}, extreme = {0};
    char text[1000];
    for (int i = 0; i < 1500; i++) decimal_text(text, 20, 30), read_text(text, &usual);
    for (int i = 0; i < 300; i++) decimal_text(text, 60, 400), read_text(text, &extreme);
    for (int i = 0; i < 60; i++) decimal_text(text, 800, 5000), read_text(text, &extreme);
    show_readings("usual", &usual);
    show_readings("extreme", &extreme);
  }
}

CASE(reading_hexadecimal) {
  for (int mode = 0; mode < 4; mode++) {
    fesetround(MODES[mode]);
    state = 77;
    struct readings sum = {0};
    char text[100];
    for (int i = 0; i < 2000; i++) {
      unsigned long long a = same_random(&state), b = same_random(&state);
      int exponent = (int)(same_random(&state) % (i & 1 ? 200 : 34000)) - (i & 1 ? 100 : 17000);
      sprintf(text, "0x%llx.%0*llxp%d", a >> (b & 63), (int)(1 + (a & 31)), b, exponent);
      read_text(text, &sum);
    }
    show_readings("hexadecimal", &sum);
  }
}

// The exact decimal digits of the middle between two neighbours, then a little above and below it.
CASE(reading_halfway_cases) {
  for (int mode = 0; mode < 4; mode++) {
    fesetround(FE_TONEAREST);
    state = 55;
    struct readings sum = {0};
    for (int i = 0; i < 300; i++) {
      uint64_t bits = same_random(&state) & INT64_MAX;
      // Within the range of float every other time.
      if (i & 1) bits = (bits & 0x000fffffffffffff) | (0x380ull + bits % 0xff) << 52;
      double value;
      memcpy(&value, &bits, 8);
      if (!isfinite(value)) continue;
      long double middle = i & 1 ? (float)value + ((long double)nextafterf((float)value, INFINITY) - (float)value) / 2
                                 : value + ((long double)nextafter(value, INFINITY) - value) / 2;
      char text[1300];
      int length = snprintf(text, sizeof text - 2, "%.800Le", middle);
      char *e = memchr(text, 'e', length);
      fesetround(MODES[mode]);
      read_text(text, &sum);
      e[-1] = '1';
      read_text(text, &sum);
      e[-1] = '0';
      if (text[1] == '.' && text[2] > '0') text[2]--, read_text(text, &sum);
      fesetround(FE_TONEAREST);
    }
    show_readings("halfway", &sum);
  }
}

CASE(reading_odd_texts) {
  const char *texts[] = {"",       "+",        "-.",     ".",       "e5",       "1e",        "1e+",        "0x",      "0x.p1",
                         "0x1p",   "0x1p+",    "infin",  "INFINITYx", "nan(12)", "nan(0x7)x", "nan(a b)",   "NAN()",   "-nan",
                         " \t\n1", "1_000",    "1,5",    "1e99999999999999999999",  "0e99999999999999999999", "1e-99999999999999999999",
                         "0x1p99999999999999999999", "0x0p99999999999999999999", "00000000000000000000001", "0x.0000000000000000000001p80"};
  for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct readings sum = {0};
    read_text(texts[i], &sum);
    show_readings(texts[i], &sum);
  }
}
