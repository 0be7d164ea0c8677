// A text with its defanging undone, and the way back to the places of the text as it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/text_span.h"

namespace samehand::indicator {

// The plain text that scanners read. Where a piece was rewritten there is an edit; between edits both texts agree byte
// for byte.
class Refanged {
 public:
  explicit Refanged(std::string_view source);

  const std::string& text() const { return text_; }
  // The place in the source that bytes [begin, end) of text() were made from.
  TextSpan source(std::uint32_t begin, std::uint32_t end) const;
  // Whether somebody had defanged any of bytes [begin, end): such a thing is an indicator by its author's own mark.
  bool defanged(std::uint32_t begin, std::uint32_t end) const;

 private:
  friend class Refanger;
  struct Edit {
    std::uint32_t begin, end;                // in text_
    std::uint32_t source_begin, source_end;  // in the source
    bool defang;  // false for a mere change of form: full-width letters, invisible characters
  };
  std::vector<Edit>::const_iterator last_at_or_before(std::uint32_t position) const;

  std::string text_;
  std::vector<Edit> edits_;  // ascending and disjoint on both sides
};

}  // namespace samehand::indicator
