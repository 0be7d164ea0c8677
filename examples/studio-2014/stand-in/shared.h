/* Stand-in: what two harmless programs have in common. See README.md. */
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t lines, words, longest;
  uint64_t by_length[32];
  uint32_t sum;
} Tally;

uint32_t checksum(uint32_t sum, const unsigned char *bytes, size_t size);
void count(Tally *tally, const unsigned char *bytes, size_t size);
uint64_t parse_amount(const char *text);
size_t fold(unsigned char *text, size_t size, size_t width);
size_t squeeze(const unsigned char *in, size_t size, unsigned char *out, size_t room);
int alike(const char *pattern, const char *text);
void sort_lines(char **lines, size_t count);
void draw(const Tally *tally, int width);
double spread(const Tally *tally);
size_t hex(const unsigned char *in, size_t size, char *out, size_t room);
