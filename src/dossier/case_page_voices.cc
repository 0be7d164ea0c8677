// When what happened and was said; who says what, through whom.
#include <fmt/format.h>

#include <algorithm>

#include "case_page.h"
#include "case_words.h"
#include "figures.h"
#include "reading_words.h"
#include "samehand/dossier/reading.h"

namespace samehand::dossier {
namespace {

std::string when_text(const DatedClaim& d) {
  std::vector<std::string> parts;
  if (!d.said.empty()) parts.push_back("said " + d.said);
  if (!d.published.empty() && d.published == d.collected) {
    parts.push_back("published and collected " + d.published);
  } else {
    if (!d.published.empty()) parts.push_back("published " + d.published);
    if (!d.collected.empty()) parts.push_back("collected " + d.collected);
  }
  return fmt::format("{}", fmt::join(parts, " · "));
}

std::string claim_line(const DossierFacts& f, const DatedClaim& d) {
  const reading::Reading& page = f.dossier.view.readings[d.ref.page];
  const claim::Claim& c = page.claims[d.ref.claim];
  std::string effect;
  if (d.item != 0) {
    effect = " " + item_link(d.item) + weight_note(f, d.item);
  }
  return fmt::format(
      "<li class=\"claim\">{}<b>{}</b> <span class=\"words\">{}{}{}</span>{}<span class=\"aside\">{} · "
      "{}</span></li>\n",
      stance_tag(c.stance), shown(c.speaker.empty() ? d.outlet : c.speaker, 100), c.direct ? "“" : "",
      shown(words_of(c, page.document.text), 300), c.direct ? "”" : "", effect, shown(chain_text(c), 200),
      shown(when_text(d), 120));
}

}  // namespace

std::string timeline_section(const DossierFacts& f) {
  const std::vector<TimelineEntry> entries = timeline(f.dossier, f.claims);
  if (entries.empty()) return {};
  std::string out =
      "<section id=\"timeline\">\n<h2>Timeline</h2>\n<p class=\"aside\">Items by the day since when they could be "
      "known; "
      "claims by the day on which they were made, as far as the page says, else published, else collected.</p>\n<ol "
      "class=\"days\">\n";
  std::size_t rows = 0;
  for (std::size_t at = 0; at < entries.size() && rows < kPageRows;) {
    const std::string day = entries[at].date.substr(0, 10);
    out += fmt::format("<li><h3>{}</h3>\n<div>\n", day.empty() ? "Not dated" : shown(long_date(day), 40));
    std::string others;
    std::size_t other_claims = 0;
    std::string list;
    for (; at < entries.size() && entries[at].date.substr(0, 10) == day && rows < kPageRows; ++at, ++rows) {
      const TimelineEntry& e = entries[at];
      if (e.item == 0) {
        const DatedClaim& d = f.claims[e.claim];
        const auto about = f.dossier.view.readings[d.ref.page].claims[d.ref.claim].about;
        const bool matters = about != claim::About::kOther || d.item != 0;
        (matters ? list : others) += claim_line(f, d);
        other_claims += !matters;
        continue;
      }
      const evidence::Item* item = f.contents.item(e.item);
      if (item == nullptr) continue;
      list += fmt::format(
          "<li class=\"event\"><span class=\"tag\">{}</span><b>{}</b> {}{}<span class=\"aside\">{}</span></li>\n",
          to_string(item->kind), shown(item->name, 160), item_link(item->number), weight_note(f, item->number),
          shown(item->source, 120));
    }
    if (!list.empty()) out += "<ul>\n" + list + "</ul>\n";
    if (other_claims > 0)
      out += fmt::format("<details><summary>{} on other matters</summary>\n<ul>\n{}</ul></details>\n",
                         other_claims == 1 ? "1 claim" : fmt::format("{} claims", other_claims), others);
    out += "</div></li>\n";
  }
  out += "</ol>\n" + more_rows(rows, entries.size(), "entries");
  if (f.dossier.pages_left_out > 0)
    out += fmt::format("<p class=\"aside\">{} pages of a later or unknown date are left out.</p>\n",
                       with_commas(f.dossier.pages_left_out));
  return out + "</section>\n";
}

std::string voices_section(const DossierFacts& f) {
  const auto& readings = f.dossier.view.readings;
  if (readings.empty()) return {};
  const reading::Voices& voices = f.dossier.view.voices;
  std::string out = "<section id=\"voices\">\n<h2>Voices and their chains</h2>\n";
  if (readings.size() > 1) {
    out += fmt::format(
        "<p class=\"aside\">{} pages, {} independent {} on who did it. A voice is one source, however many pages "
        "repeat "
        "it; what cannot be shown to be two sources is one.</p>\n",
        with_commas(readings.size()), voices.on_responsibility, voices.on_responsibility == 1 ? "voice" : "voices");
  }
  const std::string map = voice_map_svg(f);
  if (!map.empty()) {
    out += "<figure class=\"map\" tabindex=\"0\">" + map +
           "<figcaption>Who says it on the left, where it was read on the right; what lies between has passed it on. "
           "<span "
           "class=\"stance affirms\">asserts</span><span class=\"stance hedged\">hedges or declines</span><span "
           "class=\"stance denies\">denies or doubts</span></figcaption></figure>\n";
  }
  constexpr std::size_t kVoices = 300;
  for (std::size_t i = 0; i < std::min(voices.voices.size(), kVoices); ++i) {
    const reading::Voice& voice = voices.voices[i];
    if (i == 0 || voices.voices[i - 1].about != voice.about)
      out +=
          fmt::format("{}<h3>On {}</h3>\n<ul class=\"voices\">\n", i == 0 ? "" : "</ul>\n", matter_text(voice.about));
    const reading::ClaimRef first = voice.claims.front();
    const reading::Reading& page = readings[first.page];
    std::vector<std::string> pages;
    for (std::size_t k = 0; k < std::min<std::size_t>(voice.pages.size(), 20); ++k) {
      const page::Metadata& m = readings[voice.pages[k]].document.metadata;
      std::string name = m.outlet.empty() ? std::string(base_name(readings[voice.pages[k]].file)) : m.outlet;
      if (m.published.known()) name += ", " + page::to_iso(m.published);
      pages.push_back(shown(name, 80));
    }
    std::string chains;  // those through somebody
    std::vector<std::string> told;
    for (const reading::ClaimRef& ref : voice.claims) {
      const claim::Claim& c = readings[ref.page].claims[ref.claim];
      if (c.chain.size() < 3 || told.size() == 5) continue;
      std::string chain = shown(chain_text(c), 200);
      if (std::ranges::find(told, chain) != told.end()) continue;
      chains += (chains.empty() ? "; through " : "; ") + chain;
      told.push_back(std::move(chain));
    }
    out += fmt::format(
        "<li>{}<b>{}</b> <span class=\"aside\">({}{})</span> <span class=\"words\">{}</span> <span "
        "class=\"aside\">first "
        "in "
        "{}{}{}</span></li>\n",
        stance_tag(voice.stance), shown(voice.source, 120), word(voice.kind),
        voice.also.empty() ? std::string() : shown(fmt::format("; also {}", fmt::join(voice.also, ", ")), 200),
        shown(words_of(page.claims[first.claim], page.document.text), 300), pages.front(),
        pages.size() > 1 ? fmt::format("; repeated by {}", fmt::join(pages.begin() + 1, pages.end(), "; ")) : "",
        chains);
  }
  if (!voices.voices.empty()) out += "</ul>\n";
  out += more_rows(std::min(voices.voices.size(), kVoices), voices.voices.size(), "voices");
  if (!voices.copies.empty()) {
    out += "<h3>Pages that are nearly the same, oldest first</h3>\n<ul>\n";
    for (std::size_t k = 0; k < std::min<std::size_t>(voices.copies.size(), 100); ++k) {
      std::vector<std::string> pages;
      for (std::size_t p = 0; p < std::min<std::size_t>(voices.copies[k].size(), 20); ++p)
        pages.push_back(shown(base_name(readings[voices.copies[k][p]].file), 80));
      out += fmt::format("<li>{}</li>\n", fmt::join(pages, " &lt; "));
    }
    out += "</ul>\n";
  }
  return out + "</section>\n";
}

}  // namespace samehand::dossier
