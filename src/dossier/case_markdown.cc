// The dossier as Markdown. Whatever comes from the case is escaped: no markup, links, code or tables of its own.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "case_json.h"
#include "case_page.h"
#include "case_words.h"
#include "figures.h"
#include "reading_words.h"
#include "samehand/base/ascii.h"
#include "samehand/dossier/case_dossier.h"
#include "samehand/dossier/diff.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/reading.h"
#include "samehand/evidence/defaults.h"

namespace samehand::dossier {
namespace {

constexpr std::size_t kCodePairs = 2;    // of each two tools, with their code
constexpr std::size_t kCodeLines = 400;  // of each pair
constexpr std::size_t kRows = 1000;

// Outside text on one line. Punctuation that means something is escaped, angle brackets become entities (renderers
// differ on escaped ones), and addresses are broken so that none of them becomes a link.
std::string md(std::string_view text, std::size_t columns = 400) {
  const std::string line = shorten(printable_line(text.substr(0, 8 * columns + 64)), columns);
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (std::string_view("\\`*_[]|~#!$@{}").find(c) != std::string_view::npos ||
             (c == ':' && line.substr(i, 3) == "://") || (c == '.' && i >= 3 && lower(line.substr(i - 3, 3)) == "www"))
      (out += '\\') += c;
    else
      out += c;
  }
  return out;
}

class Report {
 public:
  explicit Report(const Dossier& dossier) : dossier_(dossier), f_(dossier), contents_(f_.contents), v_(f_.verdict) {}

  std::string write() {
    top();
    if (v_ != nullptr) {
      hypotheses();
      hangs_on();
      evidence();
    }
    contested();
    if (v_ != nullptr) {
      change();
      matrix();
    }
    time();
    voices();
    code();
    appendix();
    return std::move(out_);
  }

 private:
  void heading(std::string_view title) { out_ += fmt::format("\n## {}\n\n", title); }
  void subheading(std::string_view title) { out_ += fmt::format("\n### {}\n\n", title); }
  void point(std::string_view text) { out_ += fmt::format("- {}\n", text); }
  // Columns' titles; a `:` at the end of one sets figures to the right.
  void columns(std::initializer_list<std::string_view> titles) {
    std::string rule = "|";
    out_ += "|";
    for (std::string_view title : titles) {
      const bool right = title.ends_with(':');
      out_ += fmt::format(" {} |", right ? title.substr(0, title.size() - 1) : title);
      rule += right ? " ---: |" : " --- |";
    }
    out_ += "\n" + rule + "\n";
  }
  void row(const std::vector<std::string>& cells) { out_ += fmt::format("| {} |\n", fmt::join(cells, " | ")); }
  void more(std::size_t rows, std::size_t all, std::string_view what) {
    if (rows < all) out_ += fmt::format("\n… and {} more {}; `--json` has them all.\n", with_commas(all - rows), what);
  }
  std::string name(std::size_t h) const { return md(v_->problem.hypotheses[h].name, 120); }
  const evidence::Item& item_at(std::size_t weighed) const { return weighed_item(*v_, weighed); }

  void top() {
    const std::string title = md(contents_.title.empty() ? base_name(dossier_.view.file) : contents_.title, 300);
    out_ = fmt::format("# {}\n\n", title);
    out_ += dossier_.as_of.empty()
                ? fmt::format("Everything in the case up to event {}.\n\n", contents_.events)
                : fmt::format("As of {}: only what was known by then.\n\n", md(long_date(dossier_.as_of)));
    if (v_ == nullptr) {
      out_ += "**No hypotheses, so no verdict.**\n";
      return;
    }
    // Two paragraphs: a likelihood and a confidence never stand in one sentence (ICD 203).
    out_ += fmt::format("**{}**", md(verdict_sentence(*v_), 600));
    if (const std::string together = together_sentence(*v_); !together.empty()) out_ += " " + md(together);
    out_ += fmt::format("\n\n{}\n", md(confidence_sentence(*v_), 600));
    if (const std::string undated = undated_sentence(*v_); !undated.empty()) out_ += "\n" + md(undated) + "\n";
    out_ += "\nIt hangs on:\n\n";
    const auto list = hinges(*v_, f_.observed);
    for (std::size_t k = 0; k < list.size(); ++k)
      out_ += fmt::format("{}. **{}**: {}{}\n", k + 1, md(list[k].name), md(list[k].text, 500),
                          list[k].item == 0 ? "" : fmt::format(" (i{})", list[k].item));
    if (list.empty()) out_ += "- nothing by itself\n";
    if (const auto at = strongest_contrary(*v_)) {
      const evidence::Item& item = item_at(*at);
      out_ += fmt::format("\nThe strongest item against: **{}** (i{}, {} dB; {}, {}, {} to forge). {}\n", md(item.name),
                          item.number, minus_db(v_->outcome.items[*at].effect_db), md(item.source, 100),
                          to_string(item.reliability), evidence::to_string(item.forgeability), md(item.statement, 600));
    } else {
      out_ += "\nNo item that was weighed tells against it.\n";
    }
  }

  void hypotheses() {
    heading("Hypotheses");
    columns({"Who", "Role", "Before:", "Now:", "Between:", "Leads in:", "In words"});
    for (std::size_t k = 0; k < std::min(f_.order.size(), kRows); ++k) {
      const std::size_t h = f_.order[k];
      const weigh::Posterior& p = v_->outcome.posterior[h];
      row({name(h), std::string(to_string(contents_.hypotheses[h].role)), chance_text(v_->problem.hypotheses[h].prior),
           chance_text(p.mid), between_text(p), draws_text(p.first),
           std::string(weigh::to_string(weigh::likelihood(p.mid)))});
    }
    more(std::min(f_.order.size(), kRows), f_.order.size(), "hypotheses");
  }

  void hangs_on() {
    heading("What it hangs on");
    const Flips flips = flips_in_order(*v_);
    if (flips.turning() == 0)
      point("No single item, group or source turns the ranking, not even at the far end of its range.");
    for (std::size_t k = 0; k < std::min(flips.list.size(), kRows); ++k)
      point(md(flip_sentence(*v_, *flips.list[k]), 600));
    const std::size_t pairs = std::min(v_->outcome.pairs.size(), kPagePairs);
    for (std::size_t k = 0; k < pairs; ++k) point(md(pair_sentence(*v_, v_->outcome.pairs[k]), 600));
    more(pairs, v_->outcome.pairs.size(), "pairs");
    subheading("Thought away, one at a time");
    columns({"Observation", "Said by", "Items:", "dB:", "Without it:"});
    std::size_t rows = 0;
    for (const Observation& o : f_.observed) {
      if (std::abs(o.effect_db) < kShownDb || rows++ == kRows) break;
      row({md(o.name, 140), md(fmt::format("{}", fmt::join(o.sources, "; ")), 200), std::to_string(o.items.size()),
           minus_db(o.effect_db), chance_text(o.without)});
    }
  }

  void evidence() {
    heading("Evidence");
    const std::vector<std::size_t> rows = telling_items(*v_);
    out_ += fmt::format("What each item does for the odds of {}, in decibans; 10 dB: ten times as probable.\n\n",
                        name(v_->outcome.leader));
    if (rows.empty()) out_ += md(nothing_tells(*v_)) + "\n\n";
    const double most = rows.empty() ? 0 : std::abs(v_->outcome.items[rows[0]].effect_db);
    columns({"dB:", "", "Item", "Source", "Grade", "Forging it", "Known since", "Group"});
    for (std::size_t k = 0; k < std::min(rows.size(), kRows); ++k) {
      const evidence::Item& item = item_at(rows[k]);
      const double db = v_->outcome.items[rows[k]].effect_db;
      // Spaces at the ends of a cell go, so the empty half is drawn too.
      std::string bars = signed_bar(db, most, 8);
      for (std::size_t at = 0; (at = bars.find(' ', at)) != std::string::npos;) bars.replace(at, 1, "·");
      row({minus_db(db), "`" + bars + "`",
           fmt::format("**{}** (i{}). {}", md(item.name, 160), item.number, md(item.statement, 320)),
           md(item.source, 100), to_string(item.reliability), std::string(evidence::to_string(item.forgeability)),
           md(item.known, 20), md(item.group, 100)});
    }
    more(std::min(rows.size(), kRows), rows.size(), "items");
    const Weightless none = weightless(*v_);
    if (none.kinds.empty() && none.unjudged == 0) return;
    subheading("What weighs nothing, and why");
    for (const auto& [kind, count] : none.kinds)
      point(fmt::format("{} × {}: 0 dB, {}.", count, to_string(kind), evidence::default_of(kind).why));
    if (none.unjudged > 0)
      point(fmt::format("{} unjudged: they point at no hypothesis until somebody says which.", none.unjudged));
  }

  void contested() {
    heading("What is contested");
    const reading::Voices& voices = dossier_.view.voices;
    for (const reading::Contradiction& c : voices.contradictions) {
      for (const auto& side : c.sides) {
        std::vector<std::string> who;
        for (const std::uint32_t k : side.voices) who.push_back(md(voices.voices[k].source, 100));
        point(fmt::format("{}: {} by {}", md(c.matter), md(side.says, 80), fmt::join(who, "; ")));
      }
    }
    const auto groups = v_ == nullptr ? std::vector<Opposed>() : opposed(*v_);
    for (const Opposed& o : groups) {
      const evidence::Hypothesis* h = contents_.hypothesis(o.hypothesis);
      point(fmt::format("{}: read for {} (i{}) and against it (i{}); the strongest of each are set off", md(o.group),
                        h == nullptr ? "somebody" : md(h->name), fmt::join(o.holds, ", i"),
                        fmt::join(o.disputes, ", i")));
    }
    if (voices.contradictions.empty() && groups.empty())
      out_ += "Nobody denies what another asserts, as far as the pages of the case say.\n";
  }

  void change() {
    heading("What would change our mind");
    columns({"If this were found", name(v_->outcome.leader) + " would be at:", "Then leads",
             "Moves it by:", "Looking tells:"});
    for (std::size_t k = 0; k < std::min<std::size_t>(v_->prospects.size(), 20); ++k) {
      const weigh::Prospect& p = v_->prospects[k];
      row({md(v_->candidates[p.candidate].name, 200), chance_text(p.leader_posterior),
           p.leader == v_->outcome.leader ? "the same" : name(p.leader), minus_db(p.moves_db) + " dB",
           fmt::format("{:.2f} bits", p.expected_bits)});
    }
  }

  void matrix() {
    const std::size_t hypotheses = f_.order.size(), shown_columns = std::min(hypotheses, kMatrixColumns);
    const std::vector<std::size_t> rows = matrix_rows(*v_);
    heading("Matrix of competing hypotheses");
    if (rows.empty()) {
      out_ += fmt::format("{}\n", kNothingDiagnostic);
      return;
    }
    out_ +=
        "A second view (ACH), not the verdict. CC and C consistent, N neutral, I and II inconsistent.\n\n| Item | "
        "Tells |";
    std::string rule = "| --- | ---: |";
    for (std::size_t c = 0; c < shown_columns; ++c) {
      out_ += fmt::format(" {} |", name(f_.order[c]));
      rule += " :---: |";
    }
    out_ += "\n" + rule + "\n";
    for (std::size_t k = 0; k < std::min(rows.size(), kMatrixRows); ++k) {
      std::vector<std::string> cells = {
          fmt::format("{} (i{})", md(item_at(rows[k]).name, 120), item_at(rows[k]).number),
          fmt::format("{:.2f}", v_->matrix.diagnosticity[rows[k]])};
      for (std::size_t c = 0; c < shown_columns; ++c)
        cells.emplace_back(weigh::to_string(v_->matrix.ratings[rows[k] * hypotheses + f_.order[c]]));
      row(cells);
    }
    std::vector<std::string> items = {"Inconsistent items", ""}, weighted = {"Inconsistency, weighted", ""};
    for (std::size_t c = 0; c < shown_columns; ++c) {
      items.push_back(std::to_string(v_->matrix.scores[f_.order[c]].inconsistent));
      weighted.push_back(fmt::format("{:.1f}", v_->matrix.scores[f_.order[c]].weighted + 0.0));
    }
    row(items);
    row(weighted);
    more(std::min(rows.size(), kMatrixRows), rows.size(), "rows");
  }

  void time() {
    const auto entries = timeline(dossier_, f_.claims);
    if (entries.empty()) return;
    heading("Timeline");
    std::size_t rows = 0;
    for (const TimelineEntry& e : entries) {
      if (rows++ == kRows) break;
      const std::string day = e.date.empty() ? "not dated" : md(e.date.substr(0, 10));
      if (e.item != 0) {
        const evidence::Item* item = contents_.item(e.item);
        point(fmt::format("{}: **{}** (i{}, {}; {})", day, md(item->name, 160), item->number, to_string(item->kind),
                          md(item->source, 100)));
        continue;
      }
      const DatedClaim& d = f_.claims[e.claim];
      const reading::Reading& page = dossier_.view.readings[d.ref.page];
      const claim::Claim& c = page.claims[d.ref.claim];
      point(fmt::format(
          "{}: {} *{}*: {} ({}; published {}, collected {}{})", day, md(c.speaker.empty() ? d.outlet : c.speaker, 100),
          stance_text(c.stance), md(words_of(c, page.document.text), 300), md(chain_text(c), 200),
          d.published.empty() ? "not said" : md(d.published, 40),
          d.collected.empty() ? "not said" : md(d.collected, 40), d.item == 0 ? "" : fmt::format("; i{}", d.item)));
    }
    more(std::min(rows, kRows), entries.size(), "entries");
  }

  void voices() {
    const reading::Voices& voices = dossier_.view.voices;
    if (voices.voices.empty()) return;
    heading("Voices and their chains");
    columns({"On", "Who", "Says", "What", "First in", "Repeated by", "Chain"});
    for (std::size_t k = 0; k < std::min<std::size_t>(voices.voices.size(), 300); ++k) {
      const reading::Voice& voice = voices.voices[k];
      const auto page_name = [&](std::uint32_t page) {
        const reading::Reading& r = dossier_.view.readings[page];
        const page::Metadata& m = r.document.metadata;
        return md(m.outlet.empty() ? base_name(r.file) : m.outlet, 80);
      };
      const reading::Reading& first = dossier_.view.readings[voice.claims.front().page];
      const claim::Claim& c = first.claims[voice.claims.front().claim];
      std::vector<std::string> repeated;
      for (std::size_t p = 1; p < std::min<std::size_t>(voice.pages.size(), 20); ++p)
        repeated.push_back(page_name(voice.pages[p]));
      row({std::string(matter_text(voice.about)), md(voice.source, 120), stance_text(voice.stance),
           md(words_of(c, first.document.text), 240), page_name(voice.pages.front()),
           fmt::format("{}", fmt::join(repeated, "; ")), md(chain_text(c), 200)});
    }
    more(std::min<std::size_t>(voices.voices.size(), 300), voices.voices.size(), "voices");
  }

  void code() {
    if (dossier_.shared.empty() && dossier_.remarks.empty()) return;
    heading("Shared code");
    for (const SharedCode& s : dossier_.shared) {
      const Comparison& c = s.comparison;
      subheading(fmt::format("{} and {} (i{})", md(c.a, 100), md(c.b, 100), s.item));
      out_ += fmt::format("{} {:.0f} dB that they are related, probability {:.3f}.\n\n", md(c.verdict_text, 600),
                          c.evidence_db, c.kinship);
      columns({"Worth:", "Alike:", "In A", "In B", "Why"});
      std::size_t listed = 0;
      std::string listings;
      for (const PairSummary& p : c.pairs) {
        if (class_of(p) != PairClass::kShared || listed == 200) continue;
        row({fmt::format("{:.1f} dB", p.pair.worth_db), fmt::format("{:.2f}", p.pair.similarity),
             fmt::format("{} {}", md(p.a.name, 80), address_text(p.a.address)),
             fmt::format("{} {}", md(p.b.name, 80), address_text(p.b.address)), md(p.reason, 160)});
        if (listed++ >= kCodePairs || !p.a_code || !p.b_code) continue;
        listings +=
            "\n" + fenced(diff_text({c.a, *p.a_code}, {c.b, *p.b_code}, diff(*p.a_code, *p.b_code), {.width = 110}));
      }
      out_ += listings;
    }
    for (const std::string& remark : dossier_.remarks) out_ += "\n" + md(remark, 500) + "\n";
  }

  // A block of code that nothing in it can end.
  static std::string fenced(std::string text) {
    std::size_t longest = 0, run = 0, lines = 0, at = 0;
    for (; at < text.size() && lines < kCodeLines; ++at) {
      run = text[at] == '`' ? run + 1 : 0;
      longest = std::max(longest, run);
      lines += text[at] == '\n';
    }
    if (at < text.size()) text = text.substr(0, at) + "… (samehand diff has the rest)\n";
    const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
    return fence + "text\n" + text + (text.ends_with('\n') ? "" : "\n") + fence + "\n";
  }

  void appendix() {
    heading("Appendix: what every number is computed from");
    out_ +=
        "Rule, tables and formulas: docs/case.md; `--json` holds every figure of it, docs/format/dossier.md says "
        "how to compute it again.\n";
    if (v_ != nullptr) {
      out_ += fmt::format("Intervals: {} draws, seed {}, the 5th and 95th percentile.\n",
                          with_commas(v_->options.draws), v_->options.seed);
      subheading("Weights, in decibans: low / mid / high");
      const std::size_t shown_columns = std::min(f_.order.size(), kMatrixColumns);
      out_ += "| Item | Group |";
      std::string rule = "| --- | --- |";
      for (std::size_t c = 0; c < shown_columns; ++c) {
        out_ += fmt::format(" {} |", name(f_.order[c]));
        rule += " ---: |";
      }
      out_ += " From |\n" + rule + " --- |\n";
      for (std::size_t i = 0; i < std::min(v_->items.size(), kRows); ++i) {
        const evidence::Item& item = item_at(i);
        std::vector<std::string> cells = {fmt::format("i{} {}", item.number, md(item.name, 100)), md(item.group, 100)};
        for (std::size_t c = 0; c < shown_columns; ++c) {
          const evidence::Weight& w = v_->problem.row(i)[f_.order[c]];
          cells.push_back(fmt::format("{:.3f} / {:.3f} / {:.3f}", w.low_db + 0.0, w.mid_db + 0.0, w.high_db + 0.0));
        }
        cells.push_back(item.weights.empty()
                            ? fmt::format("{}, {}, {}", to_string(item.kind), to_string(item.reliability),
                                          evidence::to_string(item.forgeability))
                            : "given");
        row(cells);
      }
      more(std::min(v_->items.size(), kRows), v_->items.size(), "items");
    }
    std::vector<const casefile::Judgement*> judged;
    for (const casefile::Judgement& j : contents_.judgements) judged.push_back(&j);
    if (!judged.empty()) {
      subheading("Judgements");
      columns({"Item", "What", "Value", "Reason", "Event:"});
      for (std::size_t k = 0; k < std::min(judged.size(), kRows); ++k)
        row({fmt::format("i{}", judged[k]->item), md(judged[k]->field, 40),
             md(judgement_value(contents_, *judged[k]), 200), md(judged[k]->reason, 300),
             std::to_string(judged[k]->event)});
      more(std::min(judged.size(), kRows), judged.size(), "judgements");
    }
    subheading("Exhibits");
    columns({"No.:", "Name", "Kind", "Size:", "Collected", "SHA-256"});
    for (std::size_t k = 0; k < std::min(contents_.exhibits.size(), kRows); ++k) {
      const evidence::Exhibit& e = contents_.exhibits[k];
      row({std::to_string(e.number), md(e.name, 120), std::string(to_string(e.kind)), size_text(e.size_bytes),
           md(e.collected, 20), md(e.sha256, 64)});
    }
    more(std::min(contents_.exhibits.size(), kRows), contents_.exhibits.size(), "exhibits");
    subheading("Findings");
    columns({"Exhibit:", "Method", "SHA-256 of the answer"});
    for (std::size_t k = 0; k < std::min(contents_.findings.size(), kRows); ++k) {
      const casefile::Finding& finding = contents_.findings[k];
      row({std::to_string(finding.exhibit), md(finding.method, 60), md(finding.sha256, 64)});
    }
    more(std::min(contents_.findings.size(), kRows), contents_.findings.size(), "findings");
    out_ += fmt::format("\n{} events; head of the chain: {}\n", contents_.events, md(contents_.head, 64));
  }

  const Dossier& dossier_;
  const DossierFacts f_;
  const casefile::Contents& contents_;
  const CaseVerdict* v_;
  std::string out_;
};

}  // namespace

std::string dossier_markdown(const Dossier& dossier) {
  return Report(dossier).write();
}

}  // namespace samehand::dossier
