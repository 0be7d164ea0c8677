#include "samehand/weigh/problem.h"

#include <fmt/format.h>

#include <cmath>
#include <unordered_set>

namespace samehand::weigh {
namespace {

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

}  // namespace

Result<void> check(const Problem& problem) {
  const std::size_t count = problem.hypotheses.size();
  if (count == 0) return wrong("there are no hypotheses to choose from");
  if (count == 1) {
    return wrong(
        fmt::format("\"{}\" is the only hypothesis: there is nothing to weigh it against; add \"none of "
                    "these\" at least",
                    problem.hypotheses[0].name));
  }
  if (count > kMaxHypotheses)
    return fail(ErrorCode::kTooLarge, fmt::format("{} hypotheses; at most {} are weighed", count, kMaxHypotheses));
  if (problem.weights.size() != problem.items.size() * count)
    return wrong("each item needs one weight for each hypothesis");
  if (problem.weights.size() > kMaxWeights) {
    return fail(ErrorCode::kTooLarge, fmt::format("{} items for {} hypotheses; at most {} weights are held",
                                                  problem.items.size(), count, kMaxWeights));
  }
  std::unordered_set<std::string> names;
  double sum = 0;
  for (const Hypothesis& h : problem.hypotheses) {
    if (h.name.empty()) return wrong("a hypothesis has no name");
    if (!names.insert(h.name).second) return wrong(fmt::format("two hypotheses are called \"{}\"", h.name));
    if (!std::isfinite(h.prior) || h.prior < 0 || h.prior > 1)
      return wrong(fmt::format("the prior of \"{}\" is {}; it must lie between 0 and 1", h.name, h.prior));
    if (h.prior == 0 || h.prior == 1) {
      return wrong(
          fmt::format("the prior of \"{}\" is {}: no evidence could ever change that; take a small number, or leave "
                      "the hypothesis out",
                      h.name, h.prior));
    }
    sum += h.prior;
  }
  if (std::abs(sum - 1) > kPriorSumTolerance) {
    return wrong(fmt::format(
        "the priors contradict each other: they add up to {:.4g}, and exclusive hypotheses' must add up to 1", sum));
  }
  for (std::size_t i = 0; i < problem.weights.size(); ++i) {
    const evidence::Weight& w = problem.weights[i];
    const auto where = [&] {
      return fmt::format("the weight of \"{}\" for \"{}\"", problem.items[i / count].name,
                         problem.hypotheses[i % count].name);
    };
    if (!std::isfinite(w.low_db) || !std::isfinite(w.mid_db) || !std::isfinite(w.high_db))
      return wrong(where() + " is not a number");
    if (w.low_db > w.mid_db || w.mid_db > w.high_db) {
      return wrong(where() + fmt::format(" is [{}, {}, {}]; it must be [low, mid, high] in ascending order", w.low_db,
                                         w.mid_db, w.high_db));
    }
    if (w.low_db < -evidence::kMaxWeightDb || w.high_db > evidence::kMaxWeightDb) {
      return wrong(where() + fmt::format(" is beyond {} dB: as good as a likelihood of 0 or 1, which no evidence could "
                                         "ever make up for",
                                         evidence::kMaxWeightDb));
    }
  }
  return {};
}

}  // namespace samehand::weigh
