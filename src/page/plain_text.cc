// Plain text: exactly as it is, or as the rest of a page whose tags are lost.
//
// Problem: a page stored as text keeps its clock, menus, counters, related headlines, tags and comment box, without the
// tags that told them apart. Other texts (a report, a mail) have none of these and must be kept whole.
// Example:  "10:05 GMT 06 May 2021 / Watch / Politics / The Grid Affair (12) / 3 14 / KYIV, March 2 (Agency) - The
// operator
//   said … / It added … / The Grid Affair (12) / Minister Visits Dam / Storm Closes Three Ports / grid, Kyiv, outage /
//   Comments"
//   -> text "The operator said … It added …", outlet Agency, place KYIV, published XXXX-03-02, stored
//   2021-05-06T10:05Z, topic "The Grid Affair" with 12 stories, tags grid, Kyiv, outage.
// Method: lines become blocks (hard-wrapped paragraphs are joined first). Prose is a line of a dozen words with the end
// of a sentence. Where controls of a page ("Share", "Log in") or long runs of short lines show that this was a page,
// the story is the weightiest run of prose, with what short lines stand inside it; what stands before gives title,
// date, byline; what stands after gives tags. Lines with technical content (hashes, addresses, paths) are never left
// out. Without such signs the whole text is the story. The clock: a line that is only a time and a date, before the
// menu, is when the page was stored, unless the dateline has the same day; then it is the date of publication. Cost:
// linear. Known failures: comments in full sentences right after the story; a headline of a dozen words with a full
// stop.
#include <algorithm>
#include <optional>
#include <string>

#include "boilerplate.h"
#include "dateline.h"
#include "formats.h"
#include "html_metadata.h"
#include "html_text.h"

namespace samehand::page {
namespace {

constexpr std::uint32_t kProseWords = 12;
constexpr std::uint32_t kLongProse = 25;  // prose even without a full stop
constexpr std::size_t kGap = 4;           // short lines in a row that may stand inside a story
constexpr std::size_t kHeadlineRun = 3;   // headlines in a row that are a list of other stories
constexpr std::size_t kTitleReach = 8;    // lines above the story that may hold its title

struct Line {
  TextSpan where;  // in the text given
  std::uint32_t words = 0;
  bool sentence = false;  // ends like one
  bool prose = false, control = false, technical = false, date = false, list_item = false, blank_before = false;
};

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\f\v");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\f\v") - begin + 1);
}

bool ends_sentence(std::string_view text) {
  // Closing quotes and brackets may follow the mark.
  while (!text.empty()) {
    const char c = text.back();
    if (c == '"' || c == '\'' || c == ')' || c == ']' || c == ' ') {
      text.remove_suffix(1);
    } else if (text.ends_with("\xe2\x80\x9d") || text.ends_with("\xe2\x80\x99")) {
      text.remove_suffix(3);
    } else {
      break;
    }
  }
  return text.ends_with('.') || text.ends_with('!') || text.ends_with('?') || text.ends_with(':') ||
         text.ends_with("\xe2\x80\xa6") || text.ends_with("\xe3\x80\x82");
}

// Hashes, addresses, paths, URLs: what an analyst would miss.
bool is_technical(std::string_view text) {
  if (text.find("://") != text.npos || text.find("[.]") != text.npos || text.find(":\\") != text.npos ||
      text.find("HKEY_") != text.npos || text.find("HKLM") != text.npos || text.find("CVE-") != text.npos ||
      text.find("[:]") != text.npos || text.find("(dot)") != text.npos) {
    return true;
  }
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = text.find_first_not_of(" \t,;|", at);
    if (begin == text.npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t,;|", begin), text.size());
    const std::string_view token = text.substr(begin, end - begin);
    const auto digits = std::ranges::count_if(token, [](char c) { return c >= '0' && c <= '9'; });
    const auto letters =
        std::ranges::count_if(token, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    const auto points = std::ranges::count(token, '.');
    if (token.size() >= 16 && digits >= 3 && letters >= 2) return true;
    if (points == 3 && digits >= 4 && letters == 0) return true;
    at = end;
  }
  return false;
}

bool is_list_item(std::string_view text) {
  return text.starts_with("- ") || text.starts_with("* ") || text.starts_with("\xe2\x80\xa2") ||
         text.starts_with("\xe2\x80\x93 ");
}

class TextPage {
 public:
  explicit TextPage(std::string_view text) : text_(text) {}

  Document run() {
    cut_lines();
    if (!was_page()) return whole();
    find_story();
    if (begin_ == end_) return whole();
    Document document;
    copy_story(document);
    before_story(document.metadata);
    after_story(document.metadata);
    topic(document.metadata);
    finish_metadata(document);
    place_clock(document.metadata);
    return document;
  }

 private:
  std::string_view of(const Line& line) const { return trim(line.where.of(text_)); }

  void add_line(std::size_t begin, std::size_t end, bool blank_before) {
    Line line;
    line.where = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    const std::string_view text = of(line);
    line.words = count_words(text);
    line.sentence = ends_sentence(text);
    line.control = is_control(text);
    line.technical = is_technical(text);
    line.date = line.words <= 16 && is_date_line(text);
    line.list_item = is_list_item(text);
    line.blank_before = blank_before;
    const bool long_enough = (line.sentence && line.words >= kProseWords) || line.words >= kLongProse;
    line.prose = long_enough && !is_boilerplate(text) && !is_tag_list(text);
    lines_.push_back(line);
  }

  // Lines; the lines of a paragraph that was wrapped at some width are one.
  void cut_lines() {
    std::vector<TextSpan> group;
    bool blank = true;
    const auto flush = [&] {
      const bool wrapped = is_wrapped(group);
      for (std::size_t i = 0; i < group.size(); ++i) {
        if (wrapped) {
          add_line(group.front().begin, group.back().end, true);
          break;
        }
        add_line(group[i].begin, group[i].end, i == 0 && blank);
      }
      group.clear();
      blank = true;
    };
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      if (trim(text_.substr(at, end - at)).empty()) {
        flush();
      } else {
        group.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
      }
      at = end + 1;
    }
    flush();
  }

  bool is_wrapped(const std::vector<TextSpan>& group) const {
    if (group.size() < 2) return false;
    std::size_t total = 0, longest = 0, sentences = 0;
    for (std::size_t i = 0; i < group.size(); ++i) {
      const std::string_view line = trim(group[i].of(text_));
      if (i > 0 && is_list_item(line)) return false;
      longest = std::max(longest, line.size());
      if (i + 1 == group.size()) break;
      total += line.size();
      sentences += ends_sentence(line);
    }
    // What was wrapped at a width has no line that the next one's first word would still have gone into.
    std::size_t room = 0;
    for (std::size_t i = 0; i + 1 < group.size(); ++i) {
      const std::string_view next = trim(group[i + 1].of(text_));
      room += trim(group[i].of(text_)).size() + 1 + std::min(next.find(' '), next.size()) <= longest;
    }
    const std::size_t mean = total / (group.size() - 1);
    return longest <= 110 && room * 4 <= group.size() && mean >= 50 && sentences * 2 <= group.size() &&
           mean * 10 >= longest * 7;
  }

  // Controls of a page, or many headlines in a row.
  bool was_page() const {
    std::size_t controls = 0, run = 0, longest = 0, prose = 0;
    for (const Line& line : lines_) {
      controls += line.control;
      prose += line.prose;
      const bool headline = !line.sentence && !line.technical && !line.list_item && line.words <= kProseWords + 4;
      run = headline ? run + 1 : 0;
      longest = std::max(longest, run);
    }
    return prose > 0 && (controls >= 2 || (controls >= 1 && longest >= kHeadlineRun) || longest >= 2 * kHeadlineRun);
  }

  // The weightiest run of prose; short lines inside it are borne, a list of headlines or a comment box ends it.
  void find_story() {
    std::size_t i = 0, best_words = 0;
    while (i < lines_.size()) {
      if (!lines_[i].prose) {
        i++;
        continue;
      }
      const std::size_t begin = i;
      std::size_t end = i + 1, gap = 0, words = lines_[i].words;
      for (std::size_t k = i + 1; k < lines_.size(); ++k) {
        const Line& line = lines_[k];
        if (line.prose || line.technical ||
            (line.sentence && line.words >= 3 && !line.control && !is_boilerplate(of(line)))) {
          // A dateline begins another story.
          if (line.prose && gap > 0 && parse_dateline(of(line))) break;
          end = k + 1;
          gap = 0;
          words += line.words;
        } else if (ends_story(line) || ++gap > kGap) {
          break;
        }
      }
      if (words > best_words) {
        best_words = words;
        begin_ = begin;
        end_ = end;
      }
      i = end;
    }
  }

  bool ends_story(const Line& line) const {
    const std::string_view text = of(line);
    for (const std::string_view label : {"Comments", "Discussion", "Leave a comment", "Leave a Reply", "Related",
                                         "Most popular", "Most read", "Community standards", "Read more:", "Share this",
                                         "Tags:", "More from", "Post a comment", "Trending", "Recommended"}) {
      if (text.size() < label.size() + 24 && same_start(text, label)) return true;
    }
    return parse_counted_name(text).has_value() || is_tag_list(text);
  }

  static bool same_start(std::string_view text, std::string_view label) {
    const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return text.size() >= label.size() && std::ranges::equal(text.substr(0, label.size()), label, {}, low, low);
  }

  // Three or more short names between commas, and no sentence.
  static bool is_tag_list(std::string_view text) {
    if (same_start(text, "Tags:") || same_start(text, "Topics:") || same_start(text, "Keywords:")) return true;
    if (text.size() > 600 || ends_sentence(text)) return false;
    std::size_t parts = 0, long_parts = 0;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      const std::uint32_t words = count_words(rest.substr(0, end));
      if (words == 0) return false;
      parts++;
      if (words > 6) long_parts++;
      // Lower-case function words in a part betray a sentence.
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return parts >= 3 && long_parts == 0;
  }

  bool belongs(std::size_t i) const {
    const Line& line = lines_[i];
    if (line.prose || line.technical) return true;
    const std::string_view text = of(line);
    return !line.control && !line.date && !is_boilerplate(text) && !parse_counted_name(text);
  }

  BlockKind kind(std::size_t i) const {
    const Line& line = lines_[i];
    if (line.list_item) return BlockKind::kListItem;
    if (!line.sentence && !line.prose && line.words <= 12 && i + 1 < end_ && !line.technical)
      return BlockKind::kHeading;
    if (line.technical && !line.prose && !line.sentence) return BlockKind::kCode;
    return BlockKind::kParagraph;
  }

  void copy_story(Document& document) const {
    const auto add = [&](std::size_t i) {
      if (!document.text.empty()) document.text += "\n\n";
      const auto begin = static_cast<std::uint32_t>(document.text.size());
      // White space is collapsed as in a line of HTML; the characters stay.
      document.text += collapsed(of(lines_[i]));
      document.blocks.push_back({kind(i), {begin, static_cast<std::uint32_t>(document.text.size())}});
    };
    for (std::size_t i = begin_; i < end_; ++i) {
      if (belongs(i)) add(i);
    }
    // Indicators listed after the story.
    for (std::size_t i = end_; i < lines_.size(); ++i) {
      if (lines_[i].technical && !is_boilerplate(of(lines_[i]))) add(i);
    }
  }

  void before_story(Metadata& m) const {
    for (std::size_t i = begin_; i-- > 0;) {
      const Line& line = lines_[i];
      const std::string_view text = of(line);
      if (line.date && begin_ - i <= kTitleReach && !m.published.known() && !is_clock(i)) {
        if (const auto date = parse_date(text)) m.published = *date;
      }
      if (m.authors.empty() && line.words <= 12) m.authors = parse_byline(text);
      const bool title = line.words >= 4 && line.words <= 25 && !line.control && !line.date &&
                         !parse_counted_name(text) && !is_boilerplate(text) && parse_byline(text).empty() &&
                         !is_tag_list(text) && text.find("://") == text.npos;
      if (title && m.title.empty() && begin_ - i <= kTitleReach) m.title = collapsed(text);
    }
  }

  void after_story(Metadata& m) const {
    for (std::size_t i = end_; i < lines_.size(); ++i) {
      std::string_view text = of(lines_[i]);
      if (!is_tag_list(text) || !m.tags.empty()) continue;
      for (const std::string_view label : {"Tags:", "Topics:", "Keywords:"}) {
        if (same_start(text, label)) text.remove_prefix(label.size());
      }
      while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        std::string tag = collapsed(text.substr(0, end));
        if (!tag.empty() && std::ranges::find(m.tags, tag) == m.tags.end()) m.tags.push_back(std::move(tag));
        text.remove_prefix(std::min(end + 1, text.size()));
      }
    }
    for (const Line& line : lines_) {
      if (!m.outlet.empty()) return;
      m.outlet = copyright_holder(of(line));
    }
  }

  // "© 2014 The Daily Example. All rights reserved." -> The Daily Example
  static std::string copyright_holder(std::string_view text) {
    if (text.size() > 160) return {};
    std::size_t at = text.npos;
    for (const std::string_view mark : {"\xc2\xa9", "Copyright", "(c) "}) {
      if (text.starts_with(mark)) at = mark.size();
    }
    if (at == text.npos) return {};
    at = text.find_first_not_of(" \xc2\xa9()c0123456789-,", at);
    if (at == text.npos) return {};
    std::string_view name = text.substr(at);
    name = trim(name.substr(0, name.find_first_of(".,|;")));
    return name.size() >= 3 && name.size() <= 60 && count_words(name) <= 6 ? std::string(name) : std::string();
  }

  void topic(Metadata& m) const {
    std::string_view once;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto counted = parse_counted_name(of(lines_[i]));
      if (!counted) continue;
      const bool near = i < begin_ + 1 || (i >= end_ && i <= end_ + 3);
      const bool repeated = once == counted->name;
      if (m.topic.stories == 0 || repeated) {
        if (near || repeated) m.topic = {std::string(counted->name), counted->count};
      }
      if (repeated) return;
      once = counted->name;
    }
  }

  // A line that is a time and a date and nothing else, the first of the page, with more lines between it and the story.
  bool is_clock(std::size_t i) const {
    if (i > 1 || !lines_[i].date || begin_ < i + 3) return false;
    const auto date = parse_date(of(lines_[i]));
    return date && date->hour >= 0 && date->year != 0;
  }

  void place_clock(Metadata& m) const {
    for (std::size_t i = 0; i < std::min<std::size_t>(2, begin_); ++i) {
      if (!is_clock(i)) continue;
      const Date date = *parse_date(of(lines_[i]));
      const bool same_day = m.published.month == date.month && m.published.day == date.day &&
                            (m.published.year == 0 || m.published.year == date.year);
      if (same_day && m.published.known()) {
        m.published = date;
      } else {
        m.stored = date;
      }
      return;
    }
  }

  Document whole() const {
    Document document = read_exact_text(text_);
    finish_metadata(document);
    if (!document.blocks.empty()) {
      const std::string_view first = document.blocks.front().where.of(document.text);
      if (first.size() < 200 && !ends_sentence(first) && document.blocks.size() > 1)
        document.metadata.title = collapsed(first);
    }
    return document;
  }

  std::string_view text_;
  std::vector<Line> lines_;
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace

// Lines between empty lines are one block.
Document read_exact_text(std::string_view utf8) {
  Document document;
  document.text = utf8;
  const std::string_view text = document.text;
  std::size_t begin = text.npos, end = 0;
  const auto flush = [&] {
    if (begin != text.npos) {
      document.blocks.push_back(
          {BlockKind::kParagraph, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}});
    }
    begin = text.npos;
  };
  for (std::size_t at = 0; at < text.size();) {
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
  return document;
}

Document read_plain_text(std::string_view utf8) {
  return TextPage(utf8).run();
}

}  // namespace samehand::page
