// Words for a matched pair: what made it, and which rare strings and imports both functions refer to.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "samehand/dossier/comparison.h"
#include "samehand/feature/feature.h"

namespace samehand::flow {

class PairDescriber {
 public:
  // Borrows both toolkits' features.
  PairDescriber(std::vector<const feature::SampleFeatures*> a, std::vector<const feature::SampleFeatures*> b);

  dossier::PairSummary describe(const match::Pair& pair) const;

 private:
  std::vector<std::string> shared_labels(const match::Pair& pair) const;
  std::string_view label_of(const feature::SampleFeatures& sample, std::uint64_t id) const;

  std::vector<const feature::SampleFeatures*> a_, b_;
  std::unordered_map<std::uint64_t, std::uint32_t> frequency_;  // functions that refer to a labelled feature
};

}  // namespace samehand::flow
