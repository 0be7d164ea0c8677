#include "describe.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace samehand::flow {
namespace {

constexpr std::size_t kLabelsShown = 4;

bool has_label(feature::Kind kind) {
  return kind == feature::Kind::kString || kind == feature::Kind::kImport || kind == feature::Kind::kTableString;
}

// In the order of match::Reason.
constexpr std::array<const char*, static_cast<int>(match::Reason::kCount)> kReasonNames = {
    "exact copy", "data flow", "strings", "constants", "imports", "data", "control flow", "neighbours"};

// The reasons that bear at least a tenth of the similarity, strongest first: "strings, data flow, neighbours".
std::string reason_text(const match::Pair& pair) {
  if (pair.reasons[static_cast<int>(match::Reason::kExactCopy)] > 0) return kReasonNames[0];
  std::array<int, static_cast<int>(match::Reason::kCount)> order;
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](int x, int y) { return pair.reasons[x] > pair.reasons[y]; });
  std::string text;
  for (const int reason : order) {
    if (pair.reasons[reason] < 0.1f && !text.empty()) break;
    if (pair.reasons[reason] <= 0) break;
    if (!text.empty()) text += ", ";
    text += kReasonNames[reason];
  }
  return text;
}

dossier::FunctionSummary summary_of(const feature::FunctionFeatures& f) {
  return {.address = f.address,
          .name = f.name,
          .size_bytes = f.size_bytes,
          .instructions = f.instructions,
          .blocks = f.blocks};
}

}  // namespace

PairDescriber::PairDescriber(std::vector<const feature::SampleFeatures*> a,
                             std::vector<const feature::SampleFeatures*> b)
    : a_(std::move(a)), b_(std::move(b)) {
  for (const auto* side : {&a_, &b_}) {
    for (const auto* sample : *side) {
      for (const auto& f : sample->features) {
        if (has_label(f.kind())) frequency_[f.id()]++;
      }
    }
  }
}

std::string_view PairDescriber::label_of(const feature::SampleFeatures& sample, std::uint64_t id) const {
  const auto it = std::ranges::lower_bound(sample.labels, id, {}, &std::pair<std::uint64_t, std::string>::first);
  if (it == sample.labels.end() || it->first != id) return {};
  return it->second;
}

std::vector<std::string> PairDescriber::shared_labels(const match::Pair& pair) const {
  const auto& sample_a = *a_[pair.a.sample];
  const auto& sample_b = *b_[pair.b.sample];
  const auto in_a = sample_a.features_of(sample_a.functions[pair.a.function]);
  const auto in_b = sample_b.features_of(sample_b.functions[pair.b.function]);
  std::vector<std::pair<std::uint32_t, std::uint64_t>> shared;  // frequency, id
  for (auto x = in_a.begin(), y = in_b.begin(); x != in_a.end() && y != in_b.end();) {
    if (x->id() < y->id()) {
      ++x;
    } else if (y->id() < x->id()) {
      ++y;
    } else {
      if (has_label(x->kind())) shared.emplace_back(frequency_.at(x->id()), x->id());
      ++x;
      ++y;
    }
  }
  std::ranges::sort(shared);
  std::vector<std::string> labels;
  for (const auto& [frequency, id] : shared) {
    const std::string_view label = label_of(sample_a, id);
    if (!label.empty() && std::ranges::find(labels, label) == labels.end()) labels.emplace_back(label);
    if (labels.size() == kLabelsShown) break;
  }
  return labels;
}

dossier::PairSummary PairDescriber::describe(const match::Pair& pair) const {
  dossier::PairSummary summary;
  summary.pair = pair;
  summary.a = summary_of(a_[pair.a.sample]->functions[pair.a.function]);
  summary.b = summary_of(b_[pair.b.sample]->functions[pair.b.function]);
  summary.reason = reason_text(pair);
  if (!pair.library) summary.shared = shared_labels(pair);
  return summary;
}

}  // namespace samehand::flow
