#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "figures.h"
#include "reading_words.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/reading.h"
#include "table.h"
#include "text_writer.h"

namespace samehand::dossier {
namespace {

constexpr std::size_t kStatementColumns = 400;  // of a claim's words; the page has the rest

Tone tone_of(claim::Stance stance) {
  switch (stance) {
    case claim::Stance::kDenies:
    case claim::Stance::kReportsDenial:
    case claim::Stance::kDoubts:
      return Tone::kBad;
    case claim::Stance::kDeclines:
    case claim::Stance::kSuggests:
      return Tone::kWarn;
    default:
      return Tone::kGood;
  }
}

class PageReport : TextWriter {
 public:
  PageReport(const reading::Reading& reading, const TextOptions& options) : TextWriter(options), reading_(reading) {}

  std::string write() {
    head();
    claims();
    names();
    techniques();
    figures();
    indicators();
    for (const std::string& remark : reading_.document.remarks)
      paragraph("note: " + printable_line(remark), 2, Tone::kFaint);
    return std::move(out_);
  }

 private:
  void head() {
    const page::Metadata& m = reading_.document.metadata;
    out_ +=
        ink_(Tone::kStrong, wrap(m.title.empty() ? printable(reading_.file) : printable_line(m.title), prose_)) + "\n";
    std::vector<std::string> facts;
    if (!m.outlet.empty()) facts.push_back(printable_line(m.outlet));
    if (!m.place.empty()) facts.push_back(printable_line(m.place));
    if (m.published.known()) facts.push_back(date_text(m.published));
    if (m.modified.known()) facts.push_back("modified " + date_text(m.modified));
    if (!m.authors.empty()) facts.push_back("by " + printable_line(fmt::format("{}", fmt::join(m.authors, ", "))));
    if (!facts.empty()) paragraph(fmt::format("{}", fmt::join(facts, " · ")), 2);
    facts.clear();
    if (!m.topic.name.empty()) {
      facts.push_back("topic “" + printable_line(m.topic.name) + "”" +
                      (m.topic.stories > 0
                           ? fmt::format(" ({} {})", m.topic.stories, m.topic.stories == 1 ? "story" : "stories")
                           : std::string()));
    }
    if (!m.tags.empty()) facts.push_back("tags " + printable_line(fmt::format("{}", fmt::join(m.tags, ", "))));
    if (m.stored.known()) facts.push_back("stored " + date_text(m.stored) + ", so not younger than that");
    for (const std::string& fact : facts) paragraph(fact, 2, Tone::kFaint);
    if (!m.title.empty()) paragraph(printable(reading_.file), 2, Tone::kFaint);
  }

  void claims() {
    if (!reading_.claims_read) {
      heading("Claims");
      const std::string& language = reading_.document.metadata.language;
      paragraph(language.empty()
                    ? std::string("not read: the text is not English")
                    : fmt::format("not read: the text is not English but {}", printable_line(language_text(language))));
      return;
    }
    if (reading_.claims.empty()) {
      heading("Claims", "none found");
      return;
    }
    heading("Claims", with_commas(reading_.claims.size()));
    // The longest way from a claim to an outer one is bounded: deeper ones are shown at the same indent.
    constexpr std::size_t kDeepest = 4;
    std::vector<std::size_t> depth(reading_.claims.size());
    std::size_t shown = 0;
    for (const std::size_t i : outline(reading_.claims)) {
      if (shown++ == top_) break;
      const claim::Claim& c = reading_.claims[i];
      if (c.parent >= 0) depth[i] = std::min(depth[static_cast<std::size_t>(c.parent)] + 1, kDeepest);
      const std::size_t indent = 2 + 2 * depth[i];
      std::string facts = fmt::format("{} ({})", printable_line(chain_text(c)), word(c.speaker_kind));
      if (const std::string said = said_text(c); !said.empty()) facts += ", " + said;
      out_ += std::string(indent, ' ') + ink_(tone_of(c.stance), stance_text(c.stance));
      std::string matter;
      if (c.about != claim::About::kOther) {
        matter = matter_text(c.about);
        if (!c.subjects.empty()) matter += ": " + printable_line(fmt::format("{}", fmt::join(c.subjects, "; ")));
      }
      if (!c.hedge.empty()) matter += fmt::format("{}hedge: {}", matter.empty() ? "" : "; ", printable_line(c.hedge));
      out_ += (matter.empty() ? "" : "  " + wrap(matter, prose_, indent + 2)) + "\n";
      const std::string words = shorten(printable_line(words_of(c, reading_.document.text)), kStatementColumns);
      paragraph(c.direct ? quoted(words) : words, indent + 2);
      paragraph(facts, indent + 2, Tone::kFaint);
    }
    more(std::min(shown, top_), reading_.claims.size());
  }

  void names() {
    // Each name once, with how often it stands.
    std::map<std::pair<naming::NameKind, std::string>, std::pair<std::size_t, std::string>> counted;
    for (const auto& n : reading_.names) {
      auto& [count, ids] = counted[{n.kind, n.value}];
      ++count;
      if (ids.empty()) ids = fmt::format("{}", fmt::join(n.ids, ", "));
    }
    if (counted.empty()) return;
    heading("Names", with_commas(counted.size()));
    Table table({{""},
                 {"", Column::Align::kLeft, 16},
                 {"", Column::Align::kRight},
                 {"", Column::Align::kLeft, 10, false, Tone::kFaint}});
    std::size_t shown = 0;
    for (const auto& [key, value] : counted) {
      if (shown == top_) break;
      ++shown;
      table.add({std::string(naming::to_string(key.first)), printable_line(key.second),
                 value.first > 1 ? fmt::format("{} times", value.first) : "", printable_line(value.second)});
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, counted.size());
  }

  // Each technique once, the surest first, with the words that told it most surely and how often it is told.
  void techniques() {
    struct Told {
      std::size_t times = 0;
      const naming::FoundTechnique* best = nullptr;
    };
    std::map<std::string_view, Told> told;
    for (const auto& t : reading_.techniques) {
      Told& one = told[t.id];
      ++one.times;
      if (one.best == nullptr || t.score > one.best->score) one.best = &t;
    }
    if (told.empty()) return;
    std::vector<Told> order;
    for (const auto& [id, one] : told) order.push_back(one);
    std::ranges::stable_sort(order, std::ranges::greater(), [](const Told& one) { return one.best->score; });
    heading("Techniques", with_commas(order.size()));
    Table table({{""},
                 {"", Column::Align::kRight},
                 {"", Column::Align::kRight},
                 {"", Column::Align::kLeft, 24, false, Tone::kFaint}});
    std::size_t shown = 0;
    for (const Told& one : order) {
      if (shown == top_) break;
      ++shown;
      table.add({printable_line(one.best->id), fmt::format("{:.2f}", one.best->score),
                 one.times > 1 ? fmt::format("{} times", one.times) : "",
                 printable_line(one.best->where.of(reading_.document.text))});
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, order.size());
  }

  // Each amount once, with the words that state it first.
  void figures() {
    struct Told {
      const naming::Figure* first;
      std::size_t times;
    };
    std::vector<Told> order;
    std::map<std::string, std::size_t> places;
    for (const auto& f : reading_.figures) {
      const auto [it, fresh] = places.try_emplace(figure_text(f) + " " + f.of, order.size());
      if (fresh) order.push_back({&f, 0});
      ++order[it->second].times;
    }
    if (order.empty()) return;
    heading("Figures", with_commas(order.size()));
    Table table({{""}, {"", Column::Align::kRight}, {"", Column::Align::kLeft, 24, false, Tone::kFaint}});
    std::size_t shown = 0;
    for (const Told& one : order) {
      if (shown == top_) break;
      ++shown;
      table.add({printable_line(figure_text(*one.first)), one.times > 1 ? fmt::format("{} times", one.times) : "",
                 printable_line(one.first->where.of(reading_.document.text))});
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, order.size());
  }

  void indicators() {
    if (reading_.indicators.empty()) return;
    const auto benign =
        static_cast<std::size_t>(std::ranges::count_if(reading_.indicators, [](const auto& i) { return i.benign; }));
    // Each once, where it stands first: a report names its server in every paragraph.
    struct Told {
      const indicator::Indicator* first;
      std::size_t times;
    };
    std::vector<Told> order;
    std::map<std::pair<indicator::Kind, std::string_view>, std::size_t> places;
    for (const auto& i : reading_.indicators) {
      if (i.benign) continue;
      const auto [it, fresh] = places.try_emplace({i.kind, i.value}, order.size());
      if (fresh) order.push_back({&i, 0});
      ++order[it->second].times;
    }
    heading("Indicators", with_commas(order.size()));
    Table table({{""}, {"", Column::Align::kLeft, 24, true}, {""}});
    std::size_t shown = 0;
    for (const Told& one : order) {
      if (shown == top_) break;
      ++shown;
      table.add({std::string(indicator::to_string(one.first->kind)), printable_line(one.first->value),
                 one.times > 1 ? fmt::format("{} times", one.times) : ""});
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, order.size());
    if (benign > 0) paragraph(fmt::format("{} set aside as benign", with_commas(benign)), 2, Tone::kFaint);
  }

  const reading::Reading& reading_;
};

class VoicesReport : TextWriter {
 public:
  VoicesReport(const reading::Voices& voices, std::span<const reading::Reading> readings, const TextOptions& options)
      : TextWriter(options), voices_(voices), readings_(readings) {}

  std::string write() {
    out_ += "\n" +
            ink_(Tone::kStrong,
                 fmt::format("{} {}, {} {} on who did it", with_commas(readings_.size()),
                             readings_.size() == 1 ? "page" : "pages", with_commas(voices_.on_responsibility),
                             voices_.on_responsibility == 1 ? "voice" : "voices")) +
            "\n";
    paragraph("A voice is one source, however many pages repeat it; what cannot be shown to be two sources is one.", 2,
              Tone::kFaint);
    matters();
    contradictions();
    copies();
    return std::move(out_);
  }

 private:
  std::string title(std::uint32_t page) const {
    const page::Metadata& m = readings_[page].document.metadata;
    std::string text = m.outlet.empty() ? std::string(base_name(readings_[page].file)) : m.outlet;
    if (m.published.known()) text += ", " + page::to_iso(m.published);
    return printable_line(text);
  }

  void matters() {
    const std::span all(voices_.voices);
    for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
      const claim::About about = all[begin].about;
      while (end < all.size() && all[end].about == about) ++end;
      heading(fmt::format("Voices on {}", matter_text(about)), with_commas(end - begin));
      // Claims on nothing that an investigation asks are many, and seldom wanted.
      const std::size_t room = about == claim::About::kOther ? std::min<std::size_t>(top_, 5) : top_;
      const std::size_t shown = std::min(room, end - begin);
      for (const reading::Voice& v : all.subspan(begin, shown)) voice(v);
      more(shown, end - begin);
    }
  }

  void voice(const reading::Voice& v) {
    const reading::ClaimRef first = v.claims.front();
    const reading::Reading& page = readings_[first.page];
    const claim::Claim& c = page.claims[first.claim];
    out_ += "  " + ink_(tone_of(v.stance), stance_text(v.stance)) + "  " +
            ink_(Tone::kStrong, printable_line(v.source)) + "\n";
    paragraph(shorten(printable_line(words_of(c, page.document.text)), kStatementColumns), 4);
    std::string where = "first in " + title(first.page);
    if (v.pages.size() > 1) {
      std::vector<std::string> rest;
      for (std::size_t k = 1; k < v.pages.size() && k <= 5; ++k) rest.push_back(title(v.pages[k]));
      where += fmt::format("; repeated by {}", fmt::join(rest, "; "));
      if (v.pages.size() > 6) where += fmt::format(" and {} more", v.pages.size() - 6);
    }
    paragraph(where, 4, Tone::kFaint);
  }

  void contradictions() {
    if (voices_.contradictions.empty()) return;
    heading("Contradictions", with_commas(voices_.contradictions.size()));
    for (const reading::Contradiction& c : voices_.contradictions) {
      out_ += "  " + ink_(Tone::kBad, "!") + " " + wrap(printable_line(c.matter), prose_, 4) + "\n";
      for (const auto& side : c.sides) {
        std::vector<std::string> who;
        for (const std::uint32_t v : side.voices) who.push_back(printable_line(voices_.voices[v].source));
        paragraph(fmt::format("{} by {}", side.says, fmt::join(who, "; ")), 4);
      }
    }
  }

  void copies() {
    if (voices_.copies.empty()) return;
    heading("Copies", "pages that are nearly the same, oldest first");
    for (const auto& group : voices_.copies) {
      std::vector<std::string> pages;
      for (std::size_t i = 0; i < group.size();) {
        const std::string name = title(group[i]);
        const std::size_t first = i;
        while (i < group.size() && title(group[i]) == name) ++i;
        pages.push_back(i - first > 1 ? fmt::format("{} ({} times)", name, i - first) : name);
      }
      paragraph(fmt::format("{}", fmt::join(pages, " < ")));
    }
  }

  const reading::Voices& voices_;
  std::span<const reading::Reading> readings_;
};

}  // namespace

std::string reading_text(const reading::Reading& reading, const TextOptions& options) {
  return PageReport(reading, options).write();
}

std::string main_text(const reading::Reading& reading) {
  std::string out;
  for (std::string_view rest = reading.document.text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out += printable(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string voices_text(const reading::Voices& voices, std::span<const reading::Reading> readings,
                        const TextOptions& options) {
  return VoicesReport(voices, readings, options).write();
}

}  // namespace samehand::dossier
