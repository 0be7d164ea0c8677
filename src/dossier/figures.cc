#include "figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace samehand::dossier {
namespace {

SideFigures side_of(const std::vector<SampleSummary>& samples, std::uint32_t pairable) {
  SideFigures side;
  side.files = samples.size();
  side.pairable = pairable;
  for (const SampleSummary& sample : samples) {
    side.size_bytes += sample.size_bytes;
    side.code_bytes += sample.code_bytes;
    side.functions += sample.functions;
    side.library_functions += sample.library_functions;
  }
  return side;
}

}  // namespace

PairClass class_of(const PairSummary& pair) {
  if (pair.pair.library) return PairClass::kLibrary;
  return pair.pair.reported ? PairClass::kShared : PairClass::kUnsure;
}

Figures figures_of(const Comparison& comparison) {
  Figures figures;
  figures.a = side_of(comparison.a_samples, comparison.pairable_a);
  figures.b = side_of(comparison.b_samples, comparison.pairable_b);
  std::map<std::pair<std::uint32_t, std::uint32_t>, FilePair> files;
  std::vector<float> similarities;
  for (const PairSummary& p : comparison.pairs) {
    const PairClass kind = class_of(p);
    figures.library += kind == PairClass::kLibrary;
    figures.unsure += kind == PairClass::kUnsure;
    if (kind != PairClass::kShared) continue;
    ++figures.shared;
    figures.a.shared_bytes += p.a.size_bytes;
    figures.b.shared_bytes += p.b.size_bytes;
    similarities.push_back(p.pair.similarity);
    FilePair& file = files[{p.pair.a.sample, p.pair.b.sample}];
    file.a = p.pair.a.sample;
    file.b = p.pair.b.sample;
    ++file.functions;
    file.worth_db += p.pair.worth_db;
  }
  // The share is of functions that could be judged; a pair of one that could not (a small one beside matched
  // neighbours) may not push it past the whole.
  const auto share = [&](std::uint32_t pairable) {
    return pairable == 0 ? 0.0 : std::min(1.0, static_cast<double>(figures.shared) / pairable);
  };
  figures.a.share = share(figures.a.pairable);
  figures.b.share = share(figures.b.pairable);
  for (const auto& [key, file] : files) figures.files.push_back(file);
  std::ranges::stable_sort(figures.files, std::ranges::greater{}, &FilePair::worth_db);
  if (!similarities.empty()) {
    const auto middle = similarities.begin() + static_cast<std::ptrdiff_t>(similarities.size() / 2);
    std::ranges::nth_element(similarities, middle);
    figures.median_similarity = *middle;
  }
  return figures;
}

std::string with_commas(std::uint64_t n) {
  const std::string digits = std::to_string(n);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string count_text(std::uint64_t n, std::string_view one, std::string_view many) {
  if (n != 1 && many.empty()) return fmt::format("{} {}s", with_commas(n), one);
  return fmt::format("{} {}", with_commas(n), n == 1 ? one : many);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  std::string_view unit;
  for (const std::string_view next : {"kB", "MB", "GB", "TB"}) {
    if (!unit.empty() && value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return value < 9.95 ? fmt::format("{:.1f} {}", value, unit) : fmt::format("{:.0f} {}", value, unit);
}

std::string percent_text(double share) {
  if (share >= .995 && share < 1) return "over 99 %";
  if (share > 0 && share < .005) return "under 1 %";
  return fmt::format("{:.0f} %", std::round(share * 100));
}

std::string kind_text(const SampleSummary& sample) {
  return fmt::format("{} {}", image::to_string(sample.format), image::to_string(sample.architecture));
}

std::string kind_text(const std::vector<SampleSummary>& samples) {
  if (samples.empty()) return "nothing readable";
  const std::string first = kind_text(samples.front());
  const bool same = std::ranges::all_of(samples, [&](const SampleSummary& s) { return kind_text(s) == first; });
  return same ? first : "mixed kinds";
}

std::string address_text(std::uint64_t address) {
  return fmt::format("0x{:x}", address);
}

std::string function_text(const FunctionSummary& function) {
  return function.name.empty() ? address_text(function.address) : function.name;
}

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSameProgram:
      return "same_program";
    case Verdict::kSharedCode:
      return "shared_code";
    case Verdict::kLittleShared:
      return "little_shared";
    case Verdict::kOnlyLibrary:
      return "only_library";
    case Verdict::kNothing:
      return "nothing";
    case Verdict::kNotComparable:
      return "not_comparable";
  }
  return "unknown";
}

std::string_view word(match::Relation relation) {
  switch (relation) {
    case match::Relation::kSame:
      return "same";
    case match::Relation::kContains:
      return "contains";
    case match::Relation::kInlined:
      return "inlined";
    case match::Relation::kPiece:
      return "piece";
  }
  return "unknown";
}

std::string_view word(image::Remark::Kind kind) {
  switch (kind) {
    case image::Remark::Kind::kPacked:
      return "packed";
    case image::Remark::Kind::kDotNet:
      return "dotnet";
    case image::Remark::Kind::kGo:
      return "go";
    case image::Remark::Kind::kRust:
      return "rust";
    case image::Remark::Kind::kDamaged:
      return "damaged";
    case image::Remark::Kind::kContradiction:
      return "contradiction";
    case image::Remark::Kind::kMissing:
      return "missing";
    case image::Remark::Kind::kForeign:
      return "foreign";
  }
  return "unknown";
}

std::string_view word(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kUnreadable:
      return "unreadable";
    case ErrorCode::kNotSupported:
      return "not_supported";
    case ErrorCode::kMalformed:
      return "malformed";
    case ErrorCode::kTruncated:
      return "truncated";
    case ErrorCode::kEncrypted:
      return "encrypted";
    case ErrorCode::kTooLarge:
      return "too_large";
    case ErrorCode::kCrashed:
      return "crashed";
    case ErrorCode::kTimedOut:
      return "timed_out";
  }
  return "unknown";
}

std::string_view word(match::Reason reason) {
  switch (reason) {
    case match::Reason::kExactCopy:
      return "exact_copy";
    case match::Reason::kDataFlow:
      return "data_flow";
    case match::Reason::kStrings:
      return "strings";
    case match::Reason::kConstants:
      return "constants";
    case match::Reason::kImports:
      return "imports";
    case match::Reason::kData:
      return "data";
    case match::Reason::kControlFlow:
      return "control_flow";
    case match::Reason::kNeighbours:
      return "neighbours";
    case match::Reason::kCount:
      break;
  }
  return "unknown";
}

std::string_view base_name(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos || slash + 1 == path.size() ? path : path.substr(slash + 1);
}

std::string name_of(std::string_view side, const std::vector<SampleSummary>& samples, const SampleSummary& sample) {
  return samples.size() == 1 ? std::string(side) : fmt::format("{} {}", side, base_name(sample.path));
}

std::vector<std::string> contradictions_of(const Comparison& comparison) {
  std::vector<std::string> all = comparison.contradictions;
  const auto collect = [&](std::string_view side, const std::vector<SampleSummary>& samples) {
    for (const SampleSummary& sample : samples) {
      for (const image::Remark& remark : sample.remarks) {
        if (remark.kind != image::Remark::Kind::kContradiction) continue;
        const auto says_it = [&](const std::string& known) { return known.contains(remark.text); };
        if (std::ranges::none_of(comparison.contradictions, says_it)) {
          all.push_back(fmt::format("{}: {}", name_of(side, samples, sample), remark.text));
        }
      }
    }
  };
  collect("A", comparison.a_samples);
  collect("B", comparison.b_samples);
  return all;
}

std::string_view path_of(const std::vector<SampleSummary>& samples, std::uint32_t index) {
  return index < samples.size() ? std::string_view(samples[index].path) : std::string_view();
}

}  // namespace samehand::dossier
