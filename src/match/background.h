// How common a feature is in ordinary programs.
#pragma once

#include <cstdint>
#include <vector>

#include "samehand/feature/feature.h"

namespace samehand::match {

class Background {
 public:
  Background();

  // The share of ordinary programs' functions that have the feature: 1/2000 and more as counted, kUncommon for others.
  float share(std::uint64_t feature_id) const;

  static constexpr float kUncommon = 1.f / 10'000;

 private:
  std::vector<std::uint64_t> slots_;  // open addressing over the table's entries, 0: free
};

}  // namespace samehand::match
