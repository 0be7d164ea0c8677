// Problem: weights are ranges, not numbers; what does that leave of the posterior?
//
// Method: Monte Carlo. In each draw every unit's weight for every hypothesis is drawn from the triangle over
// [low, mid, high], by itself; the totals give a posterior; its 5th and 95th percentile over the draws are the
// interval. Random numbers are a hash of seed, unit, hypothesis and draw (Stafford's mix), not a stream: adding an item
// that says nothing, or changing the order, leaves all other draws as they were. Triangles need no more than a square
// root, which is the same on every machine.
//
// Of many units only the widest are drawn one by one. The sum of all others is nearly normal (they are many, and each
// is small against the sum): it is drawn as one with their mean and variance, as the sum of twelve uniform numbers less
// six, which is close to normal within the percentiles that are used.
//
// Cost: bounded by kDraws random numbers and draws x hypotheses exponentials.
#include "simulate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "samehand/base/hash.h"
#include "totals.h"

namespace samehand::weigh {
namespace {

constexpr std::size_t kDraws = 10'000'000;  // random numbers, some 50 ms
constexpr std::size_t kMinUnits = 32;       // drawn one by one at least, however many hypotheses there are

double uniform(std::uint64_t key, std::uint64_t draw) {
  return static_cast<double>(mix64(key + draw * 0x9e3779b97f4a7c15ull) >> 11) * 0x1p-53;
}

double triangle(const evidence::Weight& w, double u) {
  const double width = w.high_db - w.low_db, left = w.mid_db - w.low_db;
  if (u * width < left) return w.low_db + std::sqrt(u * width * left);
  return w.high_db - std::sqrt((1 - u) * width * (w.high_db - w.mid_db));
}

double triangle_mean(const evidence::Weight& w) {
  return (w.low_db + w.mid_db + w.high_db) / 3;
}

double triangle_variance(const evidence::Weight& w) {
  const double a = w.mid_db - w.low_db, b = w.high_db - w.mid_db;
  return (a * a + b * b + a * b) / 18;
}

double spread(std::span<const evidence::Weight> weights) {
  double sum = 0;
  for (const evidence::Weight& w : weights) sum += triangle_variance(w);
  return sum;
}

}  // namespace

void simulate(const Problem& problem, const Units& units, std::span<const double> prior_db, const Options& options,
              std::vector<Posterior>& posterior) {
  const std::size_t hypotheses = problem.hypotheses.size(), draws = options.draws;
  for (Posterior& p : posterior) p.low = p.high = p.mid;
  if (draws == 0) return;

  // What is fixed, what is drawn one by one, what is drawn as one.
  std::vector<double> spreads(units.size());
  std::vector<std::size_t> wide;
  std::vector<Sum> fixed(hypotheses);
  for (std::size_t h = 0; h < hypotheses; ++h) fixed[h].add(prior_db[h]);
  for (std::size_t u = 0; u < units.size(); ++u) {
    const auto weights = units.weights(u);
    spreads[u] = spread(weights);
    if (spreads[u] > 0) {
      wide.push_back(u);
    } else {
      for (std::size_t h = 0; h < hypotheses; ++h) fixed[h].add(weights[h].mid_db);
    }
  }
  const std::size_t single = std::max(kMinUnits, kDraws / (draws * hypotheses));
  std::ranges::sort(wide, [&](std::size_t a, std::size_t b) {
    return spreads[a] != spreads[b] ? spreads[a] > spreads[b] : units[a].key < units[b].key;
  });
  std::vector<Sum> mean(hypotheses), variance(hypotheses);
  for (std::size_t k = single; k < wide.size(); ++k) {
    const auto weights = units.weights(wide[k]);
    for (std::size_t h = 0; h < hypotheses; ++h) {
      mean[h].add(triangle_mean(weights[h]));
      variance[h].add(triangle_variance(weights[h]));
    }
  }
  wide.resize(std::min(wide.size(), single));
  if (wide.empty()) {
    posterior[static_cast<std::size_t>(std::ranges::max_element(posterior, {}, &Posterior::mid) - posterior.begin())]
        .first = 1;
    return;
  }

  std::vector<double> totals(draws * hypotheses);  // draws x hypotheses
  for (std::size_t h = 0; h < hypotheses; ++h) {
    const std::uint64_t name = combine64(options.seed, hash64(problem.hypotheses[h].name));
    const double start = fixed[h].value() + mean[h].value(), deviation = std::sqrt(variance[h].value());
    for (std::size_t t = 0; t < draws; ++t) {
      double& total = totals[t * hypotheses + h];
      total = start;
      if (deviation == 0) continue;
      double sum = -6;
      for (std::uint64_t k = 0; k < 12; ++k) sum += uniform(combine64(name, k), t);
      total += deviation * sum;
    }
    for (const std::size_t u : wide) {
      const evidence::Weight& w = units.weights(u)[h];
      if (w.low_db == w.high_db) {
        for (std::size_t t = 0; t < draws; ++t) totals[t * hypotheses + h] += w.mid_db;
        continue;
      }
      const std::uint64_t key = combine64(name, units[u].key);
      for (std::size_t t = 0; t < draws; ++t) totals[t * hypotheses + h] += triangle(w, uniform(key, t));
    }
  }

  std::vector<std::size_t> firsts(hypotheses);
  for (std::size_t t = 0; t < draws; ++t) {
    const std::span row(totals.data() + t * hypotheses, hypotheses);
    ++firsts[static_cast<std::size_t>(std::ranges::max_element(row) - row.begin())];
    normalise(row, row);
  }
  std::vector<double> column(draws);
  const auto at = [&](double part) { return static_cast<std::size_t>(part * static_cast<double>(draws - 1) + .5); };
  for (std::size_t h = 0; h < hypotheses; ++h) {
    for (std::size_t t = 0; t < draws; ++t) column[t] = totals[t * hypotheses + h];
    const auto percentile = [&](double part) {
      const auto place = column.begin() + static_cast<std::ptrdiff_t>(at(part));
      std::ranges::nth_element(column, place);
      return *place;
    };
    posterior[h].low = std::min(posterior[h].mid, percentile(.05));
    posterior[h].high = std::max(posterior[h].mid, percentile(.95));
    posterior[h].first = static_cast<double>(firsts[h]) / static_cast<double>(draws);
  }
}

}  // namespace samehand::weigh
