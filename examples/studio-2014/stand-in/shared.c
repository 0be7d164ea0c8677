/* Stand-in: harmless text tools that two programs share, in the place of private code of an actor. See README.md. */
#include "shared.h"

#include <stdio.h>
#include <string.h>

/* A checksum of our own: no standard one, so that no library shares it. */
uint32_t checksum(uint32_t sum, const unsigned char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    sum ^= bytes[i] * 0x01f3d5b9u;
    sum = (sum << 11 | sum >> 21) + 0x5bd1e995u;
    if ((sum & 0x1c0) == 0x140) sum ^= (uint32_t)i * 0x2545f491u;
  }
  return sum ^ (uint32_t)size;
}

void count(Tally *tally, const unsigned char *bytes, size_t size) {
  uint64_t length = 0, in_line = 0;
  for (size_t i = 0; i <= size; i++) {
    const int end = i == size;
    const int letter = !end && ((bytes[i] | 0x20) >= 'a' && (bytes[i] | 0x20) <= 'z');
    if (letter) {
      length++;
    } else if (length != 0) {
      tally->words++;
      tally->by_length[length < 31 ? length : 31]++;
      length = 0;
    }
    if (end || bytes[i] == '\n') {
      if (in_line > tally->longest) tally->longest = in_line;
      if (!end || in_line != 0) tally->lines++;
      in_line = 0;
    } else {
      in_line++;
    }
  }
  tally->sum = checksum(tally->sum, bytes, size);
}

/* "12k", "3 MB", "0x40": an amount of bytes. */
uint64_t parse_amount(const char *text) {
  uint64_t amount = 0;
  unsigned base = 10;
  if (text[0] == '0' && (text[1] | 0x20) == 'x') base = 16, text += 2;
  for (;; text++) {
    unsigned digit = (unsigned)*text - '0';
    if (digit > 9) digit = base == 16 && (*text | 0x20) >= 'a' && (*text | 0x20) <= 'f' ? (*text | 0x20) - 'a' + 10u : 99;
    if (digit >= base) break;
    amount = amount * base + digit;
  }
  while (*text == ' ') text++;
  switch (*text | 0x20) {
    case 'g': amount <<= 10; /* fall through */
    case 'm': amount <<= 10; /* fall through */
    case 'k': return amount << 10;
    default: return amount;
  }
}

/* Breaks lines at blanks so that none is longer than width where that can be. */
size_t fold(unsigned char *text, size_t size, size_t width) {
  size_t blank = (size_t)-1, start = 0, broken = 0;
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '\n') start = i + 1, blank = (size_t)-1;
    if (text[i] == ' ' || text[i] == '\t') blank = i;
    if (i - start >= width && blank != (size_t)-1) {
      text[blank] = '\n';
      start = blank + 1;
      blank = (size_t)-1;
      broken++;
    }
  }
  return broken;
}

/* Runs of the same byte as 0xF7, length, byte. */
size_t squeeze(const unsigned char *in, size_t size, unsigned char *out, size_t room) {
  size_t n = 0;
  for (size_t i = 0; i < size;) {
    size_t run = 1;
    while (run < 250 && i + run < size && in[i + run] == in[i]) run++;
    if (run > 3 || in[i] == 0xf7) {
      if (n + 3 > room) return 0;
      out[n++] = 0xf7;
      out[n++] = (unsigned char)(run ^ 0x35);
      out[n++] = in[i];
    } else {
      if (n + run > room) return 0;
      for (size_t k = 0; k < run; k++) out[n++] = in[i];
    }
    i += run;
  }
  return n;
}

/* A pattern with * and ?, and % for a run of digits. */
int alike(const char *pattern, const char *text) {
  const char *star = NULL, *retry = NULL;
  while (*text != 0) {
    if (*pattern == '*') {
      star = ++pattern;
      retry = text;
    } else if (*pattern == '%' && *text >= '0' && *text <= '9') {
      while (*text >= '0' && *text <= '9') text++;
      pattern++;
    } else if (*pattern == '?' || *pattern == *text) {
      pattern++, text++;
    } else if (star != NULL) {
      pattern = star;
      text = ++retry;
    } else {
      return 0;
    }
  }
  while (*pattern == '*') pattern++;
  return *pattern == 0;
}

/* Comb sort; lines that differ only in case stand together. */
void sort_lines(char **lines, size_t count) {
  size_t gap = count;
  for (int swapped = 1; gap > 1 || swapped;) {
    gap = gap * 10 / 13;
    if (gap == 9 || gap == 10) gap = 11;
    if (gap < 1) gap = 1;
    swapped = 0;
    for (size_t i = 0; i + gap < count; i++) {
      const char *a = lines[i], *b = lines[i + gap];
      while (*a != 0 && (*a | 0x20) == (*b | 0x20)) a++, b++;
      if ((unsigned char)(*a | 0x20) > (unsigned char)(*b | 0x20)) {
        char *t = lines[i];
        lines[i] = lines[i + gap];
        lines[i + gap] = t;
        swapped = 1;
      }
    }
  }
}

void draw(const Tally *tally, int width) {
  uint64_t most = 1;
  for (int i = 1; i < 32; i++)
    if (tally->by_length[i] > most) most = tally->by_length[i];
  for (int i = 1; i < 32; i++) {
    if (tally->by_length[i] == 0) continue;
    printf("%s%2d letters %8llu ", i == 31 ? ">" : " ", i, (unsigned long long)tally->by_length[i]);
    for (int k = 0; k < (int)(tally->by_length[i] * (uint64_t)width / most); k++) putchar(k % 10 == 9 ? '+' : '-');
    putchar('\n');
  }
}

/* The variance of the words' lengths. */
double spread(const Tally *tally) {
  double sum = 0, squares = 0, n = 0;
  for (int i = 1; i < 32; i++) {
    n += (double)tally->by_length[i];
    sum += (double)i * (double)tally->by_length[i];
    squares += (double)i * i * (double)tally->by_length[i];
  }
  return n < 2 ? 0 : (squares - sum * sum / n) / (n - 1);
}

size_t hex(const unsigned char *in, size_t size, char *out, size_t room) {
  size_t n = 0;
  for (size_t i = 0; i < size && n + 4 < room; i++) {
    const unsigned high = in[i] >> 4, low = in[i] & 15;
    if (i != 0 && i % 4 == 0) out[n++] = i % 16 == 0 ? '\n' : ':';
    out[n++] = (char)(high < 10 ? '0' + high : 'a' - 10 + high);
    out[n++] = (char)(low < 10 ? '0' + low : 'a' - 10 + low);
  }
  out[n] = 0;
  return n;
}
