// What a compiler makes of loops for x86-64-v3: matrices, FMA, gathers, half precision, permutations, bytes. Every result is shown
// as bits. Intel SDM volume 2
#pragma GCC optimize("O3,fast-math")
#pragma GCC target("arch=x86-64-v3")
#include <immintrin.h>
#include <math.h>
#include "check.h"

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static uint64_t digest(const void *p, size_t n) {
  uint64_t sum = 14695981039346656037u;
  for (size_t i = 0; i < n; i++) sum = (sum ^ ((const uint8_t *)p)[i]) * 1099511628211u;
  return sum;
}

enum { N = 96 };
static double a[N][N], b[N][N], c[N][N];
static float x[4096], y[4096], z[4096];
static int32_t index_of[4096], picked[4096];

static void fill(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      a[i][j] = (double)(int64_t)next() / 1e15;
      b[i][j] = (double)(next() % 1000) / 7;
    }
  for (int i = 0; i < 4096; i++) {
    x[i] = (float)(int32_t)next() / 65536;
    y[i] = (float)(next() % 10000) / 3;
    index_of[i] = next() % 4096;
  }
}

CASE(matrix_product) {
  fill();
  for (int i = 0; i < N; i++)
    for (int k = 0; k < N; k++)
      for (int j = 0; j < N; j++) c[i][j] += a[i][k] * b[k][j];
  say("%016lx %a %a", digest(c, sizeof c), c[0][0], c[N - 1][N - 1]);
}

CASE(polynomials) {
  fill();
  for (int i = 0; i < 4096; i++) z[i] = ((x[i] * 0.5f + y[i]) * x[i] - 3.25f) * x[i] - y[i];
  float sum = 0;
  for (int i = 0; i < 4096; i++) sum += z[i] * z[i];
  say("%016lx %a", digest(z, sizeof z), sum);
}

CASE(fused_functions) {
  fill();
  uint64_t sum = 0;
  for (int i = 0; i < 4096; i++) {
    double r = fma(x[i], y[i], -(double)x[i] * y[4095 - i]);
    float s = fmaf(x[i], y[i], 1e-3f);
    sum = sum * 31 + digest(&r, sizeof r) + digest(&s, sizeof s);
  }
  say("%016lx", sum);
}

CASE(gathers) {
  fill();
  for (int i = 0; i < 4096; i++) picked[i] = index_of[index_of[i]];
  for (int i = 0; i < 4096; i++) z[i] = x[index_of[i]];
  say("%016lx %016lx", digest(picked, sizeof picked), digest(z, sizeof z));
}

CASE(half_precision) {
  fill();
  uint16_t half[4096];
  for (int i = 0; i < 4096; i += 8) _mm_storeu_si128((void *)(half + i), _mm256_cvtps_ph(_mm256_loadu_ps(x + i), 0));
  for (int i = 0; i < 4096; i += 8) _mm256_storeu_ps(z + i, _mm256_cvtph_ps(_mm_loadu_si128((void *)(half + i))));
  say("%016lx %016lx", digest(half, sizeof half), digest(z, sizeof z));
}

CASE(mathematics) {
  fill();
  double sum = 0;
  for (int i = 0; i < 2000; i++) sum += sin(x[i]) * exp(-y[i] / 4000) + log(y[i] + 1) + pow(y[i] / 3000, 1.5) + cbrt(x[i]);
  say("%a", sum);
}

CASE(bytes) {
  static uint8_t text[65536], out[65536];
  for (size_t i = 0; i < sizeof text; i++) text[i] = next();
  int count[4] = {};
  for (size_t i = 0; i < sizeof text; i++) {
    out[i] = text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i] ^ (text[i] >> 3);
    count[0] += text[i] == 'x';
    count[1] += (int8_t)text[i] < 0;
    count[2] += __builtin_popcount(text[i]);
    count[3] = text[i] > count[3] ? text[i] : count[3];
  }
  say("%016lx %d %d %d %d", digest(out, sizeof out), count[0], count[1], count[2], count[3]);
}

CASE(sorted_by_permutation) {
  int32_t v[8];
  for (int i = 0; i < 8; i++) v[i] = next() % 100;
  for (int round = 0; round < 8; round++) {
    __m256i r = _mm256_loadu_si256((void *)v);
    __m256i other = _mm256_permutevar8x32_epi32(r, round & 1 ? _mm256_setr_epi32(0, 2, 1, 4, 3, 6, 5, 7)
                                                             : _mm256_setr_epi32(1, 0, 3, 2, 5, 4, 7, 6));
    __m256i least = _mm256_min_epi32(r, other), most = _mm256_max_epi32(r, other);
    r = round & 1 ? _mm256_blend_epi32(least, most, 0xd4) : _mm256_blend_epi32(least, most, 0xaa);
    _mm256_storeu_si256((void *)v, r);
  }
  say("%d %d %d %d %d %d %d %d", v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
}
