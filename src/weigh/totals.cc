#include "totals.h"

#include <algorithm>

namespace samehand::weigh {

void normalise(std::span<const double> totals_db, std::span<double> probabilities) {
  const double top = *std::ranges::max_element(totals_db);
  double sum = 0;
  for (std::size_t h = 0; h < totals_db.size(); ++h) sum += probabilities[h] = ratio_of_db(totals_db[h] - top);
  for (double& p : probabilities) p /= sum;
}

double odds_db(std::span<const double> totals_db, std::size_t h) {
  double top = -HUGE_VAL;
  for (std::size_t r = 0; r < totals_db.size(); ++r) {
    if (r != h) top = std::max(top, totals_db[r]);
  }
  double sum = 0;
  for (std::size_t r = 0; r < totals_db.size(); ++r) {
    if (r != h) sum += ratio_of_db(totals_db[r] - top);
  }
  return totals_db[h] - top - db_of_ratio(sum);
}

Leaders leaders(std::span<const double> totals_db) {
  Leaders out{0, 1};
  if (totals_db[1] > totals_db[0]) out = {1, 0};
  for (std::size_t h = 2; h < totals_db.size(); ++h) {
    if (totals_db[h] > totals_db[out.first])
      out = {h, out.first};
    else if (totals_db[h] > totals_db[out.second])
      out.second = h;
  }
  return out;
}

}  // namespace samehand::weigh
