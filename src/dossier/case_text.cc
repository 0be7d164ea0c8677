// A case on a terminal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "case_facts.h"
#include "case_words.h"
#include "figures.h"
#include "reading_words.h"
#include "samehand/dossier/case.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/reading.h"
#include "samehand/evidence/defaults.h"
#include "table.h"
#include "text_writer.h"

namespace samehand::dossier {
namespace {

using evidence::ItemKind;

class VerdictReport : TextWriter {
 public:
  VerdictReport(const CaseVerdict& verdict, const TextOptions& options)
      : TextWriter(options), verdict_(verdict), outcome_(verdict.outcome) {}

  std::string write() {
    head();
    hypotheses();
    items();
    weightless();
    hangs_on();
    prospects();
    matrix();
    left_out();
    return std::move(out_);
  }

 private:
  std::string name(std::size_t h) const { return printable_line(verdict_.problem.hypotheses[h].name); }
  const evidence::Item& item(std::size_t i) const { return weighed_item(verdict_, i); }

  void head() {
    std::string title =
        verdict_.contents.title.empty() ? printable_line(verdict_.file) : printable_line(verdict_.contents.title);
    if (!verdict_.as_of.empty()) title += ", as of " + printable_line(verdict_.as_of);
    out_ += ink_(Tone::kStrong, wrap(title, prose_)) + "\n\n";
    // Two sentences, on two lines: a likelihood and a confidence never stand in one (ICD 203).
    out_ += "  " + ink_(Tone::kStrong, wrap(verdict_sentence(verdict_), prose_, 2)) + "\n";
    paragraph(confidence_sentence(verdict_));
    if (const std::string undated = undated_sentence(verdict_); !undated.empty()) paragraph(undated);
  }

  void hypotheses() {
    heading("Hypotheses");
    Table table({{"", Column::Align::kLeft, 24},
                 {"before", Column::Align::kRight},
                 {"now", Column::Align::kRight},
                 {"between", Column::Align::kRight},
                 {"leads in", Column::Align::kRight},
                 {"", Column::Align::kLeft, 0, false, Tone::kGood}});
    std::size_t shown = 0;
    for (const std::size_t h : hypothesis_order(verdict_)) {
      if (shown == std::max<std::size_t>(top_, 6)) break;
      ++shown;
      const weigh::Posterior& p = outcome_.posterior[h];
      table.add({name(h), chance_text(verdict_.problem.hypotheses[h].prior), chance_text(p.mid), between_text(p),
                 draws_text(p.first), bar(p.mid, 24)});
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, outcome_.posterior.size());
    paragraph(
        fmt::format("Before: without any evidence. Between: in nine of ten of {} draws over the weights' ranges. Leads "
                    "in: the part of those draws in which it comes first, the priors being fixed.",
                    with_commas(verdict_.options.draws)),
        2, Tone::kFaint);
  }

  void items() {
    const std::vector<std::size_t> telling = telling_items(verdict_);
    heading(fmt::format("What tells for and against {}", shorten(name(outcome_.leader), 50)),
            fmt::format("{} of {} items, in decibans of its odds; 10 dB: ten times as probable",
                        with_commas(telling.size()), with_commas(outcome_.items.size())));
    if (telling.empty()) {
      paragraph(nothing_tells(verdict_));
      return;
    }
    const double most = std::abs(outcome_.items[telling[0]].effect_db);
    Table table({{"", Column::Align::kRight},
                 {"", Column::Align::kLeft},
                 {"", Column::Align::kLeft, 24},
                 {"", Column::Align::kLeft, 0, false, Tone::kFaint},
                 {"", Column::Align::kLeft, 8, false, Tone::kFaint}});
    std::size_t shown = 0;
    for (const std::size_t i : telling) {
      if (shown == top_) break;
      ++shown;
      const evidence::Item& it = item(i);
      table.add({signed_db(outcome_.items[i].effect_db), signed_bar(outcome_.items[i].effect_db, most, 10),
                 fmt::format("i{}  {}", it.number, printable_line(it.name)),
                 it.kind == ItemKind::kOther
                     ? ""
                     : fmt::format("{} {}", to_string(it.reliability), evidence::to_string(it.forgeability)),
                 width_ >= 130 ? printable_line(it.group) : std::string()});
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, telling.size());
    const auto outdone = std::ranges::count_if(outcome_.items, [](const weigh::Effect& e) { return !e.counts; });
    if (outdone > 0) {
      paragraph(fmt::format("{} {} nothing more: the strongest of the group counts, and one voice counts once.",
                            with_commas(static_cast<std::uint64_t>(outdone)), outdone == 1 ? "item adds" : "items add"),
                2, Tone::kFaint);
    }
  }

  // Why denials and the like are not in the list.
  void weightless() {
    const auto [counts, unjudged] = dossier::weightless(verdict_);
    if (counts.empty() && unjudged == 0) return;
    heading("What weighs nothing, and why");
    for (const auto& [kind, count] : counts)
      point(fmt::format("{} {}: 0 dB, {}.", count, to_string(kind), evidence::default_of(kind).why));
    if (unjudged > 0) {
      point(fmt::format("{} {} at no hypothesis until somebody judges {} (samehand case assess).",
                        with_commas(unjudged), unjudged == 1 ? "item points" : "items point",
                        unjudged == 1 ? "it" : "them"));
    }
  }

  void hangs_on() {
    heading("What it hangs on");
    const Flips flips = flips_in_order(verdict_);
    const std::size_t shown = std::min({flips.turning(), top_, all_ ? flips.turning() : 8}),
                      priors = std::min<std::size_t>(flips.priors, all_ ? flips.priors : 2);
    if (flips.turning() == 0)
      point("No single item, group or source turns the ranking, not even at the far end of its range.");
    for (std::size_t k = 0; k < shown; ++k) point(flip_sentence(verdict_, *flips.list[k]));
    more(shown, flips.turning());
    const std::size_t pairs = std::min<std::size_t>(outcome_.pairs.size(), all_ ? outcome_.pairs.size() : 3);
    for (std::size_t k = 0; k < pairs; ++k) point(pair_sentence(verdict_, outcome_.pairs[k]));
    more(pairs, outcome_.pairs.size());
    for (std::size_t k = 0; k < priors; ++k) point(flip_sentence(verdict_, *flips.list[flips.turning() + k]));
  }

  void prospects() {
    if (verdict_.prospects.empty()) return;
    heading("What would move it most, if it were found");
    std::size_t shown = 0;
    for (const weigh::Prospect& p : verdict_.prospects) {
      if (shown == 4 && !all_) break;
      ++shown;
      const std::string leads = p.leader == outcome_.leader ? "" : fmt::format("; {} would lead", name(p.leader));
      point(fmt::format("{}: {} would go from {} to {}{}.", printable_line(verdict_.candidates[p.candidate].name),
                        name(outcome_.leader), chance_text(outcome_.posterior[outcome_.leader].mid),
                        chance_text(p.leader_posterior), leads));
    }
  }

  void matrix() {
    const std::size_t hypotheses = outcome_.posterior.size();
    if (outcome_.items.empty() || hypotheses > 12) return;
    const std::vector<std::size_t> rows = matrix_rows(verdict_);
    heading("Matrix of competing hypotheses",
            "the most diagnostic first; CC C consistent, N neutral, I II inconsistent");
    if (rows.empty()) {
      paragraph(kNothingDiagnostic);
      return;
    }
    const auto columns = hypothesis_order(verdict_);
    std::vector<Column> titles = {{"", Column::Align::kLeft, 24}, {"tells", Column::Align::kRight}};
    for (std::size_t c = 0; c < columns.size(); ++c)
      titles.push_back({fmt::format("{}", static_cast<char>('A' + c)), Column::Align::kRight});
    Table table(titles);
    std::size_t shown = 0;
    for (const std::size_t i : rows) {
      if (shown == top_) break;
      ++shown;
      std::vector<std::string> cells = {fmt::format("i{}  {}", item(i).number, printable_line(item(i).name)),
                                        fmt::format("{:.2f}", verdict_.matrix.diagnosticity[i])};
      for (const std::size_t h : columns)
        cells.emplace_back(weigh::to_string(verdict_.matrix.ratings[i * hypotheses + h]));
      table.add(std::move(cells));
    }
    const auto sums = [&](std::string title, const auto& figure) {
      std::vector<std::string> cells = {std::move(title), ""};
      for (const std::size_t h : columns) cells.push_back(figure(verdict_.matrix.scores[h]));
      table.add(std::move(cells));
    };
    sums("inconsistent items", [](const weigh::AchScore& s) { return std::to_string(s.inconsistent); });
    sums("inconsistency, weighted",
         [](const weigh::AchScore& s) { return s.weighted == 0 ? "0" : fmt::format("{:.1f}", s.weighted); });
    out_ += table.render(width_, 2, ink_);
    std::string key;
    for (std::size_t c = 0; c < columns.size(); ++c)
      key += fmt::format("{}{} {}", c == 0 ? "" : "; ", static_cast<char>('A' + c), name(columns[c]));
    paragraph(key + ". Copies are not collapsed here, as they are above.", 2, Tone::kFaint);
    more(shown, rows.size());
  }

  void left_out() {
    std::vector<std::string> parts;
    if (verdict_.later > 0) parts.push_back(fmt::format("{} known only later", with_commas(verdict_.later)));
    if (verdict_.undated > 0)
      parts.push_back(fmt::format("{} of which it is not known since when", with_commas(verdict_.undated)));
    if (verdict_.excluded > 0)
      parts.push_back(fmt::format("{} set aside by an analyst", with_commas(verdict_.excluded)));
    if (parts.empty()) return;
    out_ += "\n";
    paragraph(fmt::format("Left out: {}.", fmt::join(parts, "; ")), 0, Tone::kFaint);
  }

  const CaseVerdict& verdict_;
  const weigh::Outcome& outcome_;
};

class ViewReport : TextWriter {
 public:
  ViewReport(const CaseView& view, const TextOptions& options)
      : TextWriter(options), view_(view), contents_(view.contents) {}

  std::string hypotheses() {
    if (contents_.hypotheses.empty()) {
      paragraph("no hypotheses yet: samehand case hypothesis CASE --add NAME, or case import", 0);
      return std::move(out_);
    }
    Table table({{"prior", Column::Align::kRight},
                 {"", Column::Align::kLeft, 24},
                 {"role", Column::Align::kLeft, 0, false, Tone::kFaint},
                 {"also", Column::Align::kLeft, 8, false, Tone::kFaint}});
    for (const evidence::Hypothesis& h : contents_.hypotheses) {
      table.add({chance_text(h.prior), printable_line(h.name), std::string(to_string(h.role)),
                 printable_line(fmt::format("{}", fmt::join(h.also, ", ")))},
                printable_line(h.description));
    }
    out_ += table.render(width_, 0, ink_);
    return std::move(out_);
  }

  std::string findings() {
    exhibits();
    heading("Items", with_commas(contents_.items.size()));
    if (contents_.items.empty()) paragraph("none yet: samehand case add, import or assess", 2);
    Table table({{"", Column::Align::kRight},
                 {"kind"},
                 {"", Column::Align::kLeft, 24},
                 {"grade"},
                 {"forged"},
                 {"points at", Column::Align::kLeft, 10},
                 {"known", Column::Align::kLeft, 0, false, Tone::kFaint}});
    std::size_t shown = 0;
    for (const evidence::Item& item : contents_.items) {
      if (shown == top_) break;
      ++shown;
      const evidence::Hypothesis* target = contents_.hypothesis(item.points_at);
      std::string at = !item.weights.empty() ? "weighed by hand"
                       : target == nullptr   ? "-"
                                             : (item.against ? "not " : "") + printable_line(target->name);
      if (item.excluded) at = "set aside";
      std::string below = item.group.empty() ? "" : "group: " + printable_line(item.group);
      for (const casefile::Judgement& j : contents_.judgements) {
        if (j.item != item.number || j.found()) continue;
        below += fmt::format("{}{}: {}", below.empty() ? "" : "; ", j.field, printable_line(j.reason));
      }
      table.add({fmt::format("i{}", item.number), std::string(to_string(item.kind)), printable_line(item.name),
                 to_string(item.reliability), std::string(evidence::to_string(item.forgeability)), at,
                 printable_line(item.known)},
                shorten(below, 300));
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, contents_.items.size());
    return std::move(out_);
  }

  std::string claims() {
    if (view_.readings.empty()) {
      paragraph("no reports yet: samehand case add CASE PAGE…", 0);
      return std::move(out_);
    }
    if (view_.readings.size() == 1) return reading_text(view_.readings[0], options());
    std::string text = voices_text(view_.voices, view_.readings, options());
    if (text.starts_with('\n')) text.erase(0, 1);
    return text;
  }

  std::string log() {
    Table table({{"", Column::Align::kRight},
                 {""},
                 {"", Column::Align::kLeft, 8},
                 {""},
                 {"", Column::Align::kLeft, 20},
                 {"", Column::Align::kLeft, 0, false, Tone::kFaint}});
    const std::size_t room = width_ - 55;  // what is longer stands whole on the lines below
    for (const casefile::Event& e : view_.history) {
      const std::string detail = printable_line(e.detail);
      const bool is_long = display_width(detail) > room;
      table.add({std::to_string(e.number), printable_line(e.time), printable_line(e.who), printable_line(e.action),
                 is_long ? shorten(detail, room) : detail, printable_line(e.hash.substr(0, 12))},
                is_long ? shorten(detail, 1200) : std::string());
    }
    out_ += table.render(width_, 0, ink_);
    out_ += "\n";
    paragraph("last hash: " + printable_line(contents_.head), 0);
    paragraph("Note it where others can see it: with it nobody can cut off or rewrite the history unseen.", 0,
              Tone::kFaint);
    return std::move(out_);
  }

  std::string whole(const CaseVerdict* verdict) {
    if (verdict != nullptr)
      out_ = verdict_text(*verdict, options());
    else
      out_ = ink_(Tone::kStrong, printable_line(contents_.title.empty() ? view_.file : contents_.title)) +
             "\n\n  No hypotheses, so no verdict.\n";
    timeline(verdict);
    if (view_.readings.size() > 1) out_ += voices_text(view_.voices, view_.readings, options());
    exhibits();
    judgements();
    heading("How to check it");
    paragraph(fmt::format("samehand case verify recomputes what can be recomputed. {} events, last hash {}.",
                          contents_.events, printable_line(contents_.head)));
    return std::move(out_);
  }

 private:
  TextOptions options() const {
    return {.width = width_, .colour = !ink_(Tone::kStrong, "x").starts_with('x'), .top = all_ ? 0 : top_};
  }

  void exhibits() {
    heading("Exhibits", with_commas(contents_.exhibits.size()));
    if (contents_.exhibits.empty()) return;
    Table table({{"", Column::Align::kRight},
                 {"kind"},
                 {"", Column::Align::kLeft, 20, true},
                 {"size", Column::Align::kRight},
                 {"collected"},
                 {"added"},
                 {"SHA-256", Column::Align::kLeft, 12, false, Tone::kFaint}});
    std::size_t shown = 0;
    for (const evidence::Exhibit& e : contents_.exhibits) {
      if (shown == top_) break;
      ++shown;
      std::string below;
      if (e.by_reference) below = "by reference: only its hash is kept";
      if (const auto* known = contents_.hypothesis(e.known_of); known != nullptr)
        below += (below.empty() ? "" : "; ") + fmt::format("an earlier tool of {}", printable_line(known->name));
      if (!e.source.empty()) below += (below.empty() ? "" : "; ") + printable_line("from " + e.source);
      table.add({std::to_string(e.number), std::string(to_string(e.kind)), printable_line(e.name),
                 size_text(e.size_bytes), printable_line(e.collected),
                 printable_line(fmt::format("{} {}", e.added.substr(0, 10), e.added_by)), printable_line(e.sha256)},
                below);
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, contents_.exhibits.size());
  }

  void timeline(const CaseVerdict* verdict) {
    std::vector<const evidence::Item*> dated;
    for (std::size_t i = 0; i < contents_.items.size(); ++i) {
      const bool left_out = verdict != nullptr && verdict->left_out[i] != LeftOut::kNo;
      if (!contents_.items[i].known.empty() && !left_out) dated.push_back(&contents_.items[i]);
    }
    if (dated.empty()) return;
    std::ranges::stable_sort(dated, {}, [](const evidence::Item* i) { return i->known; });
    heading("Timeline", "since when each item could be known");
    Table table({{""}, {"", Column::Align::kLeft, 24}, {"", Column::Align::kLeft, 0, false, Tone::kFaint}});
    std::size_t shown = 0;
    for (const evidence::Item* item : dated) {
      if (shown == top_) break;
      ++shown;
      table.add({printable_line(item->known), fmt::format("i{}  {}", item->number, printable_line(item->name)),
                 std::string(to_string(item->kind))});
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, dated.size());
  }

  void judgements() {
    std::size_t shown = 0, all = 0;
    Table table({{""}, {""}, {"", Column::Align::kLeft, 12}, {"", Column::Align::kLeft, 24, false, Tone::kFaint}});
    for (const casefile::Judgement& j : contents_.judgements) {
      if (j.found()) continue;
      ++all;
      if (shown == top_) continue;
      ++shown;
      table.add({fmt::format("i{}", j.item), printable_line(j.field), printable_line(judgement_value(contents_, j)),
                 printable_line(j.reason)});
    }
    if (all == 0) return;
    heading("Judgements of analysts", "item, what, value, reason");
    out_ += table.render(width_, 2, ink_);
    more(shown, all);
  }

  const CaseView& view_;
  const casefile::Contents& contents_;
};

}  // namespace

std::string verdict_text(const CaseVerdict& verdict, const TextOptions& options) {
  return VerdictReport(verdict, options).write();
}
std::string case_text(const Dossier& dossier, const TextOptions& options) {
  return ViewReport(dossier.view, options).whole(dossier.verdict ? &*dossier.verdict : nullptr);
}
std::string hypotheses_text(const CaseView& view, const TextOptions& options) {
  return ViewReport(view, options).hypotheses();
}
std::string findings_text(const CaseView& view, const TextOptions& options) {
  return ViewReport(view, options).findings();
}
std::string claims_text(const CaseView& view, const TextOptions& options) {
  return ViewReport(view, options).claims();
}
std::string log_text(const CaseView& view, const TextOptions& options) {
  return ViewReport(view, options).log();
}

std::string check_text(const CaseCheck& check, const TextOptions& options) {
  const Ink ink(options.colour);
  std::string out;
  const bool whole = check.differences.empty();
  out += ink(whole ? Tone::kGood : Tone::kBad, whole ? "As it was recorded" : "Not as it was recorded");
  out += check.readable ? fmt::format(": {} events, {} exhibits, {} findings, {} recomputed\n", check.events,
                                      check.exhibits, check.findings, check.recomputed)
                        : fmt::format(": {} events; exhibits and findings cannot be counted\n", check.events);
  for (const auto& d : check.differences) out += "  " + printable_line(fmt::format("{}: {}", d.what, d.finds)) + "\n";
  for (const auto& d : check.changed) out += "  " + printable_line(fmt::format("{}: {}", d.what, d.finds)) + "\n";
  for (const auto& d : check.outdated)
    out += "  " + printable_line(fmt::format("{}: recorded by an earlier version; {}", d.what, d.finds)) + "\n";
  if (!check.outdated.empty())
    out += "  To read those anew, keeping every item and judgement: samehand case add " + printable_line(check.file) +
           " --again\n";
  for (const std::string& name : check.unseen)
    out +=
        "  " +
        printable_line(fmt::format("{}: kept by reference, not looked at (--exhibits PATH says where it lies)", name)) +
        "\n";
  for (const std::string& name : check.other_content)
    out += "  " + printable_line(fmt::format("{}: a file of this name was found, with other content", name)) + "\n";
  out += fmt::format("  last hash {}\n", printable_line(check.head));
  return out;
}

}  // namespace samehand::dossier
