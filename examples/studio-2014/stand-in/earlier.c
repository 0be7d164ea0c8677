/* Stand-in for an earlier tool: counts the words of its input. Harmless. See README.md. */
#include "shared.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  static unsigned char text[1 << 16];
  Tally tally = {0};
  size_t n;
  const size_t width = argc > 1 ? (size_t)parse_amount(argv[1]) : 72;
  while ((n = fread(text, 1, sizeof text, stdin)) != 0) {
    count(&tally, text, n);
    if (argc > 2 && alike("fold*", argv[2])) {
      fold(text, n, width);
      fwrite(text, 1, n, stdout);
    }
  }
  if (argc > 3) sort_lines(argv + 3, (size_t)argc - 3);
  for (int i = 3; i < argc; i++) puts(argv[i]);
  draw(&tally, 40);
  printf("%llu lines, %llu words, spread %.2f\n", (unsigned long long)tally.lines, (unsigned long long)tally.words, spread(&tally));
  return 0;
}
