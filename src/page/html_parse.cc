// HTML as it is found -> a flat tree.
//
// Problem: pages are rarely valid, often large, sometimes hostile; the HTML5 algorithm copes, but its reference
// implementation in C (gumbo) reads about 20 MB/s, allocates each node and attribute, and takes quadratic time and deep
// recursion on deeply nested pages.
// Example: `<ul><li>a<li><b>b</ul>c` -> ul(li("a"), li(b("b"))), "c".
// Method: HTML5's tokeniser (comments, raw text, attributes in all quotings) and of its tree construction what decides
// where text stands: implied end tags, scopes of tables and lists, void elements. Nodes are appended in document order,
// so that a subtree is a range of indices. Not done, because it moves no text that reading asks for: reopening
// formatting elements, the adoption agency, foster parenting (text misplaced in a table stays where it is written).
// Source: HTML Living Standard, sections 13.2.5 and 13.2.6; gumbo is the oracle in the tests.
// Cost: one pass; an end tag may look through the open elements, at most kMaxDepth.
// Known failures: content after a wrongly nested formatting element stays inside it (only links are ended exactly).
#include <algorithm>
#include <array>
#include <cstring>

#include "html_names.h"
#include "html_tree.h"
#include "samehand/base/ascii.h"

namespace samehand::page {
namespace {

constexpr std::size_t kMaxAttributes = 256;  // of one element; more are read and forgotten

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
class Parser {
 public:
  explicit Parser(std::string_view text, bool xml = false) : text_(text), xml_(xml), inside_foreign_(xml ? 1 : 0) {}

  HtmlTree run() {
    tree_.nodes.reserve(text_.size() / 24 + 16);
    tree_.attributes.reserve(text_.size() / 48 + 16);
    tree_.nodes.push_back({.tag = Tag::kHtml});
    open_.push_back(0);
    while (at_ < text_.size()) step();
    while (!open_.empty()) pop();
    return std::move(tree_);
  }

 private:
  void step() {
    const char* begin = text_.data() + at_;
    const void* found = std::memchr(begin, '<', text_.size() - at_);
    const std::size_t less = found == nullptr ? text_.size() : static_cast<const char*>(found) - text_.data();
    if (less > at_) add_text(at_, less);
    at_ = less;
    if (at_ + 1 >= text_.size()) {
      if (at_ < text_.size()) add_text(at_, text_.size());
      at_ = text_.size();
      return;
    }
    const char next = text_[at_ + 1];
    if (is_letter(next)) {
      start_tag();
    } else if (next == '/') {
      end_tag();
    } else if (next == '!') {
      markup_declaration();
    } else if (next == '?') {
      skip_past('>');
    } else {
      add_text(at_, at_ + 1);
      at_++;
    }
  }

  void skip_past(char c) {
    const std::size_t found = text_.find(c, at_);
    at_ = found == text_.npos ? text_.size() : found + 1;
  }

  void markup_declaration() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<!--")) {
      if (rest.substr(4).starts_with(">")) {
        at_ += 5;
        return;
      }
      const std::size_t close = no_comment_end_ ? text_.npos : text_.find("-->", at_ + 4);
      no_comment_end_ = close == text_.npos;
      if (close != text_.npos) {
        at_ = close + 3;
      } else {
        // A comment that is never closed would swallow the page; what follows its first '>' is more likely to be meant.
        skip_past('>');
      }
      return;
    }
    if (rest.starts_with("<![CDATA[")) {
      const std::size_t close = no_cdata_end_ ? text_.npos : text_.find("]]>", at_ + 9);
      no_cdata_end_ = close == text_.npos;
      if (close != text_.npos) {
        if (inside_foreign_) add_text(at_ + 9, close);
        at_ = close + 3;
        return;
      }
    }
    skip_past('>');
  }

  std::string_view name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != '>' && text_[at_] != '/') at_++;
    return text_.substr(begin, at_ - begin);
  }

  // From behind a tag's name to behind its '>'. Returns whether it ended in "/>".
  bool attributes(bool keep) {
    bool self_closing = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '>') {
        at_++;
        return self_closing;
      }
      if (is_space(c) || c == '/') {
        self_closing = c == '/';
        at_++;
        continue;
      }
      self_closing = false;
      const std::size_t name_begin = at_;
      at_++;  // an '=' at the front belongs to the name
      while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != '=' && text_[at_] != '>' && text_[at_] != '/')
        at_++;
      const std::string_view attribute_name = text_.substr(name_begin, at_ - name_begin);
      std::size_t look = at_;
      while (look < text_.size() && is_space(text_[look])) look++;
      std::string_view value;
      if (look < text_.size() && text_[look] == '=') {
        at_ = look + 1;
        value = attribute_value();
      }
      if (!keep || tree_.attributes.size() - first_attribute_ >= kMaxAttributes) continue;
      const AttributeName known = attribute_of(attribute_name);
      if (known != AttributeName::kNone) tree_.attributes.push_back({known, value});
    }
    return self_closing;
  }

  std::string_view attribute_value() {
    while (at_ < text_.size() && is_space(text_[at_])) at_++;
    if (at_ >= text_.size()) return {};
    const char quote = text_[at_];
    if (quote == '"' || quote == '\'') {
      const std::size_t begin = at_ + 1;
      const std::size_t close = text_.find(quote, begin);
      at_ = close == text_.npos ? text_.size() : close + 1;
      return text_.substr(begin, close == text_.npos ? text_.npos : close - begin);
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != '>') at_++;
    return text_.substr(begin, at_ - begin);
  }

  void start_tag() {
    at_++;
    const std::string_view tag_name = name();
    const Tag tag = xml_ ? Tag::kOther : tag_of(tag_name);
    first_attribute_ = static_cast<std::uint32_t>(tree_.attributes.size());
    const bool self_closing = attributes(true);
    if (tag == Tag::kHtml || (tag == Tag::kBody && body_seen_)) {
      // Attributes of a second <html> or <body> belong to the first; only the document's own language matters.
      if (tag == Tag::kHtml && !html_seen_) {
        html_seen_ = true;
        tree_.nodes[0].attributes_begin = first_attribute_;
        tree_.nodes[0].attribute_count = static_cast<std::uint16_t>(tree_.attributes.size() - first_attribute_);
        tree_.nodes[0].text = tag_name;
      } else {
        tree_.attributes.resize(first_attribute_);
      }
      return;
    }
    if (tag == Tag::kHead && (head_seen_ || body_seen_)) {
      tree_.attributes.resize(first_attribute_);
      return;
    }
    head_seen_ |= tag == Tag::kHead;
    if (tag == Tag::kBody) body_seen_ = true;
    close_implied(tag);
    const std::uint32_t node = add_node(tag, tag_name);
    if (tag == Tag::kA) {
      if (open_links_ > 0) close_link();
    }
    const TagKind kind = kind_of(tag);
    if (kind.is_void || (self_closing && (inside_foreign_ || tag == Tag::kSvg || tag == Tag::kMath))) {
      tree_.nodes[node].end = node + 1;
      return;
    }
    if (!push(node)) return;
    if (tag == Tag::kA) open_links_ = 1;
    if (kind.is_raw && !inside_foreign_) raw_text(tag_name, tag);
  }

  // Everything up to the element's own end tag is text.
  void raw_text(std::string_view tag_name, Tag tag) {
    const std::size_t slot = static_cast<std::size_t>(tag);
    std::size_t close = unclosed_[slot] ? text_.npos : find_end_tag(tag_name, at_);
    if (close == text_.npos) {
      unclosed_[slot] = true;
      // A script that never ends swallows the page, as in a browser; a title must not.
      if (tag == Tag::kTitle || tag == Tag::kTextarea || tag == Tag::kIframe) {
        pop();
        return;
      }
      close = text_.size();
    }
    if (close > at_) add_text(at_, close);
    at_ = close;
    pop();
    if (at_ < text_.size()) skip_past('>');
  }

  std::size_t find_end_tag(std::string_view tag_name, std::size_t from) const {
    for (;;) {
      const std::size_t found = text_.find("</", from);
      if (found == text_.npos) return text_.npos;
      const std::string_view candidate = text_.substr(found + 2, tag_name.size());
      if (candidate.size() == tag_name.size() && std::ranges::equal(candidate, tag_name, {}, to_lower, to_lower) &&
          (found + 2 + tag_name.size() >= text_.size() || !is_letter(text_[found + 2 + tag_name.size()]))) {
        return found;
      }
      from = found + 2;
    }
  }

  void end_tag() {
    const char first = at_ + 2 < text_.size() ? text_[at_ + 2] : ' ';
    if (!is_letter(first)) {
      skip_past('>');
      return;
    }
    at_ += 2;
    const std::string_view tag_name = name();
    const Tag tag = xml_ ? Tag::kOther : tag_of(tag_name);
    first_attribute_ = static_cast<std::uint32_t>(tree_.attributes.size());
    attributes(false);
    if (tag == Tag::kBody || tag == Tag::kHtml) return;  // what follows is still the page
    if (tag == Tag::kBr) {
      const std::uint32_t node = add_node(tag, tag_name);
      tree_.nodes[node].end = node + 1;
      return;
    }
    if (tag == Tag::kA) close_link();
    if (beyond_depth_ > 0) {
      beyond_depth_--;
      return;
    }
    if (tag != Tag::kOther && open_count_[static_cast<std::size_t>(tag)] == 0) {
      if (!(tag >= Tag::kH1 && tag <= Tag::kH6)) return;
    }
    const TagKind kind = kind_of(tag);
    for (std::size_t i = open_.size(); i-- > 1;) {
      const Node& node = tree_.nodes[open_[i]];
      const bool heading = tag >= Tag::kH1 && tag <= Tag::kH6 && node.tag >= Tag::kH1 && node.tag <= Tag::kH6;
      if ((node.tag == tag && (tag != Tag::kOther || same_name(node.text, tag_name))) || heading) {
        pop_to(i);
        return;
      }
      const TagKind open_kind = kind_of(node.tag);
      // An inline end tag never closes a block; a block's never leaves its table cell.
      if (!kind.is_block && open_kind.is_block) return;
      if (open_kind.is_scope && !kind.closes_scope) return;
      // An item's end tag does not leave the list inside it.
      if (tag == Tag::kLi && (node.tag == Tag::kUl || node.tag == Tag::kOl)) return;
    }
  }

  static bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, to_lower, to_lower);
  }

  // Ends what a start tag ends without saying so.
  void close_implied(Tag tag) {
    if (in_head_ && !kind_of(tag).in_head) {
      for (std::size_t i = open_.size(); i-- > 1;) {
        if (tree_.nodes[open_[i]].tag == Tag::kHead) pop_to(i);
      }
    }
    switch (tag) {
      case Tag::kLi:
        close_in_scope({Tag::kLi}, {Tag::kUl, Tag::kOl, Tag::kMenu});
        break;
      case Tag::kDd:
      case Tag::kDt:
        close_in_scope({Tag::kDd, Tag::kDt}, {Tag::kDl});
        break;
      case Tag::kOption:
      case Tag::kOptgroup:
        close_in_scope({Tag::kOption}, {Tag::kSelect});
        break;
      case Tag::kTr:
        close_in_scope({Tag::kTr}, {Tag::kTable});
        break;
      case Tag::kTd:
      case Tag::kTh:
        close_in_scope({Tag::kTd, Tag::kTh}, {Tag::kTable, Tag::kTr});
        break;
      case Tag::kTbody:
      case Tag::kThead:
      case Tag::kTfoot:
        close_in_scope({Tag::kTbody, Tag::kThead, Tag::kTfoot}, {Tag::kTable});
        break;
      case Tag::kH1:
      case Tag::kH2:
      case Tag::kH3:
      case Tag::kH4:
      case Tag::kH5:
      case Tag::kH6: {
        const Tag current = tree_.nodes[open_.back()].tag;
        if (current >= Tag::kH1 && current <= Tag::kH6) pop();
        break;
      }
      default:
        break;
    }
    if (kind_of(tag).closes_p && open_count_[static_cast<std::size_t>(Tag::kP)] > 0) {
      close_in_scope({Tag::kP}, {Tag::kButton});
    }
  }

  // Pops to the nearest open element of `targets`, unless one of `barriers` or the scope of a table cell comes first.
  void close_in_scope(std::initializer_list<Tag> targets, std::initializer_list<Tag> barriers) {
    bool any = false;
    for (const Tag t : targets) any |= open_count_[static_cast<std::size_t>(t)] > 0;
    if (!any) return;
    for (std::size_t i = open_.size(); i-- > 1;) {
      const Tag tag = tree_.nodes[open_[i]].tag;
      if (std::ranges::find(targets, tag) != targets.end()) {
        pop_to(i);
        return;
      }
      if (std::ranges::find(barriers, tag) != barriers.end()) return;
      // Parts of a table close cells; what is in a cell does not.
      if (kind_of(tag).is_scope && !kind_of(*targets.begin()).closes_scope) return;
    }
  }

  void close_link() { open_links_ = 0; }

  std::uint32_t add_node(Tag tag, std::string_view text) {
    const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
    Node node;
    node.tag = tag;
    node.parent = open_.back();
    node.attributes_begin = first_attribute_;
    node.attribute_count = static_cast<std::uint16_t>(tree_.attributes.size() - first_attribute_);
    node.text = text;
    tree_.nodes.push_back(node);
    return index;
  }

  void add_text(std::size_t begin, std::size_t end) {
    first_attribute_ = static_cast<std::uint32_t>(tree_.attributes.size());
    const std::uint32_t node = add_node(Tag::kText, text_.substr(begin, end - begin));
    tree_.nodes[node].end = node + 1;
    tree_.nodes[node].linked = open_links_ > 0;
  }

  bool push(std::uint32_t node) {
    if (open_.size() >= kMaxDepth) {
      tree_.nodes[node].end = node + 1;
      tree_.nesting_cut = true;
      beyond_depth_++;
      return false;
    }
    const Tag tag = tree_.nodes[node].tag;
    open_.push_back(node);
    open_count_[static_cast<std::size_t>(tag)]++;
    if (tag == Tag::kSvg || tag == Tag::kMath) inside_foreign_++;
    if (tag == Tag::kHead) in_head_ = true;
    return true;
  }

  void pop() {
    Node& node = tree_.nodes[open_.back()];
    node.end = static_cast<std::uint32_t>(tree_.nodes.size());
    open_count_[static_cast<std::size_t>(node.tag)]--;
    if (node.tag == Tag::kSvg || node.tag == Tag::kMath) inside_foreign_--;
    if (node.tag == Tag::kHead) in_head_ = false;
    // A link that is never closed ends with the block around it.
    if (kind_of(node.tag).is_block && open_count_[static_cast<std::size_t>(Tag::kA)] == 0) open_links_ = 0;
    open_.pop_back();
  }

  void pop_to(std::size_t position) {
    while (open_.size() > position) pop();
  }

  std::string_view text_;
  bool xml_;
  std::size_t at_ = 0;
  HtmlTree tree_;
  std::vector<std::uint32_t> open_;
  std::array<std::uint32_t, static_cast<std::size_t>(Tag::kCount)> open_count_{};
  std::array<bool, static_cast<std::size_t>(Tag::kCount)> unclosed_{};
  std::uint32_t first_attribute_ = 0;
  std::uint64_t beyond_depth_ = 0;
  std::uint32_t open_links_ = 0;
  std::uint32_t inside_foreign_;
  bool no_comment_end_ = false, no_cdata_end_ = false;  // looked for to the end of the text, in vain
  bool html_seen_ = false, head_seen_ = false, body_seen_ = false, in_head_ = false;
};

}  // namespace

HtmlTree parse_html(std::string_view utf8) {
  return Parser(utf8).run();
}

HtmlTree parse_xml(std::string_view utf8) {
  return Parser(utf8, true).run();
}

}  // namespace samehand::page
