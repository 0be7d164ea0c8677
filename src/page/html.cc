// A page in HTML -> Document.
#include <algorithm>

#include "boilerplate.h"
#include "dateline.h"
#include "formats.h"
#include "html_metadata.h"
#include "html_text.h"
#include "html_tree.h"
#include "language.h"
#include "main_text.h"
#include "passages.h"

namespace samehand::page {
namespace {

constexpr std::size_t kMaxLinks = 20'000;
// A page whose story has fewer words is looked at again, with what is hidden.
constexpr std::uint32_t kFewWords = 80;

void add_links(Document& document, const Passages& passages, const Passage& passage, std::uint32_t begin) {
  for (std::uint32_t i = passage.links_begin; i < passage.links_end && document.links.size() < kMaxLinks; ++i) {
    const Link& link = passages.links[i];
    if (link.url.empty() || link.url.starts_with('#') || link.where.begin < passage.where.begin) continue;
    const std::uint32_t end = std::min(link.where.end, passage.where.end);
    if (end <= link.where.begin) continue;
    document.links.push_back({{begin + link.where.begin - passage.where.begin, begin + end - passage.where.begin},
                              absolute_url(document.metadata.url, resolved(link.url))});
  }
}

// "IOC" may be the Olympic committee: indicators stand within the next lines.
bool evidence_follows(const Passages& passages, std::uint32_t heading) {
  constexpr std::uint32_t kReach = 12;
  const auto last = std::min<std::size_t>(heading + 1 + kReach, passages.list.size());
  for (std::size_t i = heading + 1; i < last; ++i) {
    if (holds_evidence(passages.list[i].where.of(passages.text))) return true;
  }
  return false;
}

// The story with what an analyst would miss of the rest: lines that hold indicators, and all that stands under a
// heading such as "Indicators of compromise". Vendors put them behind the story, in tables, tabs and side columns, and
// a line such as "evil[.]example" looks like none of a story.
std::vector<std::uint32_t> with_evidence(const Passages& passages, const std::vector<std::uint32_t>& story) {
  constexpr std::uint32_t kLongestSection = 20'000;
  std::vector<std::uint32_t> out;
  std::uint32_t level = 0, left = 0;  // of the section that is kept whole, while `left` counts down
  std::size_t next = 0;
  for (std::uint32_t i = 0; i < passages.list.size(); ++i) {
    const Passage& p = passages.list[i];
    const std::string_view text = p.where.of(passages.text);
    const bool in_story = next < story.size() && story[next] == i;
    next += in_story;
    if (p.heading > 0 && p.heading <= level) left = 0;
    if (heads_evidence(text) && p.link_density() < 0.5f && evidence_follows(passages, i)) {
      level = p.heading > 0 ? p.heading : 6;
      left = kLongestSection;
    } else if (left > 0) {
      --left;
      // A page that goes on without a heading: sentences end a list of indicators, links to elsewhere and controls too.
      const bool value = text.contains('.') && !text.contains(' ');  // "update.example" is no "Update: …"
      const bool elsewhere = p.link_density() > 0.5f || is_boilerplate(text) || is_control(text);
      if (!in_story && elsewhere && !value && !holds_evidence(text)) left = 0;
    }
    if (in_story || left > 0 || (p.words > 0 && holds_evidence(text))) out.push_back(i);
  }
  return out;
}

void add_story(Document& document, const Passages& passages, const std::vector<std::uint32_t>& story) {
  for (const std::uint32_t index : with_evidence(passages, story)) {
    const Passage& passage = passages.list[index];
    if (!document.text.empty()) document.text += "\n\n";
    const auto begin = static_cast<std::uint32_t>(document.text.size());
    document.text += passage.where.of(passages.text);
    document.blocks.push_back({passage.kind, {begin, static_cast<std::uint32_t>(document.text.size())}});
    add_links(document, passages, passage, begin);
  }
}

void clear_story(Document& document) {
  document.text.clear();
  document.blocks.clear();
  document.links.clear();
}

std::uint32_t words_of(const Passages& passages, const std::vector<std::uint32_t>& story) {
  std::uint32_t words = 0;
  for (const std::uint32_t index : story) words += passages.list[index].words;
  return words;
}

bool is_far_more(std::uint32_t words, std::uint32_t than) {
  return words >= 3 * than + 50;
}

// A page that shows a line or two may be a list (results, recipes), or hold its story where only a script shows it:
// hidden, or as data for search engines.
void look_again(Document& document, const HtmlTree& tree, const Passages& passages, const PageHints& hints) {
  const std::uint32_t shown = count_words(document.text);
  PageHints lenient = hints;
  lenient.lines_count = true;
  const std::vector<std::uint32_t> lines = find_main_text(tree, passages, lenient);
  if (is_far_more(words_of(passages, lines), shown)) {
    clear_story(document);
    add_story(document, passages, lines);
    return;
  }
  lenient.names_count = false;
  const Passages all = find_passages(tree, true);
  const std::vector<std::uint32_t> hidden = find_main_text(tree, all, lenient);
  const std::uint32_t hidden_words = words_of(all, hidden);
  if (is_far_more(count_words(hints.article_body), std::max(shown, hidden_words))) {
    clear_story(document);
    document.text = hints.article_body;
    document.blocks.push_back({BlockKind::kParagraph, {0, static_cast<std::uint32_t>(document.text.size())}});
    document.remarks.push_back("the page shows no story: its text is that of the page's data for search engines");
  } else if (is_far_more(hidden_words, shown)) {
    clear_story(document);
    add_story(document, all, hidden);
    document.remarks.push_back("the story stands where pages keep menus, or what is hidden until a script shows it");
  }
}

}  // namespace

Document read_html(std::string_view utf8) {
  Document document;
  document.format = Format::kHtml;
  const HtmlTree tree = parse_html(utf8);
  const Passages passages = find_passages(tree);
  HtmlMetadata metadata = read_html_metadata(tree, passages);
  document.metadata = std::move(metadata.stated);
  const PageHints hints{document.metadata.title, metadata.article_body, document.metadata.authors};
  add_story(document, passages, find_main_text(tree, passages, hints));
  if (count_words(document.text) < kFewWords) look_again(document, tree, passages, hints);
  finish_metadata(document);
  if (tree.nesting_cut) document.remarks.push_back("elements nested deeper than 512 were read as their parents' text");
  if (document.text.empty() && !passages.list.empty())
    document.remarks.push_back("no story found: menus and lists only");
  if (document.text.empty() && passages.list.empty())
    document.remarks.push_back("the page holds no text (made by a script when it is opened?)");
  return document;
}

void finish_metadata(Document& document) {
  Metadata& m = document.metadata;
  for (std::size_t i = 0; i < document.blocks.size() && i < 3; ++i) {
    const auto dateline = parse_dateline(document.blocks[i].where.of(document.text));
    if (!dateline) continue;
    m.place = dateline->place;
    if (m.outlet.empty()) m.outlet = dateline->outlet;
    if (!m.published.known()) m.published = dateline->date;
    break;
  }
  const std::string recognised = recognise_language(document.text);
  // Templates often state the language of their author; the text itself knows better.
  if (!recognised.empty() && !m.language.starts_with(recognised)) m.language = recognised;
}

}  // namespace samehand::page
