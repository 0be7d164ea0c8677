// Probabilities and confidence in the words of ICD 203, which must not stand in one sentence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/weigh/weigh.h"

namespace samehand::weigh {

// "almost no chance" 1-5 %, "very unlikely" 5-20, "unlikely" 20-45, "roughly even chance" 45-55, "likely" 55-80, "very
// likely" 80-95, "almost certain" 95-99 (Intelligence Community Directive 203, D.6.e.2). What lies beyond keeps the
// outermost word.
enum class Likelihood : std::uint8_t {
  kAlmostNoChance,
  kVeryUnlikely,
  kUnlikely,
  kRoughlyEven,
  kLikely,
  kVeryLikely,
  kAlmostCertain
};
Likelihood likelihood(double probability);
std::string_view to_string(Likelihood likelihood);

// How well founded the verdict is, whatever its probability.
enum class Confidence : std::uint8_t { kLow, kModerate, kHigh };
std::string_view to_string(Confidence confidence);

// Whoever thinks a prior four times greater or less is no fool.
inline constexpr double kNearPriorDb = 6;

struct Founded {
  Confidence confidence = Confidence::kLow;
  std::vector<std::string> reasons;  // sentences for people, those that lower it first
};
// By rule, so that nobody has to be trusted:
//   low       leaving out one item, group or source turns the ranking; or the interval covers more than three words; or
//             fewer than two independent items or groups tell for or against
//   high      no item, group or source turns it, not even within its range, nor do two together, nor does a prior that
//             is off by a factor of four; the interval covers two words at most; five independent items or groups and
//             more
//   moderate  else
Founded founded(const Outcome& outcome);

}  // namespace samehand::weigh
