// The matrix of the Analysis of Competing Hypotheses (Heuer 1999), beside the weighing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "samehand/weigh/problem.h"

namespace samehand::weigh {

// Ordered from the one end to the other; open-synthesis numbers them 1 to 5.
enum class Rating : std::uint8_t { kVeryInconsistent, kInconsistent, kNeutral, kConsistent, kVeryConsistent };
std::string_view to_string(Rating rating);  // "II", "I", "N", "C", "CC"

// Relative to the middle between the hypothesis that makes the item most probable and the one that makes it least: the
// former is consistent with it, the latter inconsistent, others as they are near the one or the other. That takes a
// spread of 2 dB between the two (odds of 1.6 to 1), and of 7 dB (5 to 1) for the stronger words. The median would not
// do: what points at one of many hypotheses is unexpected under all others, and would be inconsistent with none.
inline constexpr double kRatingDb = 1, kStrongRatingDb = 3.5;  // from the middle
std::vector<Rating> rate(std::span<const evidence::Weight> row);

// How much an item of evidence counts in the weighted score: a factor each for credibility and relevance, of 1/sqrt 2
// (low), 1 (medium) or sqrt 2 (high), as in PARC's ACH 1.1 and 2.0.
enum class Grade : std::uint8_t { kLow, kMedium, kHigh };
double factor(Grade grade);

struct AchScore {
  std::uint32_t inconsistent = 0;  // items rated I or II
  double inconsistency = 0;        // PARC: the sum of -1 for each I and -2 for each II
  double weighted = 0;             // PARC: the same, each times its factors
  double squared = 0;              // open-synthesis: the sum of squared distances from neutral, inconsistent ones only
};

struct AchMatrix {
  std::vector<Rating> ratings;        // items x hypotheses, row-major
  std::vector<AchScore> scores;       // one for each hypothesis; the least inconsistent leads
  std::vector<double> diagnosticity;  // one for each item: standard deviation of its ratings over the hypotheses
};

// `factors` holds credibility times relevance of each item; empty: 1 for all.
AchMatrix score(std::vector<Rating> ratings, std::size_t hypotheses, std::span<const double> factors = {});
// From weights.
AchMatrix ach(const Problem& problem, std::span<const double> factors = {});

}  // namespace samehand::weigh
