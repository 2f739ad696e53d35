#include <emmintrin.h>

#include "bench.h"

// Packed arithmetic as codecs and image filters use it: saturating bytes, 16-bit products, shuffles, packed floats.
uint64_t work(int scale) {
  enum { N = 4096 };
  static uint8_t a[N] __attribute__((aligned(16))), b[N] __attribute__((aligned(16)));
  static float f[N / 4] __attribute__((aligned(16)));
  for (int i = 0; i < N; i++) a[i] = i * 13, b[i] = i * 31 + 5;
  for (int i = 0; i < N / 4; i++) f[i] = i;
  const __m128i zero = _mm_setzero_si128(), weight = _mm_set1_epi16(77);
  for (int round = 0; round < scale * 100; round++)
    for (int i = 0; i < N; i += 16) {
      __m128i x = _mm_load_si128((__m128i *)(a + i)), y = _mm_load_si128((__m128i *)(b + i));
      __m128i low = _mm_mullo_epi16(_mm_unpacklo_epi8(x, zero), weight);
      __m128i high = _mm_mullo_epi16(_mm_unpackhi_epi8(x, zero), weight);
      __m128i mixed = _mm_packus_epi16(_mm_srli_epi16(low, 7), _mm_srli_epi16(high, 7));
      mixed = _mm_avg_epu8(_mm_subs_epu8(mixed, y), _mm_max_epu8(x, y));
      _mm_store_si128((__m128i *)(b + i), _mm_shuffle_epi32(mixed, 0x39));
      __m128 v = _mm_load_ps(f + i / 4);
      v = _mm_add_ps(_mm_mul_ps(v, _mm_set1_ps(0.75f)), _mm_cvtepi32_ps(_mm_madd_epi16(low, high)));
      _mm_store_ps(f + i / 4, _mm_min_ps(v, _mm_set1_ps(1e6f)));
    }
  uint64_t sum = 0;
  for (int i = 0; i < N; i++) sum = sum * 3 + b[i];
  for (int i = 0; i < N / 4; i++) sum += (uint64_t)f[i];
  return sum;
}
