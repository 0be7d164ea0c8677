// What an item says for one hypothesis.
#pragma once

namespace samehand::evidence {

// 10 log10 of a likelihood ratio, in decibans, as a range: P(item | this hypothesis) over P(item | a reference that is
// the same for all hypotheses of the item). Only differences between hypotheses mean anything; 0 for all of them is an
// item that says nothing. +10 dB: ten times as probable as under the reference; `low` and `high` are the least and the
// most that can reasonably be held.
struct Weight {
  double low_db = 0, mid_db = 0, high_db = 0;
  friend bool operator==(const Weight&, const Weight&) = default;
};

// Certainty cannot be bought by one item (Cromwell's rule): nothing weighs more than odds of 10^30 to 1.
inline constexpr double kMaxWeightDb = 300;

}  // namespace samehand::evidence
