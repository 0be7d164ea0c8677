// How to read the page, and what every number on it can be computed from.
#include <fmt/format.h>

#include <algorithm>

#include "case_json.h"
#include "case_page.h"
#include "case_words.h"
#include "figures.h"
#include "samehand/evidence/defaults.h"

namespace samehand::dossier {
namespace {

std::string range_text(double low, double mid, double high) {
  return fmt::format("{:g} ({:g}–{:g})", mid, low, high);
}

// Three decimals: enough to compute with, short enough to read.
std::string db3(double db) {
  const std::string text = fmt::format("{:.3f}", db);
  return text == "-0.000" ? "0.000" : text;
}

class ItemCard {
 public:
  ItemCard(const DossierFacts& facts, const JudgementsByItem& judgements) : f_(facts), judgements_(judgements) {}

  std::string write(const evidence::Item& item) {
    const std::size_t i = f_.weighed_as(item.number);
    const bool weighed = i != DossierFacts::kNotWeighed;
    const LeftOut left = f_.verdict == nullptr
                             ? LeftOut::kNo
                             : f_.verdict->left_out[static_cast<std::size_t>(&item - f_.contents.items.data())];
    std::string out = fmt::format(
        "<details class=\"card\" id=\"i{0}\"><summary><b>i{0}</b> {1}<span class=\"aside\">{2}</span></summary>\n",
        item.number, shown(item.name, 200),
        weighed ? minus_db(f_.verdict->outcome.items[i].effect_db) + " dB" : std::string(word(left)));
    out += fmt::format("<p>{}</p>\n<dl class=\"facts\">\n", shown(item.statement, 4500));
    fact(out, "Kind",
         fmt::format("{}, from {}{}", to_string(item.kind),
                     item.origin == evidence::Origin::kHand     ? "an analyst"
                     : item.origin == evidence::Origin::kImport ? "an import"
                     : item.origin == evidence::Origin::kReport ? "a report"
                                                                : "a tool",
                     item.method.empty() ? std::string() : " by " + shown(item.method, 100)));
    fact(out, "Source",
         fmt::format("{}, graded {}", item.source.empty() ? "not named" : shown(item.source, 200),
                     to_string(item.reliability)));
    fact(out, "Forging it",
         fmt::format("{}{}", evidence::to_string(item.forgeability),
                     !item.public_before   ? ""
                     : *item.public_before ? "; was public before"
                                           : "; was not public before"));
    const evidence::Hypothesis* target = f_.contents.hypothesis(item.points_at);
    fact(out, "Points at",
         target == nullptr ? std::string("nobody") : (item.against ? "not " : "") + shown(target->name, 160));
    fact(out, "Group", item.group.empty() ? std::string("on its own") : shown(item.group, 200));
    fact(out, "Known since", item.known.empty() ? std::string("not said") : shown(item.known, 40));
    std::string places;
    for (std::size_t k = 0; k < std::min<std::size_t>(item.loci.size(), 12); ++k)
      places += (k == 0 ? "" : "<br>") + shown(place_text(f_.contents, item.loci[k]), 200);
    if (item.loci.size() > 12) places += fmt::format("<br>and {} more", item.loci.size() - 12);
    if (item.code_evidence_db) {
      const evidence::ErrorRate e = evidence::error_of(item);
      const evidence::CodeError* row = evidence::code_error(*item.code_evidence_db);
      const std::string known = row == nullptr
                                    ? "nothing is claimed from so little"
                                    : fmt::format("of {} comparisons of unrelated programs {} reached {:g} dB", row->of,
                                                  row->wrong, row->least_db);
      fact(out, "Code evidence",
           fmt::format("{:.0f} dB that the code is of one source. Measured: {}; so e is {}, and not what {} says.",
                       *item.code_evidence_db, known, range_text(e.low, e.mid, e.high), to_string(item.reliability)));
    }
    fact(out, "Rests on", places.empty() ? std::string("nothing in the case") : places);
    if (const auto it = judgements_.find(item.number); it != judgements_.end()) {
      std::string list;
      for (std::size_t k = 0; k < std::min<std::size_t>(it->second.size(), 30); ++k) {
        const casefile::Judgement& j = *it->second[k];
        list += fmt::format("{}{}: {}, because {} (event {})", k == 0 ? "" : "<br>", shown(j.field, 40),
                            shown(judgement_value(f_.contents, j), 200), shown(j.reason, 400), j.event);
      }
      fact(out, "Judged", list);
    }
    const evidence::KindDefault& kind = evidence::default_of(item.kind);
    if (!item.weights.empty()) {
      fact(out, "Weights", "given, not from the tables");
    } else {
      const evidence::ErrorRate e = evidence::error_of(item);
      const evidence::Chance p = evidence::planted(item.forgeability, item.public_before);
      fact(out, "Table",
           fmt::format("{}: L {} dB, proxies share {}; e {}; planted {}. {}", to_string(item.kind),
                       range_text(kind.strength.low_db, kind.strength.mid_db, kind.strength.high_db),
                       range_text(kind.shared.low, kind.shared.mid, kind.shared.high), range_text(e.low, e.mid, e.high),
                       range_text(p.low, p.mid, p.high), shown(kind.why, 300)));
    }
    out += "</dl>\n";
    if (weighed) out += weights(i);
    return out + "</details>\n";
  }

 private:
  static void fact(std::string& out, std::string_view name, std::string_view markup) {
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, markup);
  }

  std::string weights(std::size_t i) const {
    const CaseVerdict& v = *f_.verdict;
    const std::size_t columns = std::min(f_.order.size(), kMatrixColumns);
    std::string out =
        "<table class=\"plain weights\"><thead><tr><th>dB</th><th class=\"num\">low</th><th class=\"num\">mid</th><th "
        "class=\"num\">high</th></tr></thead><tbody>\n";
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t h = f_.order[c];
      const evidence::Weight& w = v.problem.row(i)[h];
      out += fmt::format(
          "<tr><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td></tr>\n",
          shown(v.problem.hypotheses[h].name, 100), db3(w.low_db), db3(w.mid_db), db3(w.high_db));
    }
    out += "</tbody></table>\n";
    const weigh::Effect& e = v.outcome.items[i];
    out += fmt::format("<p class=\"aside\">{} dB on the leader's odds; between leader and runner-up alone {}{}.</p>\n",
                       db3(e.effect_db), db3(e.against_next_db),
                       e.counts ? "" : "; outdone within its group for every hypothesis");
    return out;
  }

  const DossierFacts& f_;
  const JudgementsByItem& judgements_;
};

std::string exhibits(const DossierFacts& f) {
  std::string out =
      fmt::format("<h3>Exhibits <span class=\"aside\">{}</span></h3>\n", with_commas(f.contents.exhibits.size()));
  if (f.contents.exhibits.empty()) return out + "<p>None.</p>\n";
  out +=
      "<table class=\"plain sortable exhibits\"><thead><tr><th class=\"num\">No.</th><th>Name</th><th>Kind</th><th "
      "class=\"num\">Size</th><th>Collected</th><th>Added</th><th>SHA-256</th></tr></thead><tbody>\n";
  for (std::size_t k = 0; k < std::min(f.contents.exhibits.size(), kPageRows); ++k) {
    const evidence::Exhibit& e = f.contents.exhibits[k];
    std::string below;
    if (e.by_reference) below += "only its hash is kept";
    if (const auto* known = f.contents.hypothesis(e.known_of); known != nullptr)
      below += (below.empty() ? "" : "; ") + ("an earlier tool of " + shown(known->name, 100));
    if (!e.source.empty()) below += (below.empty() ? "" : "; ") + ("from " + shown(e.source, 160));
    out += fmt::format(
        "<tr><td class=\"num\" data-v=\"{}\">{}</td><td class=\"what\">{}{}</td><td>{}</td><td class=\"num\" "
        "data-v=\"{}\">{}</td><td class=\"date\">{}</td><td class=\"date\">{} {}</td><td class=\"hash\">{}</td></tr>\n",
        e.number, e.number, shown(e.name, 120), below.empty() ? "" : "<span class=\"aside\">" + below + "</span>",
        to_string(e.kind), e.size_bytes, size_text(e.size_bytes), shown(e.collected, 20), shown(e.added.substr(0, 10)),
        shown(e.added_by, 40), shown(e.sha256, 64));
  }
  return out + "</tbody></table>\n" +
         more_rows(std::min(f.contents.exhibits.size(), kPageRows), f.contents.exhibits.size(), "exhibits");
}

std::string findings(const DossierFacts& f) {
  if (f.contents.findings.empty()) return {};
  std::string out =
      "<h3>Findings</h3>\n<p class=\"aside\">What each method answered; <code>samehand case verify</code> runs them "
      "again.</p>\n<table class=\"plain sortable exhibits\"><thead><tr><th>Exhibit</th><th>Method</th><th "
      "class=\"num\">Size</th><th>SHA-256 of the answer</th></tr></thead><tbody>\n";
  for (std::size_t k = 0; k < std::min(f.contents.findings.size(), kPageRows); ++k) {
    const casefile::Finding& finding = f.contents.findings[k];
    const evidence::Exhibit* e = f.contents.exhibit(finding.exhibit);
    out += fmt::format(
        "<tr><td>{} {}</td><td>{}</td><td class=\"num\" data-v=\"{}\">{}</td><td class=\"hash\">{}</td></tr>\n",
        finding.exhibit, e == nullptr ? std::string() : shown(e->name, 120), shown(finding.method, 60),
        finding.size_bytes, size_text(finding.size_bytes), shown(finding.sha256, 64));
  }
  return out + "</tbody></table>\n" +
         more_rows(std::min(f.contents.findings.size(), kPageRows), f.contents.findings.size(), "findings");
}

std::string history(const DossierFacts& f) {
  std::string out = fmt::format(
      "<h3>History <span class=\"aside\">{} events</span></h3>\n<p>Head of the chain: <code "
      "class=\"head-hash\">{}</code></p>\n<p class=\"aside\">With this hash, noted elsewhere, nobody can cut off or "
      "rewrite the history unseen; <code>samehand case verify</code> checks the chain.</p>\n",
      with_commas(static_cast<std::uint64_t>(std::max<std::int64_t>(0, f.contents.events))),
      shown(f.contents.head, 64));
  const auto& events = f.dossier.view.history;
  if (events.empty()) return out;
  // The newest, where there are too many.
  const std::size_t from = events.size() > kPageRows ? events.size() - kPageRows : 0;
  out += fmt::format(
      "<details><summary>{}</summary>\n<table class=\"plain history\"><thead><tr><th "
      "class=\"num\">No.</th><th>When</th><th>Who</th><th>What</th><th>Hash</th></tr></thead><tbody>\n",
      from == 0 ? "All events" : "The last events");
  for (std::size_t k = from; k < events.size(); ++k) {
    const casefile::Event& e = events[k];
    out += fmt::format(
        "<tr><td class=\"num\">{}</td><td class=\"date\">{}</td><td>{}</td><td class=\"what\">{}: {}</td><td "
        "class=\"hash\">{}</td></tr>\n",
        e.number, shown(e.time, 30), shown(e.who, 60), shown(e.action, 30), shown(e.detail, 300), shown(e.hash, 64));
  }
  return out + "</tbody></table></details>\n";
}

}  // namespace

std::string method_section(const DossierFacts& f) {
  std::string out =
      "<section id=\"reading\">\n<h2>How to read this</h2>\n<dl class=\"explanations\">\n"
      "<div><dt>Deciban (dB)</dt><dd>Ten times the logarithm of how many times more probable: 3 dB is twice, 10 dB ten "
      "times, −10 dB a tenth. Weights add up.</dd></div>\n"
      "<div><dt>Probability and confidence</dt><dd>The probability says how likely a hypothesis is; confidence says "
      "how "
      "well founded that figure is. They never stand in one sentence (ICD 203).</dd></div>\n"
      "<div><dt>Between</dt><dd>The 5th to 95th percentile as every weight goes over its range. It does not cover what "
      "nobody has thought of, nor an item that is misunderstood.</dd></div>\n"
      "<div><dt>Group</dt><dd>Items that rest on one observation. For each hypothesis the strongest for and the "
      "strongest "
      "against it count, no other: one voice counts once.</dd></div>\n"
      "<div><dt>Grade</dt><dd>The Admiralty code: source A reliable to E unreliable, F unknown; report 1 confirmed to "
      "5 "
      "improbable, 6 unknown. Nothing weighs more than its source's errors allow.</dd></div>\n"
      "<div><dt>Forging it</dt><dd>Who wants it to look like the accused plants what is trivial or easy to plant: such "
      "items cannot tell a false flag from guilt.</dd></div>\n"
      "<div><dt>0 dB</dt><dd>A denial, a refusal to comment, a boast: the guilty do as the innocent, so they tell "
      "nothing.</dd></div>\n"
      "<div><dt>What this is not</dt><dd>The default weights are judgements, not measurements; groups are all or "
      "nothing; "
      "hypotheses exclude each other. Who judges an item otherwise gets another verdict, and sees which judgement "
      "makes "
      "the difference.</dd></div>\n"
      "</dl>\n";
  (void)f;
  return out + "</section>\n";
}

std::string appendix_section(const DossierFacts& f) {
  std::string out = "<section id=\"appendix\">\n<h2>Appendix: what every number is computed from</h2>\n";
  if (f.verdict != nullptr) {
    const CaseVerdict& v = *f.verdict;
    out += fmt::format(
        "<h3>The computation</h3>\n<ol class=\"rules\">\n"
        "<li>Start: 10 log<sub>10</sub> of each prior, the priors scaled to add up to 1.</li>\n"
        "<li>Each observation adds its weight for each hypothesis. An item on its own adds its mids as they are. A "
        "group: "
        "each item's three weights less the median of its mids over the hypotheses; then, for each hypothesis and for "
        "low, mid and high by themselves, the greatest above 0 plus the least below 0.</li>\n"
        "<li>Posterior: 10<sup>t/10</sup> of each total, over their sum.</li>\n"
        "<li>Default weight, in dB: 10 log<sub>10</sub>(((1 − e) x + e) / ((1 − e) / L + e)) with x = p + (1 − p) / L. "
        "L is "
        "the kind's strength as a ratio, e the error of source and report, p 1 for the hypothesis pointed at and 0 for "
        "those that have nothing to do with it; where that is the accused, p is what proxies share and, unless the "
        "item "
        "tells against, what a false flag plants. Low and high are the least and the most over the ends of all ranges. "
        "An "
        "item against has its sign turned, for the one it points at and its proxies.</li>\n"
        "<li>Intervals: {} draws, seed {}, each observation's weight for each hypothesis from the triangle over low, "
        "mid "
        "and high, one draw for the accused, its proxies and the false flag together, but for what of the "
        "proxies' and the false flag's ranges comes of p, which has its own for each; the 5th and 95th percentile, "
        "widened to hold the mid.</li>\n"
        "<li>An observation's effect: the leader's odds in dB with it less those without. A group's is shared among "
        "its "
        "items by what each adds (Aumann–Shapley).</li>\n"
        "<li>ACH: from {:g} dB off the middle between the best and the worst C or I, from {:g} dB CC or II; weighted "
        "−1 and −2 times credibility and "
        "relevance of 1/√2, 1 or √2.</li>\n"
        "<li>What could be found: its default weights graded A2, on the assumption that where its hypothesis holds it "
        "is "
        "found half of the time.</li>\n</ol>\n",
        with_commas(v.options.draws), v.options.seed, weigh::kRatingDb, weigh::kStrongRatingDb);
    out +=
        "<h3>Priors and posteriors</h3>\n<table class=\"plain sortable weights\"><thead><tr><th>Hypothesis</th><th "
        "class=\"num\">prior</th><th class=\"num\">posterior</th><th class=\"num\">low</th><th "
        "class=\"num\">high</th><th "
        "class=\"num\">odds, dB</th></tr></thead><tbody>\n";
    for (std::size_t c = 0; c < std::min(f.order.size(), kPageHypotheses); ++c) {
      const std::size_t h = f.order[c];
      const weigh::Posterior& p = v.outcome.posterior[h];
      out += fmt::format(
          "<tr><td>{}</td><td class=\"num\">{:.6g}</td><td class=\"num\">{:.6f}</td><td class=\"num\">{:.6f}</td><td "
          "class=\"num\">{:.6f}</td><td class=\"num\">{}</td></tr>\n",
          shown(v.problem.hypotheses[h].name, 120), v.problem.hypotheses[h].prior, p.mid, p.low, p.high,
          db3(p.odds_db));
    }
    out += "</tbody></table>\n";
  }
  out += fmt::format("<h3>Items <span class=\"aside\">{}</span></h3>\n", with_commas(f.contents.items.size()));
  const JudgementsByItem judgements = by_item(f.contents.judgements);
  ItemCard card(f, judgements);
  // Those that weigh first, so that a link from above leads somewhere.
  std::vector<const evidence::Item*> items;
  for (const evidence::Item& item : f.contents.items) items.push_back(&item);
  if (items.size() > kPageRows && f.verdict != nullptr) {
    std::ranges::stable_sort(items, [&](const evidence::Item* a, const evidence::Item* b) {
      const auto effect = [&](const evidence::Item* item) {
        const std::size_t i = f.weighed_as(item->number);
        return i == DossierFacts::kNotWeighed ? -1.0 : std::abs(f.verdict->outcome.items[i].effect_db);
      };
      return effect(a) > effect(b);
    });
    items.resize(kPageRows);
    std::ranges::sort(items, {}, [](const evidence::Item* item) { return item->number; });
  }
  items.resize(std::min(items.size(), kPageRows));
  out += "<div class=\"cards\">\n";
  for (const evidence::Item* item : items) out += card.write(*item);
  out += "</div>\n";
  out += more_rows(items.size(), f.contents.items.size(), "items");
  return out + exhibits(f) + findings(f) + history(f) + "</section>\n";
}

}  // namespace samehand::dossier
