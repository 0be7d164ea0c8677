// A comparison as text for people at a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "samehand/dossier/comparison.h"

namespace samehand::dossier {

struct TextOptions {
  std::size_t width = 100;  // columns; clamped to 60…240
  bool colour = false;      // ANSI sequences; the caller knows whether a terminal reads
  std::size_t top = 20;     // how many shared functions (and rows of other lists) to show; 0 for all
};

// The verdict first, then the key figures, contradictions, the shared functions in order of worth, library code apart,
// shared traces with what each can and cannot say, notes on single files, and what could not be read. Outside text is
// escaped (printable.h); without colour no escape sequence is in it. Ends with a newline.
std::string to_text(const Comparison& comparison, const TextOptions& options = {});

}  // namespace samehand::dossier
