// A comparison as one self-contained web page: overview, table, and the code of the best pairs side by side.
#pragma once

#include <cstddef>
#include <string>

#include "samehand/dossier/comparison.h"

namespace samehand::dossier {

struct HtmlOptions {
  std::size_t code_pairs = 300;       // pairs shown with their code, of those that carry listings
  std::size_t rows = 20'000;          // pairs listed
  std::size_t code_bytes = 12 << 20;  // of embedded code; pairs beyond it are listed without
};

// The page needs no network and may use none: its content security policy allows only its own style and script, by
// hash. Everything from the inputs is data in it, never markup. What the options leave out, the page says. Pages print,
// adapt to 400 pixels of width and to a dark theme; without scripts the page shows the text report.
std::string to_html(const Comparison& comparison, const HtmlOptions& options = {});

}  // namespace samehand::dossier
