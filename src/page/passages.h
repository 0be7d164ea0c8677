// A page's lines of text with what is known about each: where it stands, how much of it is links.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "class_words.h"
#include "html_tree.h"
#include "samehand/base/text_span.h"
#include "samehand/page/page.h"

namespace samehand::page {

// An element whose tag, class or the like says what is inside.
struct HintedElement {
  std::uint32_t node = 0, end = 0;
  std::uint32_t outer = 0;  // index in Passages::hinted of the nearest one around it; entry 0 is the document
  Hint hint = Hint::kNone;
  std::string_view word;  // that says so; in static storage
};

// Text without a block boundary inside: a paragraph, a heading, a list item, a cell.
struct Passage {
  std::uint32_t element = 0;  // the block element that directly holds it
  TextSpan where;             // in Passages::text
  BlockKind kind = BlockKind::kParagraph;
  std::uint32_t hinted = 0;  // in Passages::hinted: the nearest element with a hint
  std::uint32_t words = 0, linked_words = 0;
  std::uint16_t sentence_ends = 0, commas = 0;
  std::uint8_t heading = 0;                      // 1 to 6
  std::uint32_t links_begin = 0, links_end = 0;  // in Passages::links

  float link_density() const {
    return words == 0 ? 0.0f : static_cast<float>(linked_words) / static_cast<float>(words);
  }
};

struct Passages {
  std::string text;
  std::vector<Passage> list;  // in document order
  std::vector<Link> links;    // `where` in text; addresses as written
  std::vector<HintedElement> hinted;
};

// `with_hidden`: also of elements that are hidden until a script shows them, of <noscript>, and of controls and menus,
// one of which may have swallowed the page because it is never closed.
Passages find_passages(const HtmlTree& tree, bool with_hidden = false);

// Words of a text; each character of Chinese, Japanese and Korean counts half.
std::uint32_t count_words(std::string_view text);

}  // namespace samehand::page
