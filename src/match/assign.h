// One partner each: from candidate lists to a one-to-one assignment.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "candidates.h"

namespace samehand::match {

inline constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

struct Assignment {
  std::vector<std::uint32_t> partner_of_a, partner_of_b;  // kNobody where there is none
  // Of each function of A that has a partner:
  std::vector<float> score;
  std::vector<float> margin_a, margin_b;  // how far the pair leads each side's best alternative, relative to its score
                                          // (1: no alternative; below 0: the alternative was better but taken)

  float margin(std::uint32_t a) const { return std::min(margin_a[a], margin_b[a]); }
};

// Greedy: the best-scoring pair first, then the best of what is left; then exchanges that raise the sum of squares.
// Ties: smaller function of A, then of B.
Assignment assign(std::span<const std::vector<Candidate>> candidates, std::size_t functions_b);

// Sets the scores and margins of an assignment to what `candidates` say.
void measure(std::span<const std::vector<Candidate>> candidates, Assignment& assignment);

}  // namespace samehand::match
