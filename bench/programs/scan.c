#include "bench.h"

// What a text tool does byte by byte: counts lines, words and digits, and hashes identifiers.
uint64_t work(int scale) {
  enum { SIZE = 1 << 16 };
  static char text[SIZE];
  uint32_t seed = 7;
  for (int i = 0; i < SIZE; i++) seed = seed * 1664525 + 1013904223, text[i] = "etaoin shrdlu_4 7\n;x"[(seed >> 16) % 20];
  uint64_t lines = 0, words = 0, digits = 0, hash = 0;
  for (int round = 0; round < scale * 10; round++) {
    int inside = 0;
    for (int i = 0; i < SIZE; i++) {
      char c = text[i];
      int letter = (c >= 'a' && c <= 'z') || c == '_';
      lines += c == '\n', digits += c >= '0' && c <= '9', words += letter && !inside;
      hash = letter ? hash * 31 + c : hash ^ (hash >> 15);
      inside = letter;
    }
  }
  return lines + words * 3 + digits * 5 + hash;
}
