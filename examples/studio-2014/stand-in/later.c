/* Stand-in for a tool of the incident: prints checksums of files, packed and unpacked. Harmless. See README.md. */
#include "shared.h"

#include <stdio.h>

int main(int argc, char **argv) {
  static unsigned char in[1 << 16], out[1 << 16];
  static char digits[1 << 18];
  Tally tally = {0};
  sort_lines(argv + 1, (size_t)argc - 1);
  for (int i = 1; i < argc; i++) {
    if (alike("*.part%", argv[i])) continue;
    FILE *file = fopen(argv[i], "rb");
    if (file == NULL) {
      perror(argv[i]);
      continue;
    }
    const size_t n = fread(in, 1, sizeof in, file), packed = squeeze(in, n, out, sizeof out);
    fclose(file);
    const uint32_t sum = checksum(0x811c9dc5u, in, n);
    const unsigned char bytes[4] = {(unsigned char)(sum >> 24), (unsigned char)(sum >> 16), (unsigned char)(sum >> 8), (unsigned char)sum};
    hex(bytes, sizeof bytes, digits, sizeof digits);
    printf("%s  %zu -> %zu  %s\n", digits, n, packed, argv[i]);
    count(&tally, in, n);
    fold(in, n, (size_t)parse_amount("64"));
  }
  printf("all together %08x, spread %.3f\n", tally.sum, spread(&tally));
  draw(&tally, 20);
  return 0;
}
