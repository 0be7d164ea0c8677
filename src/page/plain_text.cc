// Plain text: exactly as it is, or as the rest of a page whose tags are lost.
#include <algorithm>

#include "formats.h"

namespace samehand::page {
namespace {

// Lines between empty lines are one block.
std::vector<Block> paragraphs(std::string_view text) {
  std::vector<Block> blocks;
  std::size_t at = 0;
  std::size_t begin = text.npos, end = 0;
  const auto flush = [&] {
    if (begin != text.npos) {
      blocks.push_back({BlockKind::kParagraph, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}});
    }
    begin = text.npos;
  };
  while (at < text.size()) {
    const std::size_t line_end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, line_end - at);
    const std::size_t first = line.find_first_not_of(" \t\r\f\v");
    if (first == line.npos) {
      flush();
    } else {
      if (begin == text.npos) begin = at + first;
      end = at + line.find_last_not_of(" \t\r\f\v") + 1;
    }
    at = line_end + 1;
  }
  flush();
  return blocks;
}

}  // namespace

Document read_exact_text(std::string_view utf8) {
  Document document;
  document.text = utf8;
  document.blocks = paragraphs(document.text);
  return document;
}

Document read_plain_text(std::string_view utf8) {
  return read_exact_text(utf8);
}

}  // namespace samehand::page
