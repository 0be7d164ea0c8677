// Lines of text out of the tree, with their statistics.
//
// Example: `<div>a <b>b</b><p>c</p>d</div>` -> "a b", "c", "d", the first and last in the div, the other in the p.
// Method: one walk in document order. Text gathers in the current line; the start and end of a block element, and two
// <br> in a row, end it. What is dropped is skipped with its whole subtree.
// Cost: linear.
#include "passages.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "html_names.h"
#include "html_text.h"
#include "samehand/base/ascii.h"

namespace samehand::page {
namespace {

using enum Tag;

constexpr std::uint32_t kLongestHeading = 30;  // words

// Elements whose content is never text of a story.
bool is_dropped(Tag tag) {
  switch (tag) {
    case kScript:
    case kStyle:
    case kHead:
    case kNav:
    case kSelect:
    case kButton:
    case kTextarea:
    case kIframe:
    case kNoscript:
    case kTemplate:
    case kSvg:
    case kMath:
    case kObject:
    case kCanvas:
    case kAudio:
    case kVideo:
    case kTitle:
    case kMenu:
    case kDialog:
    case kInput:
    case kLabel:
    case kRp:
    case kRt:
      return true;
    default:
      return false;
  }
}

// The part of them that is no text even on a page that shows nothing else.
bool is_never_text(Tag tag) {
  switch (tag) {
    case kScript:
    case kStyle:
    case kHead:
    case kSelect:
    case kTextarea:
    case kIframe:
    case kSvg:
    case kMath:
    case kTitle:
    case kInput:
    case kRp:
    case kRt:
      return true;
    default:
      return false;
  }
}

bool contains_word(std::string_view text, std::string_view word) {
  const auto found =
      std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return to_lower(a) == b; });
  return found != text.end();
}

bool is_hidden(const HtmlTree& tree, std::uint32_t node) {
  if (tree.nodes[node].attribute_count == 0) return false;
  if (tree.has(node, AttributeName::kHidden)) return true;
  if (tree.attribute(node, AttributeName::kAriaHidden) == "true") return true;
  const std::string_view style = tree.attribute(node, AttributeName::kStyle);
  return !style.empty() && (contains_word(style, "display:none") || contains_word(style, "display: none") ||
                            contains_word(style, "visibility:hidden"));
}

BlockKind kind_of_element(Tag tag) {
  switch (tag) {
    case kH1:
    case kH2:
    case kH3:
    case kH4:
    case kH5:
    case kH6:
      return BlockKind::kHeading;
    case kLi:
    case kDd:
    case kDt:
      return BlockKind::kListItem;
    case kBlockquote:
      return BlockKind::kQuotation;
    case kFigcaption:
    case kCaption:
      return BlockKind::kCaption;
    case kTd:
    case kTh:
    case kTr:
      return BlockKind::kTableRow;
    case kPre:
      return BlockKind::kCode;
    default:
      return BlockKind::kParagraph;
  }
}

bool takes_kind(Tag tag) {
  return kind_of_element(tag) != BlockKind::kParagraph;
}

class Walk {
 public:
  Walk(const HtmlTree& tree, bool with_hidden) : tree_(tree), with_hidden_(with_hidden) {}

  Passages run() {
    out_.hinted.push_back({0, ~0u, 0, Hint::kNone, {}});
    open_.push_back({0, tree_.nodes.empty() ? 0 : tree_.nodes[0].end});
    for (std::uint32_t i = 1; i < tree_.nodes.size();) {
      while (open_.size() > 1 && i >= open_.back().end) leave();
      i = visit(i);
    }
    while (open_.size() > 1) leave();
    flush();
    return std::move(out_);
  }

 private:
  struct Open {
    std::uint32_t node = 0, end = 0;
    std::uint32_t block = 0;  // the nearest block element
    BlockKind kind = BlockKind::kParagraph;
    std::uint32_t hinted = 0;
    std::uint8_t heading = 0;
    bool preformatted = false;
    std::uint32_t link_begin = ~0u;  // of an <a>: where its words begin in the text
  };

  HintWord hint(std::string_view written) {
    if (written.empty()) return {};
    const auto [found, fresh] = hints_.try_emplace(written);
    if (fresh) found->second = hint_of(written);
    return found->second;
  }

  // The strongest of what class, id, role and the like say.
  HintWord element_hint(std::uint32_t node) {
    HintWord best;
    const Node& n = tree_.nodes[node];
    for (std::uint32_t i = 0; i < n.attribute_count; ++i) {
      const Attribute& a = tree_.attributes[n.attributes_begin + i];
      HintWord h;
      switch (a.name) {
        case AttributeName::kClass:
        case AttributeName::kId:
        case AttributeName::kRole:
        case AttributeName::kDataTestid:
          h = hint(a.value);
          break;
        case AttributeName::kItemprop:
          if (a.value == "articleBody") h = {Hint::kBody, "articlebody"};
          break;
        default:
          break;
      }
      if (h.hint == Hint::kBody) return h;
      if (h.hint == Hint::kAside || best.hint == Hint::kNone) best = h;
    }
    return best;
  }

  // Handles node i and returns the next to visit.
  std::uint32_t visit(std::uint32_t i) {
    const Node& node = tree_.nodes[i];
    if (node.tag == kText) {
      add(node);
      return i + 1;
    }
    if (with_hidden_ ? is_never_text(node.tag) : is_dropped(node.tag) || is_hidden(tree_, i)) {
      if (kind_of(node.tag).is_block) flush();
      return node.end;
    }
    if (node.tag == kBr) {
      line_break();
      return i + 1;
    }
    if (kind_of(node.tag).is_void) {
      if (kind_of(node.tag).is_block) flush();
      return i + 1;
    }
    Open next = open_.back();
    next.node = i;
    next.end = node.end;
    next.link_begin = ~0u;
    if (kind_of(node.tag).is_block) {
      flush();
      next.block = i;
      if (takes_kind(node.tag)) next.kind = kind_of_element(node.tag);
      if (node.tag >= kH1 && node.tag <= kH6)
        next.heading = static_cast<std::uint8_t>(1 + static_cast<int>(node.tag) - static_cast<int>(kH1));
      if (node.tag == kPre) next.preformatted = true;
    }
    HintWord h = node.attribute_count > 0 ? element_hint(i) : HintWord();
    if (h.hint == Hint::kHidden) {
      if (kind_of(node.tag).is_block) flush();
      return node.end;
    }
    if (node.tag == kAside) h = {Hint::kAside, "<aside>"};
    if (node.tag == kFooter) h = {Hint::kAside, "<footer>"};
    if (node.tag == kForm) h = {Hint::kAside, "<form>"};
    if (node.tag == kFigcaption) h = {Hint::kCaption, "<figcaption>"};
    if (h.hint == Hint::kCaption) next.kind = BlockKind::kCaption;
    if (h.hint != Hint::kNone) {
      next.hinted = static_cast<std::uint32_t>(out_.hinted.size());
      out_.hinted.push_back({i, node.end, open_.back().hinted, h.hint, h.word});
    }
    if (node.tag == kA) next.link_begin = static_cast<std::uint32_t>(out_.text.size());
    open_.push_back(next);
    return i + 1;
  }

  void leave() {
    const Open& open = open_.back();
    if (open.link_begin != ~0u && open.link_begin < out_.text.size() && open.link_begin >= line_.where.begin) {
      out_.links.push_back({{open.link_begin, static_cast<std::uint32_t>(out_.text.size())},
                            std::string(tree_.attribute(open.node, AttributeName::kHref))});
    }
    if (kind_of(tree_.nodes[open.node].tag).is_block) flush();
    open_.pop_back();
  }

  void begin_line() {
    const Open& open = open_.back();
    if (begun_) return;
    begun_ = true;
    line_.element = open.block;
    line_.kind = open.kind;
    line_.hinted = open.hinted;
    line_.heading = open.heading;
  }

  void add(const Node& node) {
    const std::size_t before = out_.text.size();
    if (open_.back().preformatted) {
      append_preformatted(out_.text, node.text);
    } else {
      append_readable(out_.text, node.text);
    }
    if (out_.text.size() == before) return;
    const std::string_view added = std::string_view(out_.text).substr(before);
    if (added.find_first_not_of(" \n\t") == added.npos) return;
    begin_line();
    breaks_ = 0;
    if (node.linked) line_.linked_words += count_words(added);
    // A line belongs to the outermost of its parts: one share link in a paragraph does not make it a menu.
    line_.hinted = std::min(line_.hinted, open_.back().hinted);
  }

  void line_break() {
    if (!begun_) return;
    while (!out_.text.empty() && out_.text.back() == ' ' && out_.text.size() > line_.where.begin) out_.text.pop_back();
    if (++breaks_ >= 2) {
      flush();
      return;
    }
    out_.text += '\n';
  }

  void flush() {
    std::string& text = out_.text;
    while (text.size() > line_.where.begin && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t'))
      text.pop_back();
    line_.where.end = static_cast<std::uint32_t>(text.size());
    if (begun_ && !line_.where.empty()) {
      const std::string_view words = line_.where.of(text);
      line_.words = count_words(words);
      line_.linked_words = std::min(line_.linked_words, line_.words);
      count_marks(words);
      line_.links_end = static_cast<std::uint32_t>(out_.links.size());
      // Some set whole paragraphs as headings for their looks.
      if (line_.words > kLongestHeading && line_.sentence_ends > 1) {
        line_.heading = 0;
        if (line_.kind == BlockKind::kHeading) line_.kind = BlockKind::kParagraph;
      }
      out_.list.push_back(line_);
    } else {
      text.resize(line_.where.begin);
      out_.links.resize(line_.links_begin);
    }
    if (!text.empty() && text.back() != '\n') text += '\n';
    line_ = {};
    line_.where.begin = static_cast<std::uint32_t>(text.size());
    line_.links_begin = static_cast<std::uint32_t>(out_.links.size());
    begun_ = false;
    breaks_ = 0;
  }

  void count_marks(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == ',') line_.commas++;
      if (c == '.' || c == '!' || c == '?') {
        const char next = i + 1 < text.size() ? text[i + 1] : ' ';
        if (next == ' ' || next == '\n' || next == '"' || next == ')' || static_cast<unsigned char>(next) >= 0x80)
          line_.sentence_ends++;
      }
      // 。 ！ ？ and ، 、
      if (static_cast<unsigned char>(c) == 0xe3 && text.substr(i).starts_with("\xe3\x80\x82")) line_.sentence_ends++;
      if (static_cast<unsigned char>(c) == 0xef &&
          (text.substr(i).starts_with("\xef\xbc\x81") || text.substr(i).starts_with("\xef\xbc\x9f")))
        line_.sentence_ends++;
    }
  }

  const HtmlTree& tree_;
  const bool with_hidden_;
  Passages out_;
  Passage line_;
  bool begun_ = false;
  int breaks_ = 0;
  std::vector<Open> open_;
  std::unordered_map<std::string_view, HintWord> hints_;
};

}  // namespace

std::uint32_t count_words(std::string_view text) {
  std::uint32_t words = 0, halves = 0;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0xe3 && c <= 0xed) {  // U+3000 to U+DFFF: Chinese, Japanese, Korean
      halves++;
      i += 2;
      inside = false;
      continue;
    }
    const bool letter =
        c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\'';
    if (letter && !inside) words++;
    inside = letter;
  }
  return words + halves / 2;
}

Passages find_passages(const HtmlTree& tree, bool with_hidden) {
  return Walk(tree, with_hidden).run();
}

}  // namespace samehand::page
