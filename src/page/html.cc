// A page in HTML -> Document.
#include "formats.h"
#include "html_text.h"
#include "html_tree.h"
#include "main_text.h"
#include "passages.h"

namespace samehand::page {

Document read_html(std::string_view utf8) {
  Document document;
  document.format = Format::kHtml;
  const HtmlTree tree = parse_html(utf8);
  const Passages passages = find_passages(tree);
  for (const std::uint32_t index : find_main_text(tree, passages, {})) {
    const Passage& passage = passages.list[index];
    if (!document.text.empty()) document.text += "\n\n";
    const auto begin = static_cast<std::uint32_t>(document.text.size());
    document.text += passage.where.of(passages.text);
    document.blocks.push_back({passage.kind, {begin, static_cast<std::uint32_t>(document.text.size())}});
  }
  return document;
}

}  // namespace samehand::page
