// Scores as documented by PARC ("A Tool for Analyzing Competing Hypotheses", technical description of ACH 1.1) and by
// open-synthesis (sum of squared distances from neutral for inconsistent evidence; standard deviation as
// diagnosticity). What ACH counts and what it does not is in docs/case.md.
#include "samehand/weigh/ach.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace samehand::weigh {

std::string_view to_string(Rating rating) {
  constexpr std::string_view kNames[] = {"II", "I", "N", "C", "CC"};
  return kNames[static_cast<std::size_t>(rating)];
}

std::vector<Rating> rate(std::span<const evidence::Weight> row) {
  std::vector<Rating> out;
  if (row.empty()) return out;
  const auto [least, most] = std::ranges::minmax(row, {}, &evidence::Weight::mid_db);
  const double centre = (least.mid_db + most.mid_db) / 2;
  for (const evidence::Weight& w : row) {
    const double db = w.mid_db - centre;
    const int strength = std::abs(db) >= kStrongRatingDb ? 2 : std::abs(db) >= kRatingDb ? 1 : 0;
    out.push_back(static_cast<Rating>(static_cast<int>(Rating::kNeutral) + (db < 0 ? -strength : strength)));
  }
  return out;
}

double factor(Grade grade) {
  constexpr double kFactors[] = {std::numbers::sqrt2 / 2, 1, std::numbers::sqrt2};
  return kFactors[static_cast<std::size_t>(grade)];
}

AchMatrix score(std::vector<Rating> ratings, std::size_t hypotheses, std::span<const double> factors) {
  AchMatrix out{.ratings = std::move(ratings), .scores = std::vector<AchScore>(hypotheses), .diagnosticity = {}};
  const std::size_t items = hypotheses == 0 ? 0 : out.ratings.size() / hypotheses;
  for (std::size_t i = 0; i < items; ++i) {
    double sum = 0, squares = 0;
    for (std::size_t h = 0; h < hypotheses; ++h) {
      const int from_neutral = static_cast<int>(out.ratings[i * hypotheses + h]) - static_cast<int>(Rating::kNeutral);
      sum += from_neutral;
      squares += from_neutral * from_neutral;
      if (from_neutral >= 0) continue;
      AchScore& score = out.scores[h];
      ++score.inconsistent;
      score.inconsistency += from_neutral;
      score.weighted += from_neutral * (i < factors.size() ? factors[i] : 1);
      score.squared += from_neutral * from_neutral;
    }
    const double n = static_cast<double>(hypotheses), mean = sum / n;
    out.diagnosticity.push_back(std::sqrt(std::max(0.0, squares / n - mean * mean)));
  }
  return out;
}

AchMatrix ach(const Problem& problem, std::span<const double> factors) {
  std::vector<Rating> ratings;
  ratings.reserve(problem.weights.size());
  for (std::size_t i = 0; i < problem.items.size(); ++i)
    std::ranges::copy(rate(problem.row(i)), std::back_inserter(ratings));
  return score(std::move(ratings), problem.hypotheses.size(), factors);
}

}  // namespace samehand::weigh
