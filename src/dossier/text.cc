#include "samehand/dossier/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>
#include <vector>

#include "figures.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/verdict.h"
#include "table.h"
#include "text_writer.h"

namespace samehand::dossier {
namespace {

using Align = Column::Align;

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSameProgram:
    case Verdict::kSharedCode:
      return Tone::kGood;
    case Verdict::kLittleShared:
    case Verdict::kNotComparable:
      return Tone::kWarn;
    case Verdict::kOnlyLibrary:
    case Verdict::kNothing:
      return Tone::kPlain;
  }
  return Tone::kPlain;
}

// Probabilities and similarities: ".97", near one ".998", always rounded so that nothing looks surer than it is.
std::string fraction(double value) {
  if (value >= 1) return "1";
  const double unit = value >= .99 ? 1000 : 100;
  const double parts = std::min(std::floor(std::max(value, 0.0) * unit + 1e-6), unit - 1);  // below 1, and said so
  return fmt::format("{:.{}f}", parts / unit, value >= .99 ? 3 : 2).substr(1);
}

// Printable, and no longer than any line: names run to megabytes in hostile files.
std::string clipped(std::string_view bytes) {
  return printable(bytes.substr(0, 1024));
}

// The report, section by section; each appends what it has to say and nothing where there is nothing.
class Report : TextWriter {
 public:
  Report(const Comparison& comparison, const TextOptions& options)
      : TextWriter(options), comparison_(comparison), figures_(figures_of(comparison)) {}

  std::string write() {
    verdict();
    key_figures();
    contradictions();
    shared_functions();
    files();
    library();
    traces();
    notes();
    failures();
    return std::move(out_);
  }

 private:
  void verdict() {
    const std::string title(dossier::heading(comparison_.verdict));
    out_ += ink_(tone_of(comparison_.verdict), ink_(Tone::kStrong, title)) + "\n";
    paragraph(printable(comparison_.verdict_text), 0);
  }

  void key_figures() {
    out_ += "\n";
    Table table(
        {{"", Align::kLeft, 0, false, Tone::kFaint}, {"A", Align::kLeft, 16, true}, {"B", Align::kLeft, 16, true}});
    const auto row = [&](std::string name, auto cell) { table.add({std::move(name), cell(true), cell(false)}); };
    const auto side = [&](bool a) -> const SideFigures& { return a ? figures_.a : figures_.b; };
    const auto samples = [&](bool a) -> const auto& { return a ? comparison_.a_samples : comparison_.b_samples; };
    row("", [&](bool a) { return printable(a ? comparison_.a : comparison_.b); });
    row("kind", [&](bool a) {
      const std::string kind = kind_text(samples(a));
      return side(a).files == 1 ? kind : fmt::format("{} files, {}", with_commas(side(a).files), kind);
    });
    row("size", [&](bool a) {
      return fmt::format("{}, {} of code", size_text(side(a).size_bytes), size_text(side(a).code_bytes));
    });
    row("functions", [&](bool a) {
      return fmt::format("{}, {} can be judged", with_commas(side(a).functions), with_commas(side(a).pairable));
    });
    row("shared", [&](bool a) {
      return fmt::format("{} of those, {}", percent_text(side(a).share), size_text(side(a).shared_bytes));
    });
    out_ += table.render(width_, 2, ink_);
    std::string sums = fmt::format("{} shared", with_commas(figures_.shared));
    if (figures_.shared > 0)
      sums += fmt::format(" (half of them at similarity {} or more)", fraction(figures_.median_similarity));
    sums += fmt::format(", {} unsure, {} library", with_commas(figures_.unsure), with_commas(figures_.library));
    Table rest({{"", Align::kLeft, 0, false, Tone::kFaint}, {"", Align::kLeft, 20}});
    rest.add({"pairs    ", sums});
    rest.add({"evidence", fmt::format("{:.0f} dB that the code has one source; probability {}", comparison_.evidence_db,
                                      fraction(comparison_.kinship))});
    out_ += rest.render(width_, 2, ink_);
  }

  void contradictions() {
    const std::vector<std::string> all = contradictions_of(comparison_);
    if (all.empty()) return;
    heading("Contradictions", "traces that do not fit each other or the code");
    const std::size_t shown = std::min(all.size(), top_);
    for (std::size_t i = 0; i < shown; ++i) {
      out_ += "  " + ink_(Tone::kBad, "!") + " " + wrap(printable(all[i]), prose_, 4) + "\n";
    }
    more(shown, all.size());
  }

  // "parse_config 0x401000", and the file before it where the side has several.
  std::string place(const FunctionSummary& function, const std::vector<SampleSummary>& samples, std::uint32_t sample) {
    std::string text = address_text(function.address);
    if (!function.name.empty()) text += " " + clipped(function.name);
    return samples.size() > 1 ? printable(base_name(path_of(samples, sample))) + ":" + text : text;
  }

  std::string why(const PairSummary& p) {
    std::string text = printable(p.reason);
    if (p.pair.relation == match::Relation::kContains) text = "A's holds B's and more; " + text;
    if (p.pair.relation == match::Relation::kInlined) text = "B's holds A's and more; " + text;
    if (p.pair.relation == match::Relation::kPiece) text = "one is a piece of the other; " + text;
    for (std::size_t i = 0; i < p.shared.size(); ++i) {
      text += (i == 0 ? ": " : ", ") + shorten(clipped(p.shared[i]), 40);
    }
    return text;
  }

  void shared_functions() {
    if (figures_.shared == 0) return;
    heading("Shared functions", with_commas(figures_.shared));
    paragraph("Best worth first. Alike: 0 to 1. Sure: the probability that the pair is right. Size: in instructions.",
              2, Tone::kFaint);
    // Where the line has room the reason is a column of its own, else it stands under the pair.
    const bool wide = width_ >= 150;
    std::vector<Column> columns = {{"worth", Align::kRight},      {"alike", Align::kRight},
                                   {"sure", Align::kRight},       {"size", Align::kRight},
                                   {"A", Align::kLeft, 18, true}, {"B", Align::kLeft, 18, true}};
    if (wide) columns.push_back({"why", Align::kLeft, 40, false, Tone::kFaint});
    Table table(std::move(columns));
    std::vector<const PairSummary*> shared;
    for (const PairSummary& p : comparison_.pairs) {
      if (class_of(p) == PairClass::kShared) shared.push_back(&p);
    }
    // They come by worth already, unless every function was judged alone.
    std::ranges::stable_sort(shared, std::ranges::greater{}, [](const PairSummary* p) { return p->pair.worth_db; });
    const std::size_t shown = std::min(shared.size(), top_);
    for (const PairSummary* pair : std::span(shared).first(shown)) {
      const PairSummary& p = *pair;
      const std::string size = p.a.instructions == p.b.instructions
                                   ? with_commas(p.a.instructions)
                                   : fmt::format("{}|{}", with_commas(p.a.instructions), with_commas(p.b.instructions));
      std::vector<std::string> cells = {fmt::format("{:.0f} dB", p.pair.worth_db),
                                        fraction(p.pair.similarity),
                                        fraction(p.pair.confidence),
                                        size,
                                        place(p.a, comparison_.a_samples, p.pair.a.sample),
                                        place(p.b, comparison_.b_samples, p.pair.b.sample)};
      if (wide) cells.push_back(why(p));
      table.add(std::move(cells), wide ? std::string() : why(p));
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, figures_.shared);
  }

  void files() {
    if (figures_.files.empty() || (figures_.a.files <= 1 && figures_.b.files <= 1)) return;
    heading("Which file shares code with which", fmt::format("{} pairs of files", with_commas(figures_.files.size())));
    Table table({{"worth", Align::kRight},
                 {"functions", Align::kRight},
                 {"A", Align::kLeft, 16, true},
                 {"B", Align::kLeft, 16, true}});
    const std::size_t shown = std::min(figures_.files.size(), top_);
    for (std::size_t i = 0; i < shown; ++i) {
      const FilePair& f = figures_.files[i];
      table.add({fmt::format("{:.0f} dB", f.worth_db), with_commas(f.functions),
                 printable(path_of(comparison_.a_samples, f.a)), printable(path_of(comparison_.b_samples, f.b))});
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, figures_.files.size());
  }

  void library() {
    if (figures_.library == 0) return;
    heading("Pairs with library code", fmt::format("{}, worth nothing", with_commas(figures_.library)));
    constexpr std::size_t kNames = 40;
    std::vector<std::string> names;
    std::size_t named = 0;
    for (const PairSummary& p : comparison_.pairs) {
      if (class_of(p) != PairClass::kLibrary) continue;
      const std::string& name = p.a.name.empty() ? p.b.name : p.a.name;
      if (name.empty()) continue;
      ++named;
      if (names.size() < std::min(kNames, top_ * 2)) names.push_back(shorten(clipped(name), 40));
    }
    std::string text = fmt::format("{}", fmt::join(names, ", "));
    if (named > names.size()) text += fmt::format(" … and {} more", with_commas(named - names.size()));
    const std::size_t unnamed = figures_.library - named;
    if (unnamed > 0) text += fmt::format("{}{} without a name", named > 0 ? ", and " : "", with_commas(unnamed));
    paragraph(text);
  }

  void traces() {
    if (comparison_.traces.empty()) return;
    heading("Traces on both sides", "hardest to forge first");
    const std::size_t shown = std::min(comparison_.traces.size(), top_);
    Table table({{"forging", Align::kLeft}, {"trace", Align::kLeft, 12}, {"value", Align::kLeft, 24, true}});
    for (std::size_t i = 0; i < shown; ++i) {
      const SharedTrace& t = comparison_.traces[i];
      std::string kind(image::to_string(t.kind));
      if (!t.key.empty()) kind += " " + printable(t.key);
      const bool equal = t.a == t.b;
      table.add(
          {std::string(evidence::to_string(t.forgeability)), kind, equal ? printable(t.a) : "A: " + printable(t.a)},
          equal ? printable(t.why) : std::string());
      if (!equal) table.add({"", "", "B: " + printable(t.b)}, printable(t.why));
    }
    out_ += table.render(width_, 2, ink_);
    more(shown, comparison_.traces.size());
  }

  void notes() {
    std::vector<std::string> lines;
    const auto collect = [&](std::string_view side, const std::vector<SampleSummary>& samples) {
      for (const SampleSummary& sample : samples) {
        const std::string who = printable(name_of(side, samples, sample));
        for (const image::Remark& remark : sample.remarks) {
          if (remark.kind == image::Remark::Kind::kContradiction) continue;  // said above
          lines.push_back(fmt::format("{}: {}", who, printable(remark.text)));
        }
        for (const std::string& diagnostic : sample.diagnostics) {
          lines.push_back(fmt::format("{}: {}", who, printable(diagnostic)));
        }
      }
    };
    collect("A", comparison_.a_samples);
    collect("B", comparison_.b_samples);
    if (lines.empty()) return;
    heading("Notes");
    const std::size_t shown = std::min(lines.size(), top_);
    for (std::size_t i = 0; i < shown; ++i) out_ += "  " + wrap(lines[i], prose_, 4) + "\n";
    more(shown, lines.size());
  }

  void failures() {
    if (comparison_.failures.empty()) return;
    heading("Could not be read");
    const std::size_t shown = std::min(comparison_.failures.size(), top_);
    for (std::size_t i = 0; i < shown; ++i) {
      const Error& e = comparison_.failures[i];
      const std::string where = e.where.empty() ? std::string() : printable(e.where) + ": ";
      out_ += "  " + ink_(Tone::kBad, "×") + " " + wrap(where + printable(e.message), prose_, 4) + "\n";
    }
    more(shown, comparison_.failures.size());
  }

  const Comparison& comparison_;
  const Figures figures_;
};

}  // namespace

std::string to_text(const Comparison& comparison, const TextOptions& options) {
  return Report(comparison, options).write();
}

}  // namespace samehand::dossier
