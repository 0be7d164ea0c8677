// What the reports for a terminal have in common.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "figures.h"
#include "ink.h"
#include "samehand/dossier/text.h"
#include "table.h"

namespace samehand::dossier {

class TextWriter {
 protected:
  explicit TextWriter(const TextOptions& options)
      : ink_(options.colour),
        width_(std::clamp<std::size_t>(options.width, 60, 240)),
        prose_(std::min<std::size_t>(width_, 110)),
        all_(options.top == 0),
        top_(all_ ? ~std::size_t{0} : options.top) {}

  void heading(std::string_view title, std::string_view aside = {}) {
    if (!out_.empty()) out_ += "\n";
    out_ += ink_(Tone::kStrong, title);
    if (!aside.empty()) out_ += "  " + ink_(Tone::kFaint, aside);
    out_ += "\n";
  }
  void paragraph(std::string_view text, std::size_t indent = 2, Tone tone = Tone::kPlain) {
    out_ += std::string(indent, ' ') + ink_(tone, wrap(text, prose_, indent)) + "\n";
  }
  void point(std::string_view text) { out_ += "  - " + wrap(text, prose_, 4) + "\n"; }
  void more(std::size_t shown, std::size_t all, std::string_view option = "--all") {
    if (shown < all) paragraph(fmt::format("… and {} more ({})", with_commas(all - shown), option), 2, Tone::kFaint);
  }

  const Ink ink_;
  const std::size_t width_;
  const std::size_t prose_;  // sentences are read worse in longer lines
  const bool all_;           // no list is cut short
  const std::size_t top_;    // entries of a list
  std::string out_;
};

}  // namespace samehand::dossier
