#include "samehand/dossier/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "figures.h"

namespace samehand::dossier {
namespace {

bool unreadable(const SideFigures& side, bool anything_paired) {
  if (side.functions == 0) return true;
  return side.pairable == 0 && side.library_functions == 0 && !anything_paired;
}

Verdict verdict_of(const Comparison& comparison, const Figures& figures) {
  const bool paired = !comparison.pairs.empty();
  if (unreadable(figures.a, paired) || unreadable(figures.b, paired)) return Verdict::kNotComparable;
  if (figures.shared == 0) return figures.library > 0 ? Verdict::kOnlyLibrary : Verdict::kNothing;
  if (comparison.kinship < kKinship) return Verdict::kLittleShared;
  // The side with more functions has the smaller share.
  return std::min(figures.a.share, figures.b.share) >= kSameProgramShare ? Verdict::kSameProgram : Verdict::kSharedCode;
}

std::string same_program(const Figures& f) {
  return fmt::format(
      "A and B are builds or versions of one program: {} are found on both sides, {} of those of A that can be judged "
      "and {} of B's.",
      count_text(f.shared, "function"), percent_text(f.a.share), percent_text(f.b.share));
}

std::string shared_code(const Figures& f, double evidence_db) {
  const bool a_in_b = f.a.share >= f.b.share;
  const SideFigures& inner = a_in_b ? f.a : f.b;
  const SideFigures& outer = a_in_b ? f.b : f.a;
  const std::string_view inner_name = a_in_b ? "A" : "B", outer_name = a_in_b ? "B" : "A";
  if (inner.share >= kContainedShare) {
    return fmt::format(
        "Nearly all of {} is found in {}: {}, {} of its own that can be judged. {} has much besides; these are {} of "
        "its own.",
        inner_name, outer_name, count_text(f.shared, "function"), percent_text(inner.share), outer_name,
        percent_text(outer.share));
  }
  return fmt::format(
      "A and B share source code of their own: {} ({} of those of A that can be judged, {} of B's), together worth "
      "{:.0f} dB. Unrelated programs do not have that in common.",
      count_text(f.shared, "function"), percent_text(f.a.share), percent_text(f.b.share), evidence_db);
}

std::string little_shared(const Figures& f, double evidence_db) {
  return fmt::format(
      "A and B have {} in common that {} not known library code, together worth {:.0f} dB. That is too little to say "
      "that they share a source.",
      count_text(f.shared, "function"), f.shared == 1 ? "is" : "are", evidence_db);
}

std::string not_comparable(const Figures& f, bool paired) {
  const bool a = unreadable(f.a, paired), b = unreadable(f.b, paired);
  const std::string_view who = a && b ? "A and B" : a ? "A" : "B";
  const bool any_function = (a && f.a.functions > 0) || (b && f.b.functions > 0);
  return fmt::format("{} cannot be compared by code: {}.", who,
                     any_function ? "too few functions of a size that can be judged were found there"
                                  : "no code that Samehand reads was found there");
}

// Files that stand on both sides byte for byte, by where A has them.
struct SameFiles {
  std::vector<std::string_view> names;
  bool all = false;  // neither side has another one
};

SameFiles same_files(const Comparison& comparison) {
  std::map<std::string_view, std::string_view> a, b;  // the parts of a fat file carry the hash of the whole
  for (const SampleSummary& sample : comparison.a_samples) a.emplace(sample.sha256, base_name(sample.path));
  for (const SampleSummary& sample : comparison.b_samples) b.emplace(sample.sha256, base_name(sample.path));
  a.erase(std::string_view());
  b.erase(std::string_view());
  SameFiles same;
  for (const auto& [sha256, name] : a) {
    if (b.contains(sha256)) same.names.push_back(name);
  }
  same.all = !a.empty() && same.names.size() == a.size() && same.names.size() == b.size();
  return same;
}

std::string same_files_text(const SameFiles& same) {
  constexpr std::size_t kNames = 3;
  const std::size_t n = same.names.size();
  if (n == 0) return {};
  if (same.all) return fmt::format("A and B are the same {}, byte for byte.", n == 1 ? "file" : count_text(n, "file"));
  std::string names;
  for (std::size_t i = 0; i < std::min(n, kNames); ++i) names += (i == 0 ? "" : ", ") + std::string(same.names[i]);
  if (n > kNames) names += fmt::format(" and {} more", n - kNames);
  return fmt::format("{} {} on both sides, byte for byte ({}). ", count_text(n, "file"), n == 1 ? "stands" : "stand",
                     names);
}

// What stands between the reader and trusting the verdict: files that are not what they look like.
std::string caveats(const Comparison& comparison) {
  std::string text;
  const auto side = [&](std::string_view name, const std::vector<SampleSummary>& samples) {
    std::size_t packed = 0, dotnet = 0;
    for (const SampleSummary& sample : samples) {
      const auto has = [&](image::Remark::Kind kind) {
        return std::ranges::any_of(sample.remarks, [&](const image::Remark& r) { return r.kind == kind; });
      };
      packed += has(image::Remark::Kind::kPacked);
      dotnet += has(image::Remark::Kind::kDotNet);
    }
    const auto which = [&](std::size_t n) {
      return samples.size() == 1
                 ? fmt::format("{} is", name)
                 : fmt::format("{} of {}'s {} files {}", n, name, samples.size(), n == 1 ? "is" : "are");
    };
    if (packed > 0)
      text += fmt::format(" {} packed by the look of it: only the unpacking code was judged.", which(packed));
    if (dotnet > 0) text += fmt::format(" {} .NET: its managed code was not judged.", which(dotnet));
  };
  side("A", comparison.a_samples);
  side("B", comparison.b_samples);
  if (!comparison.failures.empty()) {
    text += fmt::format(" {} could not be read.", count_text(comparison.failures.size(), "input"));
  }
  return text;
}

}  // namespace

void decide(Comparison& comparison) {
  const Figures figures = figures_of(comparison);
  const bool paired = !comparison.pairs.empty();
  comparison.verdict = verdict_of(comparison, figures);
  const SameFiles same = same_files(comparison);
  if (same.all) {
    comparison.verdict = Verdict::kSameProgram;
    comparison.verdict_text = same_files_text(same) + caveats(comparison);
    return;
  }
  std::string text = same_files_text(same);
  switch (comparison.verdict) {
    case Verdict::kSameProgram:
      text += same_program(figures);
      break;
    case Verdict::kSharedCode:
      text += shared_code(figures, comparison.evidence_db);
      break;
    case Verdict::kLittleShared:
      text += little_shared(figures, comparison.evidence_db);
      break;
    case Verdict::kOnlyLibrary:
      text += fmt::format(
          "All that A and B have in common is code of compilers' runtimes or well-known libraries ({}). That says "
          "nothing about who wrote them.",
          count_text(figures.library, "function"));
      break;
    case Verdict::kNothing:
      text += fmt::format("No code in common was found: {} of A and {} of B were judged.",
                          count_text(figures.a.pairable, "function"), with_commas(figures.b.pairable));
      if (figures.unsure > 0) {
        text += fmt::format(" {} no more than {} each other.", count_text(figures.unsure, "pair"),
                            figures.unsure == 1 ? "resembles" : "resemble");
      }
      break;
    case Verdict::kNotComparable:
      text += not_comparable(figures, paired);
      break;
  }
  comparison.verdict_text = text + caveats(comparison);
}

std::string_view heading(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSameProgram:
      return "Same program";
    case Verdict::kSharedCode:
      return "Shared code";
    case Verdict::kLittleShared:
      return "Little shared";
    case Verdict::kOnlyLibrary:
      return "Only library code shared";
    case Verdict::kNothing:
      return "Nothing shared";
    case Verdict::kNotComparable:
      return "Not comparable";
  }
  return "Unknown";
}

}  // namespace samehand::dossier
