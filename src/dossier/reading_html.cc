#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "claim_tint.h"
#include "figures.h"
#include "marks.h"
#include "markup.h"
#include "page_assets.h"
#include "reading_words.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/reading.h"
#include "template.h"

namespace samehand::dossier {
namespace {

constexpr std::size_t kPagesShown = 500;  // with their texts; the voices speak of all

std::string shown(std::string_view text) {
  std::string flat;
  for (const char c : text) flat += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  return escape_markup(printable(flat));
}

class PageSection {
 public:
  PageSection(const reading::Reading& reading, std::size_t index) : reading_(reading), index_(index) {}

  std::string write() {
    head();
    out_ += "<div class=\"columns\">\n<div class=\"story\">\n";
    story();
    out_ += "</div>\n<aside>\n";
    claims();
    names();
    techniques();
    figures();
    indicators();
    out_ += "</aside>\n</div>\n</article>\n";
    return std::move(out_);
  }

 private:
  std::string_view text() const { return reading_.document.text; }

  void head() {
    const page::Metadata& m = reading_.document.metadata;
    out_ += fmt::format("<article id=\"page-{}\">\n<h2>{}</h2>\n", index_,
                        shown(m.title.empty() ? reading_.file : m.title));
    std::vector<std::string> facts;
    if (!m.outlet.empty()) facts.push_back(m.outlet);
    if (!m.place.empty()) facts.push_back(m.place);
    if (m.published.known()) facts.push_back(date_text(m.published));
    if (!m.authors.empty()) facts.push_back(fmt::format("by {}", fmt::join(m.authors, ", ")));
    if (!m.topic.name.empty())
      facts.push_back("topic “" + m.topic.name + "”" +
                      (m.topic.stories > 0
                           ? fmt::format(" ({} {})", m.topic.stories, m.topic.stories == 1 ? "story" : "stories")
                           : ""));
    if (!m.tags.empty()) facts.push_back(fmt::format("tags: {}", fmt::join(m.tags, ", ")));
    if (m.stored.known()) facts.push_back("stored " + date_text(m.stored));
    if (!m.title.empty()) facts.push_back(reading_.file);  // else it is the heading
    out_ += fmt::format("<p class=\"facts\">{}</p>\n", shown(fmt::format("{}", fmt::join(facts, " · "))));
    for (const std::string& remark : reading_.document.remarks)
      out_ += fmt::format("<p class=\"soft\">{}</p>\n", shown(remark));
  }

  std::vector<Mark> marks() const {
    std::vector<Mark> all;
    for (std::size_t i = 0; i < reading_.claims.size(); ++i) {
      const claim::Claim& c = reading_.claims[i];
      const std::string label = fmt::format("{}: {}", stance_text(c.stance), chain_text(c));
      for (std::size_t k = 0; k < c.content.size(); ++k)
        all.push_back(
            {c.content[k], std::string(tint(c.stance)), label, k == 0 ? fmt::format("p{}c{}", index_, i) : ""});
      if (!c.source.empty()) all.push_back({c.source, "source", "source", ""});
      if (!c.cue.empty()) all.push_back({c.cue, "cue", "", ""});
    }
    for (const auto& n : reading_.names)
      all.push_back({n.where, "name", fmt::format("{} {}", naming::to_string(n.kind), fmt::join(n.ids, ", ")), ""});
    for (const auto& t : reading_.techniques) all.push_back({t.where, "technique", t.id, ""});
    for (const auto& i : reading_.indicators) {
      const std::string label = fmt::format("{}: {}", indicator::to_string(i.kind), i.value);
      all.push_back(i.benign ? Mark{i.where, "benign", fmt::format("set aside, {}; {}", i.why_benign, label), ""}
                             : Mark{i.where, "indicator", label, ""});
    }
    for (const auto& f : reading_.figures) all.push_back({f.where, "figure", figure_text(f), ""});
    // The longer first, so that what lies inside is listed later and wins.
    std::ranges::stable_sort(all, {}, [](const Mark& mark) {
      return std::pair(mark.where.begin, -static_cast<std::int64_t>(mark.where.end));
    });
    return all;
  }

  void story() {
    const std::vector<Mark> all = marks();
    std::vector<page::Block> blocks = reading_.document.blocks;
    if (blocks.empty()) blocks.push_back({page::BlockKind::kCode, {0, static_cast<std::uint32_t>(text().size())}});
    // Marks are sorted and blocks in order: each block looks only at those that can reach it.
    std::size_t from = 0;
    for (const page::Block& block : blocks) {
      while (from < all.size() && all[from].where.end <= block.where.begin) ++from;
      std::vector<Mark> near;
      for (std::size_t i = from; i < all.size() && all[i].where.begin < block.where.end; ++i) near.push_back(all[i]);
      const std::string inner = marked_up(text(), block.where, near);
      switch (block.kind) {
        case page::BlockKind::kTitle:
        case page::BlockKind::kHeading:
          out_ += "<p class=\"heading\">" + inner + "</p>\n";
          break;
        case page::BlockKind::kListItem:
          out_ += "<p class=\"item\">" + inner + "</p>\n";
          break;
        case page::BlockKind::kQuotation:
          out_ += "<p class=\"quotation\">" + inner + "</p>\n";
          break;
        case page::BlockKind::kCaption:
          out_ += "<p class=\"caption\">" + inner + "</p>\n";
          break;
        case page::BlockKind::kCode:
        case page::BlockKind::kTableRow:
          out_ += "<pre>" + inner + "</pre>\n";
          break;
        case page::BlockKind::kParagraph:
          out_ += "<p>" + inner + "</p>\n";
          break;
      }
    }
  }

  void claims() {
    out_ += fmt::format("<h3>Claims <span class=\"soft\">{}</span></h3>\n", reading_.claims.size());
    if (!reading_.claims_read) {
      out_ += "<p class=\"soft\">Not read: the text is not English.</p>\n";
      return;
    }
    out_ += "<ol>\n";
    for (const std::size_t i : outline(reading_.claims)) {
      const claim::Claim& c = reading_.claims[i];
      const std::string said = said_text(c);
      std::string matter;
      if (c.about != claim::About::kOther) {
        matter = std::string(matter_text(c.about));
        if (!c.subjects.empty()) matter += fmt::format(": {}", fmt::join(c.subjects, "; "));
      }
      if (!c.hedge.empty()) matter += fmt::format("{}hedge: {}", matter.empty() ? "" : " · ", c.hedge);
      out_ += fmt::format(
          "<li{}>{}<span class=\"matter\">{}</span>\n<p class=\"words\"><a href=\"#p{}c{}\">{}</a></p>\n<p "
          "class=\"chain\">{} <span "
          "class=\"soft\">({}{}{})</span></p></li>\n",
          c.parent >= 0 ? " class=\"nested\"" : "", stance_tag(c.stance), shown(matter), index_, i,
          shown(c.direct ? quoted(shorten(words_of(c, text()), 300)) : shorten(words_of(c, text()), 300)),
          shown(chain_text(c)), word(c.speaker_kind), said.empty() ? "" : ", ", shown(said));
    }
    out_ += "</ol>\n";
  }

  // What is told several times stands once, in the words of the first time.
  class Counted {
   public:
    void add(std::string_view key, std::string_view left, std::string_view right) {
      const auto [it, fresh] = places_.try_emplace({std::string(left), std::string(key)}, rows_.size());
      if (fresh) rows_.push_back({std::string(left), std::string(right), 0});
      ++rows_[it->second].times;
    }
    std::vector<std::pair<std::string, std::string>> list() const {
      std::vector<std::pair<std::string, std::string>> out;
      for (const Row& row : rows_)
        out.emplace_back(row.left,
                         row.times > 1 ? fmt::format("{} × {}", row.right, with_commas(row.times)) : row.right);
      return out;
    }

   private:
    struct Row {
      std::string left, right;
      std::size_t times;
    };
    std::vector<Row> rows_;
    std::map<std::pair<std::string, std::string>, std::size_t> places_;
  };

  void rows(std::string_view title, const std::vector<std::pair<std::string, std::string>>& list) {
    if (list.empty()) return;
    out_ += fmt::format("<h3>{} <span class=\"soft\">{}</span></h3>\n<table>\n", title, list.size());
    for (const auto& [left, right] : list)
      out_ += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", shown(left), shown(right));
    out_ += "</table>\n";
  }

  void names() {
    std::map<std::pair<std::string, std::string>, std::size_t> counted;
    for (const auto& n : reading_.names) {
      std::string value = n.value;
      if (!n.ids.empty()) value += fmt::format(" ({})", fmt::join(n.ids, ", "));
      ++counted[{std::string(naming::to_string(n.kind)), std::move(value)}];
    }
    std::vector<std::pair<std::string, std::string>> list;
    for (const auto& [name, count] : counted)
      list.emplace_back(name.first, count > 1 ? fmt::format("{} × {}", name.second, count) : name.second);
    rows("Names", list);
  }

  void techniques() {
    Counted counted;
    for (const auto& t : reading_.techniques) counted.add(t.id, t.id, t.where.of(text()));
    rows("Techniques", counted.list());
  }

  void indicators() {
    Counted counted;
    for (const auto& i : reading_.indicators) {
      if (!i.benign) counted.add(i.value, indicator::to_string(i.kind), i.value);
    }
    rows("Indicators", counted.list());
  }

  void figures() {
    Counted counted;
    for (const auto& f : reading_.figures) counted.add(f.of, figure_text(f), f.where.of(text()));
    rows("Figures", counted.list());
  }

  const reading::Reading& reading_;
  std::size_t index_;
  std::string out_;
};

std::string page_link(std::span<const reading::Reading> readings, std::uint32_t page) {
  const page::Metadata& m = readings[page].document.metadata;
  std::string name = m.outlet.empty() ? std::string(base_name(readings[page].file)) : m.outlet;
  if (m.published.known()) name += " " + page::to_iso(m.published);
  if (page >= kPagesShown) return shown(name);
  return fmt::format("<a href=\"#page-{}\">{}</a>", page, shown(name));
}

std::string voices_section(std::span<const reading::Reading> readings, const reading::Voices& voices) {
  std::string out = "<section class=\"voices\">\n";
  for (const reading::Contradiction& c : voices.contradictions) {
    out += fmt::format("<div class=\"contradiction\"><b>{}</b>\n", shown(c.matter));
    for (const auto& side : c.sides) {
      std::vector<std::string> who;
      for (const std::uint32_t v : side.voices) who.push_back(shown(voices.voices[v].source));
      out += fmt::format("<p>{} by {}</p>\n", shown(side.says), fmt::join(who, "; "));
    }
    out += "</div>\n";
  }
  for (std::size_t i = 0; i < voices.voices.size(); ++i) {
    const reading::Voice& v = voices.voices[i];
    if (i == 0 || voices.voices[i - 1].about != v.about)
      out += fmt::format("{}<h3>Voices on {}</h3>\n<ul>\n", i == 0 ? "" : "</ul>\n", matter_text(v.about));
    const reading::ClaimRef first = v.claims.front();
    const claim::Claim& c = readings[first.page].claims[first.claim];
    std::vector<std::string> pages;
    for (std::size_t k = 0; k < std::min<std::size_t>(v.pages.size(), 20); ++k)
      pages.push_back(page_link(readings, v.pages[k]));
    out += fmt::format(
        "<li>{}<b>{}</b> <span class=\"soft\">({})</span>\n<p><a href=\"#p{}c{}\">{}</a></p>\n<p class=\"soft\">first "
        "in {}",
        stance_tag(v.stance), shown(v.source), word(v.kind), first.page, first.claim,
        shown(shorten(words_of(c, readings[first.page].document.text), 300)), pages.front());
    if (pages.size() > 1) out += fmt::format("; repeated by {}", fmt::join(pages.begin() + 1, pages.end(), "; "));
    out += "</p></li>\n";
  }
  if (!voices.voices.empty()) out += "</ul>\n";
  if (!voices.copies.empty()) {
    out += "<h3>Pages that are nearly the same, oldest first</h3>\n<ul>\n";
    for (const auto& group : voices.copies) {
      std::vector<std::string> pages;
      for (const std::uint32_t page : group) pages.push_back(page_link(readings, page));
      out += fmt::format("<li>{}</li>\n", fmt::join(pages, " &lt; "));
    }
    out += "</ul>\n";
  }
  return out + "</section>\n";
}

}  // namespace

std::string readings_html(std::span<const reading::Reading> readings, const reading::Voices& voices) {
  std::string title = "Nothing read";
  if (readings.size() == 1) {
    title = readings[0].document.metadata.title.empty() ? readings[0].file : readings[0].document.metadata.title;
  } else if (readings.size() > 1) {
    title = fmt::format("{} pages, {} {} on who did it", with_commas(readings.size()), voices.on_responsibility,
                        voices.on_responsibility == 1 ? "voice" : "voices");
  }
  std::string body = "<header>\n<p class=\"brand\">Samehand · who says what</p>\n";
  if (readings.size() > 1) body += fmt::format("<h1>{}</h1>\n", shown(title));
  body +=
      "<p class=\"legend\"><mark class=\"affirms\">asserted</mark> <mark class=\"hedged\">hedged or declined</mark> "
      "<mark "
      "class=\"denies\">denied or doubted</mark> <mark class=\"source\">source</mark> <mark class=\"cue\">cue</mark> "
      "<mark "
      "class=\"name\">name</mark> <mark class=\"technique\">technique</mark> <mark "
      "class=\"indicator\">indicator</mark> <mark class=\"benign\">set aside</mark> <mark "
      "class=\"figure\">figure</mark></p>\n</header>\n";
  if (readings.size() > 1) body += voices_section(readings, voices);
  for (std::size_t i = 0; i < std::min(readings.size(), kPagesShown); ++i) body += PageSection(readings[i], i).write();
  if (readings.size() > kPagesShown)
    body += fmt::format("<p class=\"soft\">{} more pages are not shown here; --format json has them.</p>\n",
                        readings.size() - kPagesShown);
  return framed(shown(title), kReadingCss, body, {});
}

}  // namespace samehand::dossier
