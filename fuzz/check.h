// What fuzzers check: a broken promise ends the process, which is what libFuzzer reports.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace samehand::fuzz {

inline void require(bool holds, const char* what = "the stack says which") {
  if (holds) return;
  std::fprintf(stderr, "broken invariant: %s\n", what);
  std::abort();
}

// Whether a terminal shows the text and does nothing else: no control characters, lines aside.
inline bool is_plain(std::string_view text) {
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) return false;
  }
  return true;
}

}  // namespace samehand::fuzz
