// What can turn the ranking: by itself (sensitivity.cc), or two together (pairs.cc).
#pragma once

#include <span>
#include <vector>

#include "samehand/weigh/weigh.h"
#include "units.h"

namespace samehand::weigh {

std::vector<Flip> find_flips(const Problem& problem, const Units& units, std::span<const double> totals_db,
                             std::size_t leader);

std::vector<PairFlip> find_pairs(const Units& units, std::span<const double> totals_db, std::size_t leader);

}  // namespace samehand::weigh
