// Sums in decibans and what they mean as probabilities.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace samehand::weigh {

// A sum that keeps what rounding takes from it (Neumaier 1974), so that the order of a million items does not show.
class Sum {
 public:
  void add(double value) {
    const double sum = sum_ + value;
    rest_ += std::abs(sum_) >= std::abs(value) ? (sum_ - sum) + value : (value - sum) + sum_;
    sum_ = sum;
  }
  double value() const { return sum_ + rest_; }

 private:
  double sum_ = 0, rest_ = 0;
};

inline double ratio_of_db(double db) {
  return std::exp(db * 0.23025850929940457);
}  // ln 10 / 10
inline double db_of_ratio(double ratio) {
  return std::log10(ratio) * 10;
}

// Totals in decibans (log posteriors up to a constant) -> probabilities, without overflow.
void normalise(std::span<const double> totals_db, std::span<double> probabilities);

// The odds of hypothesis `h` against all others, in decibans.
double odds_db(std::span<const double> totals_db, std::size_t h);

// The greatest, and the greatest of the rest; ties go to the first.
struct Leaders {
  std::size_t first = 0, second = 0;
};
Leaders leaders(std::span<const double> totals_db);

}  // namespace samehand::weigh
