// match() with every number of the matching laid open: for measuring, and for tests that switch parts off.
#pragma once

#include <functional>
#include <span>

#include "samehand/match/match.h"
#include "weights.h"

namespace samehand::match {

// Called with what ranking (rank.h) sees of every pair that it ranks, where it has the last word.
using RankingObserver = std::function<void(FunctionRef a, FunctionRef b, std::span<const float> inputs)>;

// How evaluation looks into ranking, and puts another network in its place.
struct RankingProbe {
  RankingObserver observe;  // called from the threads of options.parallel_for
  std::span<const float>
      aligned;  // network of aligned comparisons: kAlignedNetworkNumbers numbers; empty: the built-in
};

// As match(), which calls it with the parameters as they stand in weights.h.
Result<Matches> match_with(std::span<const feature::SampleFeatures* const> a,
                           std::span<const feature::SampleFeatures* const> b, const Options& options,
                           const Parameters& parameters, const RankingProbe& probe = {});

}  // namespace samehand::match
