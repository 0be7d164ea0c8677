// What is to be weighed: exclusive hypotheses with priors, and items with a weight for each of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/evidence/weight.h"

namespace samehand::weigh {

// Why a part of a hypothesis's range moves by itself while the rest moves with its bloc. What the reasons are is the
// caller's.
inline constexpr std::size_t kOwnReasons = 2;

struct Hypothesis {
  std::string name;
  double prior = 0;  // 0…1, exclusive
  // What is uncertain of an item is uncertain for all hypotheses of one bloc at once: whoever works for a state leaves
  // the traces of that state, and how strong a trace is is one unknown. Their weights move together within their
  // ranges. 0: in no bloc.
  std::uint32_t bloc = 0;
  // Of a bloc, but Item::own[own - 1] of its range moves by itself; 0: none of it.
  std::uint8_t own = 0;
};

// How far a weight ranges below and above its mid by itself.
struct Own {
  double down_db = 0, up_db = 0;
};

struct Item {
  std::string name;
  std::string group;   // items of one dependence group are one observation told several times; empty: on its own
  std::string source;  // who or what it comes from, for sensitivity; empty: not known
  // By reason, of the ranges for hypotheses that have it as `own`: how much below and above the mid is for a reason
  // that the rest of the bloc does not share. What exceeds a range counts as all of it.
  std::array<Own, kOwnReasons> own{};
};

struct Problem {
  std::vector<Hypothesis> hypotheses;
  std::vector<Item> items;
  std::vector<evidence::Weight> weights;  // items x hypotheses, row-major

  std::span<const evidence::Weight> row(std::size_t item) const {
    return std::span(weights).subspan(item * hypotheses.size(), hypotheses.size());
  }
};

inline constexpr std::size_t kMaxHypotheses = 4096;
inline constexpr std::size_t kMaxWeights = 50'000'000;  // items times hypotheses: 1.2 GB
// Priors that people write down are rounded (.33 three times); what is further from 1 in sum is a contradiction.
inline constexpr double kPriorSumTolerance = .01;

// Whether `problem` can be weighed: two hypotheses at least, names that are there and differ, priors within (0, 1) that
// add up to 1, weights that are numbers in order and within kMaxWeightDb. The error says which one is wrong and what to
// do. kTooLarge beyond the limits above. Linear.
Result<void> check(const Problem& problem);

}  // namespace samehand::weigh
