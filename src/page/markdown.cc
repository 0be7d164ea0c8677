// Markdown -> Document: the marks go, the words stay.
//
// Example: "# Title\n\nSee [the report](http://a.example) by **Ann**.\n- one" -> heading "Title", paragraph "See the
// report
//   by Ann." with a link, list item "one".
// Method: CommonMark's blocks by line (headings, lists, quotations, fences, tables as rows) and of its inline marks
// those that change words: links, images, code, emphasis, escapes, HTML tags and references. A front matter between
// "---" lines gives metadata. Nothing nests deeper than a line, so the cost is linear. Known failures: reference links
// keep their label only; indented code is read as a paragraph; nested lists are flat.
#include <algorithm>
#include <string>

#include "formats.h"
#include "html_metadata.h"
#include "html_text.h"

namespace samehand::page {
namespace {

constexpr std::size_t kLongestTag = 2000;  // bytes of a tag or image; further on no end is looked for

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

class MarkdownReader {
 public:
  explicit MarkdownReader(std::string_view text) : text_(text) {}

  Document run() {
    document_.format = Format::kMarkdown;
    front_matter();
    while (at_ < text_.size()) line();
    flush();
    finish_metadata(document_);
    return std::move(document_);
  }

 private:
  std::string_view next_line() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view line = text_.substr(at_, end - at_);
    at_ = std::min(end + 1, text_.size());
    return line;
  }

  void front_matter() {
    if (!text_.starts_with("---\n") && !text_.starts_with("---\r\n")) return;
    const std::size_t close = text_.find("\n---", 4);
    if (close == text_.npos || close > 16384) return;
    next_line();
    while (at_ <= close) {
      const std::string_view entry = next_line();
      const std::size_t colon = entry.find(':');
      if (colon == entry.npos) continue;
      const std::string_view key = trim(entry.substr(0, colon));
      std::string_view value = trim(entry.substr(colon + 1));
      if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
        value = value.substr(1, value.size() - 2);
      take(key, value);
    }
    next_line();
  }

  void take(std::string_view key, std::string_view value) {
    Metadata& m = document_.metadata;
    if (value.empty()) return;
    if (key == "title") m.title = collapsed(value);
    if (key == "author" || key == "authors") m.authors.push_back(collapsed(value));
    if (key == "lang" || key == "language") m.language = value;
    if (key == "outlet" || key == "publisher" || key == "publication" || key == "site" || key == "site_name" ||
        key == "source" || key == "newspaper")
      m.outlet = collapsed(value);
    if (key == "url" || key == "link" || key == "canonical_url") m.url = value;
    if (key == "date") {
      if (const auto date = parse_date(value)) m.published = *date;
    }
    if (key == "tags" || key == "keywords") {
      while (!value.empty()) {
        const std::size_t end = std::min(value.find(','), value.size());
        std::string_view tag = trim(value.substr(0, end));
        while (!tag.empty() && (tag.front() == '[' || tag.front() == '"')) tag.remove_prefix(1);
        while (!tag.empty() && (tag.back() == ']' || tag.back() == '"')) tag.remove_suffix(1);
        if (!tag.empty()) m.tags.emplace_back(tag);
        value.remove_prefix(std::min(end + 1, value.size()));
      }
    }
  }

  void line() {
    const std::string_view whole = next_line();
    const std::string_view body = trim(whole);
    if (!fence_.empty()) {
      if (body.starts_with(fence_)) {
        flush();
        fence_ = {};
      } else {
        append_code(whole);
      }
      return;
    }
    if (body.empty()) return flush();
    if (body.starts_with("```") || body.starts_with("~~~")) {
      flush();
      fence_ = body.substr(0, 3);
      kind_ = BlockKind::kCode;
      return;
    }
    if (is_rule(body)) {
      // A line of "=" or "-" under a paragraph makes it a heading.
      if (open_ && (body[0] == '=' || body[0] == '-')) kind_ = BlockKind::kHeading;
      return flush();
    }
    if (body[0] == '#') {
      const std::size_t level = body.find_first_not_of('#');
      if (level != body.npos && level <= 6 && (body[level] == ' ' || body[level] == '\t')) {
        std::string_view words = trim(body.substr(level));
        while (words.ends_with('#')) words.remove_suffix(1);
        flush();
        kind_ = BlockKind::kHeading;
        append(trim(words));
        if (level == 1 && document_.metadata.title.empty())
          document_.metadata.title = std::string_view(document_.text).substr(begin_);
        return flush();
      }
    }
    if (body[0] == '>') {
      if (kind_ != BlockKind::kQuotation) flush();
      kind_ = BlockKind::kQuotation;
      return append(
          trim(body.substr(body.find_first_not_of("> ") == body.npos ? body.size() : body.find_first_not_of("> "))));
    }
    if (body[0] == '|') {
      flush();
      if (body.find_first_not_of("|-: ") == body.npos) return;
      kind_ = BlockKind::kTableRow;
      std::string row;
      for (const char c : body) row += c == '|' ? ' ' : c;
      append(trim(row));
      return flush();
    }
    if (const std::size_t marker = list_marker(body); marker > 0) {
      flush();
      kind_ = BlockKind::kListItem;
      return append(trim(body.substr(marker)));
    }
    append(body);
  }

  static bool is_rule(std::string_view body) {
    return body.size() >= 3 && (body[0] == '-' || body[0] == '*' || body[0] == '_' || body[0] == '=') &&
           body.find_first_not_of(std::string{body[0], ' '}) == body.npos;
  }

  static std::size_t list_marker(std::string_view body) {
    if (body.size() > 2 && (body[0] == '-' || body[0] == '*' || body[0] == '+') && body[1] == ' ') return 2;
    std::size_t digits = 0;
    while (digits < body.size() && digits < 4 && body[digits] >= '0' && body[digits] <= '9') digits++;
    if (digits > 0 && digits + 1 < body.size() && (body[digits] == '.' || body[digits] == ')') &&
        body[digits + 1] == ' ')
      return digits + 2;
    return 0;
  }

  void begin() {
    if (open_) return;
    if (!document_.text.empty()) document_.text += "\n\n";
    begin_ = document_.text.size();
    open_ = true;
  }

  void append_code(std::string_view line) {
    const bool first = !open_;
    begin();
    if (!first) document_.text += '\n';
    while (line.ends_with('\r')) line.remove_suffix(1);
    document_.text += line;
  }

  void flush() {
    if (open_) {
      std::string& text = document_.text;
      while (text.size() > begin_ && (text.back() == ' ' || text.back() == '\n')) text.pop_back();
      if (text.size() > begin_) {
        document_.blocks.push_back(
            {kind_, {static_cast<std::uint32_t>(begin_), static_cast<std::uint32_t>(text.size())}});
      } else {
        text.resize(begin_ >= 2 ? begin_ - 2 : 0);
      }
    }
    open_ = false;
    kind_ = BlockKind::kParagraph;
  }

  // Inline marks; `line` ends where the line does.
  void append(std::string_view line) {
    const bool first = !open_;
    begin();
    if (!first) document_.text += ' ';
    std::string& out = document_.text;
    std::size_t brackets = 0;  // that were looked for in vain on this line: no second search
    for (std::size_t i = 0; i < line.size();) {
      const char c = line[i];
      if (c == '\\' && i + 1 < line.size() && !is_word(line[i + 1]) && line[i + 1] != '\\') {
        out += line[i + 1];
        i += 2;
      } else if (c == '`') {
        const std::size_t close = line.find('`', i + 1);
        if (close == line.npos) {
          i++;
        } else {
          out += line.substr(i + 1, close - i - 1);
          i = close + 1;
        }
      } else if (c == '!' && i + 1 < line.size() && line[i + 1] == '[') {
        i = image(line, i);
      } else if (c == '[' && brackets < 64) {
        const std::size_t next = link(line, i);
        if (next == i) {
          brackets++;
          out += c;
          i++;
        } else {
          i = next;
        }
      } else if (c == '<' && is_tag(line, i)) {
        i = line.find('>', i) + 1;
      } else if (c == '*' ||
                 (c == '_' && !(i > 0 && is_word(line[i - 1]) && i + 1 < line.size() && is_word(line[i + 1])))) {
        const bool spaced = (i == 0 || line[i - 1] == ' ') && i + 1 < line.size() && line[i + 1] == ' ';
        if (spaced) out += c;
        i++;
      } else if (c == '&') {
        const std::size_t end = line.substr(i, 12).find(';');
        const std::size_t take = end != line.npos ? end + 1 : 1;
        append_resolved(out, line.substr(i, take));
        i += take;
      } else {
        out += c;
        i++;
      }
    }
  }

  static bool is_tag(std::string_view line, std::size_t i) {
    const char next = i + 1 < line.size() ? line[i + 1] : ' ';
    const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '/';
    const std::size_t length = line.substr(i, kLongestTag).find('>');
    const std::size_t end = length == line.npos ? length : i + length;
    // <http://…> is a link whose address is its text.
    return letter && end != line.npos && line.substr(i, end - i).find("://") == line.npos &&
           line.substr(i, end - i).find('@') == line.npos;
  }

  std::size_t image(std::string_view line, std::size_t i) {
    const std::string_view near = line.substr(i, kLongestTag);
    const std::size_t close = near.find("](");
    const std::size_t end = close == near.npos ? near.npos : near.find(')', close);
    return end == near.npos ? i + 1 : i + end + 1;
  }

  std::size_t link(std::string_view line, std::size_t i) {
    const std::size_t close = line.find(']', i + 1);
    if (close == line.npos || close - i > 500 || close + 1 >= line.size() || line[close + 1] != '(') return i;
    const std::size_t end = line.find(')', close + 2);
    if (end == line.npos) return i;
    const auto begin = static_cast<std::uint32_t>(document_.text.size());
    for (const char c : line.substr(i + 1, close - i - 1)) {
      if (c != '*' && c != '`') document_.text += c;
    }
    std::string_view url = trim(line.substr(close + 2, end - close - 2));
    url = url.substr(0, url.find(' '));
    document_.links.push_back({{begin, static_cast<std::uint32_t>(document_.text.size())}, std::string(url)});
    return end + 1;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Document document_;
  BlockKind kind_ = BlockKind::kParagraph;
  bool open_ = false;
  std::size_t begin_ = 0;
  std::string_view fence_;
};

}  // namespace

Document read_markdown(std::string_view utf8) {
  return MarkdownReader(utf8).run();
}

}  // namespace samehand::page
