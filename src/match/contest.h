// How contested a pair is: what else its two functions might have been paired with.
#pragma once

#include <cstdint>
#include <vector>

#include "align.h"
#include "weights.h"

namespace samehand::match {

struct Contest {
  // Lead of the two bodies over the best other candidate of either, neighbours not counted: 1 without a rival, 0 when
  // the best rival is as good, below 0 when the pair owes its place to its neighbours.
  float body_margin_a = 1, body_margin_b = 1;
  // Other candidates of either function whose whole score reaches kRivalShare of the pair's.
  std::uint32_t rivals_a = 0, rivals_b = 0;
};

inline constexpr float kRivalShare = .7f;

// Of each function of A that has a partner. Linear in candidates.
std::vector<Contest> contests(const Alignment& alignment, std::size_t functions_b, const Parameters& parameters);

}  // namespace samehand::match
