// match() with every number of the matching laid open: for measuring, and for tests that switch parts off.
#pragma once

#include <span>

#include "samehand/match/match.h"
#include "weights.h"

namespace samehand::match {

// As match(), which calls it with the parameters as they stand in weights.h.
Result<Matches> match_with(std::span<const feature::SampleFeatures* const> a,
                           std::span<const feature::SampleFeatures* const> b, const Options& options,
                           const Parameters& parameters);

}  // namespace samehand::match
