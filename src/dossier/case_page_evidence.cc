// Items as bars, what weighs nothing and why, what is contested, the matrix.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "case_page.h"
#include "case_words.h"
#include "figures.h"
#include "reading_words.h"
#include "samehand/dossier/reading.h"
#include "samehand/evidence/defaults.h"

namespace samehand::dossier {
namespace {

std::string numbers(const std::vector<std::int64_t>& items) {
  std::string out;
  for (std::size_t k = 0; k < std::min<std::size_t>(items.size(), 20); ++k)
    out += (out.empty() ? "" : " ") + item_link(items[k]);
  if (items.size() > 20) out += fmt::format(" and {} more", items.size() - 20);
  return out;
}

// The items behind a voice, with what they weigh.
std::string behind(const DossierFacts& f, const reading::Voice& voice) {
  std::string out;
  std::vector<std::int64_t> told;
  for (const reading::ClaimRef& ref : voice.claims) {
    const auto it = std::ranges::lower_bound(f.claims, ref, {}, &DatedClaim::ref);
    if (it == f.claims.end() || it->ref != ref || it->item == 0) continue;
    if (std::ranges::find(told, it->item) != told.end() || told.size() == 8) continue;
    told.push_back(it->item);
    out += " " + item_link(it->item) + weight_note(f, it->item);
  }
  return out;
}

}  // namespace

std::string evidence_section(const DossierFacts& f) {
  std::string out = "<section id=\"evidence\">\n<h2>Evidence</h2>\n";
  if (f.verdict == nullptr) {
    out += "<p class=\"aside\">Not weighed: there are no hypotheses. The items are in the appendix.</p>\n</section>\n";
    return out;
  }
  const weigh::Outcome& o = f.verdict->outcome;
  const std::vector<std::size_t> rows = telling_items(*f.verdict);
  const std::string leader = shown(f.verdict->problem.hypotheses[o.leader].name, 100);
  out += fmt::format(
      "<p class=\"aside\">What each item does for the odds of {}, in decibans: 10 dB is ten times, 3 dB twice. {} of "
      "{} "
      "items tell; items of one group share what the group weighs.</p>\n",
      leader, with_commas(rows.size()), with_commas(o.items.size()));
  if (!rows.empty()) {
    out +=
        "<table class=\"plain sortable items\">\n<thead><tr><th class=\"num\">dB</th><th class=\"wide\"></th>"
        "<th>Item</th><th>Source</th><th>Grade</th><th>Forging it</th><th>Known since</th><th>Group</th></tr></thead>\n"
        "<tbody>\n";
    const double most = std::abs(o.items[rows[0]].effect_db);
    for (std::size_t k = 0; k < std::min(rows.size(), kPageRows); ++k) {
      const evidence::Item& item = weighed_item(*f.verdict, rows[k]);
      const double db = o.items[rows[k]].effect_db;
      out += fmt::format(
          "<tr><td class=\"num\" data-v=\"{:.6g}\">{}</td><td class=\"wide\">{}</td><td class=\"what\"><b>{}</b> {} "
          "<span "
          "class=\"tag\">{}</span><span class=\"statement\">{}</span></td><td>{}</td><td>{}</td><td><span "
          "class=\"grade "
          "{}\">{}</span></td><td class=\"date\">{}</td><td>{}</td></tr>\n",
          db, minus_db(db), signed_bar_svg(db, most), shown(item.name, 160), item_link(item.number),
          to_string(item.kind), shown(item.statement, 320), shown(item.source, 80), to_string(item.reliability),
          evidence::to_string(item.forgeability), evidence::to_string(item.forgeability), shown(item.known, 20),
          shown(item.group, 80));
    }
    out += "</tbody>\n</table>\n" + more_rows(std::min(rows.size(), kPageRows), rows.size(), "items");
  } else {
    out += "<p>" + shown(nothing_tells(*f.verdict)) + "</p>\n";
  }

  const Weightless none = weightless(*f.verdict);
  const auto outdone = std::ranges::count_if(o.items, [](const weigh::Effect& e) { return !e.counts; });
  const CaseVerdict& v = *f.verdict;
  if (!none.kinds.empty() || none.unjudged > 0 || outdone > 0 || v.excluded + v.later + v.undated > 0) {
    out += "<h3>What weighs nothing, and why</h3>\n<ul class=\"reasons\">\n";
    for (const auto& [kind, count] : none.kinds)
      out +=
          fmt::format("<li><b>{} × {}</b>: 0 dB, {}.</li>\n", count, to_string(kind), evidence::default_of(kind).why);
    if (none.unjudged > 0)
      out += fmt::format("<li><b>{} unjudged</b>: they point at no hypothesis until somebody says which.</li>\n",
                         with_commas(none.unjudged));
    if (outdone > 0)
      out += fmt::format(
          "<li><b>{} outdone</b>: a stronger item of the same group says it already, and one voice counts once.</li>\n",
          with_commas(static_cast<std::uint64_t>(outdone)));
    if (v.later > 0) out += fmt::format("<li><b>{} known only later</b>.</li>\n", with_commas(v.later));
    if (v.undated > 0)
      out += fmt::format("<li><b>{} undated</b>: it is not known since when.</li>\n", with_commas(v.undated));
    if (v.excluded > 0)
      out += fmt::format("<li><b>{} set aside</b> by an analyst, with a reason (appendix).</li>\n",
                         with_commas(v.excluded));
    out += "</ul>\n";
  }
  return out + "</section>\n";
}

std::string contested_section(const DossierFacts& f) {
  std::string out = "<section id=\"contested\">\n<h2>What is contested</h2>\n";
  const reading::Voices& voices = f.dossier.view.voices;
  const auto& readings = f.dossier.view.readings;
  bool any = false;
  for (const reading::Contradiction& c : voices.contradictions) {
    any = true;
    out += fmt::format("<div class=\"matter\"><h3>{}</h3>\n<div class=\"parties\">\n", shown(c.matter, 160));
    for (const auto& side : c.sides) {
      out += fmt::format("<div><h4>{} by {} {}</h4>\n<ul>\n", shown(side.says, 80), side.voices.size(),
                         side.voices.size() == 1 ? "voice" : "voices");
      for (std::size_t k = 0; k < std::min<std::size_t>(side.voices.size(), 30); ++k) {
        const reading::Voice& voice = voices.voices[side.voices[k]];
        const reading::ClaimRef first = voice.claims.front();
        const reading::Reading& page = readings[first.page];
        const claim::Claim& claim = page.claims[first.claim];
        const page::Date& published = page.document.metadata.published;
        out += fmt::format(
            "<li>{}<b>{}</b>{} <span class=\"words\">{}</span> <span class=\"aside\">{}{}</span></li>\n",
            stance_tag(voice.stance), shown(voice.source, 100), behind(f, voice),
            shown(words_of(claim, page.document.text), 240),
            published.known() ? shown(date_text(published), 40) : std::string(),
            voice.pages.size() > 1 ? fmt::format(", repeated by {}", voice.pages.size() - 1) : std::string());
      }
      out += "</ul></div>\n";
    }
    out += "</div></div>\n";
  }
  const std::vector<Opposed> groups = f.verdict == nullptr ? std::vector<Opposed>() : opposed(*f.verdict);
  if (!groups.empty()) {
    any = true;
    out += "<h3>The same observation, read both ways</h3>\n<ul>\n";
    for (std::size_t k = 0; k < std::min(groups.size(), kMatrixRows); ++k) {
      const evidence::Hypothesis* h = f.contents.hypothesis(groups[k].hypothesis);
      out += fmt::format("<li><b>{}</b>: for {} {}, against {}. The strongest of each are set off.</li>\n",
                         shown(groups[k].group, 120), h == nullptr ? std::string() : shown(h->name, 100),
                         numbers(groups[k].holds), numbers(groups[k].disputes));
    }
    out += "</ul>\n";
  }
  if (!any) out += "<p>Nobody denies what another asserts, as far as the pages of the case say.</p>\n";
  return out + "</section>\n";
}

std::string matrix_section(const DossierFacts& f) {
  if (f.verdict == nullptr || f.verdict->outcome.items.empty()) return {};
  const CaseVerdict& v = *f.verdict;
  const std::size_t hypotheses = v.outcome.posterior.size(), columns = std::min(hypotheses, kMatrixColumns);
  const std::vector<std::size_t> rows = matrix_rows(v);
  std::string out =
      "<section id=\"matrix\">\n<h2>Matrix of competing hypotheses</h2>\n<p class=\"aside\">A second view (ACH), not "
      "the "
      "verdict: it counts what speaks against, item by item, and copies are not collapsed. CC and C consistent, N "
      "neutral, I and II inconsistent. Diagnosticity: the standard deviation of a row.</p>\n";
  if (rows.empty()) return out + fmt::format("<p>{}</p>\n</section>\n", kNothingDiagnostic);
  out +=
      "<table class=\"plain "
      "sortable "
      "matrix\">\n<thead><tr><th>Item</th><th class=\"num\">Tells</th>";
  for (std::size_t c = 0; c < columns; ++c)
    out += fmt::format("<th class=\"rate\"><b>{}</b><span>{}</span></th>", static_cast<char>('A' + c),
                       shown(v.problem.hypotheses[f.order[c]].name, 40));
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t k = 0; k < std::min(rows.size(), kMatrixRows); ++k) {
    const evidence::Item& item = weighed_item(*f.verdict, rows[k]);
    out += fmt::format("<tr><td class=\"what\">{} {}</td><td class=\"num\">{:.2f}</td>", item_link(item.number),
                       shown(item.name, 120), v.matrix.diagnosticity[rows[k]]);
    for (std::size_t c = 0; c < columns; ++c) {
      const auto rating = v.matrix.ratings[rows[k] * hypotheses + f.order[c]];
      out += fmt::format("<td class=\"rate r-{0}\" data-v=\"{1}\">{0}</td>", weigh::to_string(rating),
                         static_cast<int>(rating));
    }
    out += "</tr>\n";
  }
  out += "</tbody>\n<tfoot>\n";
  const auto sums = [&](std::string_view title, const auto& figure) {
    out += fmt::format("<tr><th>{}</th><td></td>", title);
    for (std::size_t c = 0; c < columns; ++c)
      out += fmt::format("<td class=\"rate\">{}</td>", figure(v.matrix.scores[f.order[c]]));
    out += "</tr>\n";
  };
  sums("Inconsistent items", [](const weigh::AchScore& s) { return std::to_string(s.inconsistent); });
  sums("Inconsistency, weighted",
       [](const weigh::AchScore& s) { return s.weighted == 0 ? std::string("0") : fmt::format("{:.1f}", s.weighted); });
  out += "</tfoot>\n</table>\n<p class=\"aside letters\">";
  for (std::size_t c = 0; c < columns; ++c)
    out += fmt::format("{}<b>{}</b> {}", c == 0 ? "" : " · ", static_cast<char>('A' + c),
                       shown(v.problem.hypotheses[f.order[c]].name, 80));
  out += "</p>\n" + more_rows(std::min(rows.size(), kMatrixRows), rows.size(), "rows");
  return out + more_rows(columns, hypotheses, "hypotheses") + "</section>\n";
}

}  // namespace samehand::dossier
