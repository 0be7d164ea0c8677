// Problem: weights are ranges, not numbers; what does that leave of the posterior?
//
// Method: Monte Carlo. In each draw every unit's weight for every hypothesis is drawn from the triangle over
// [low, mid, high]; the totals give a posterior; its 5th and 95th percentile over the draws are the interval.
// Hypotheses of one bloc take one random number for each unit, all others their own: evidence that names a state is
// strong or weak for the state and for those who work for it at once, and cannot in one draw be strong for the one and
// weak for the other. Where a part of a range moves by itself (how probable it is that somebody planted it), the rest
// is drawn with the bloc, from the triangle without that part, and the part is added, from a triangle about 0. Random
// numbers are a hash of seed, unit, bloc or hypothesis, and draw (Stafford's mix), not a stream: adding an item that
// says nothing, or changing the order, leaves all other draws as they were. Triangles need no more than a square root,
// which is the same on every machine.
//
// Of many units only the widest are drawn one by one. The sum of all others is nearly normal (they are many, and each
// is small against the sum): it is drawn as one with their mean and variance, as the sum of twelve uniform numbers less
// six, which is close to normal within the percentiles that are used. Within a bloc these sums take one number too: as
// if the units' ranges were in proportion for all of the bloc, as those of the default tables nearly are.
//
// Example: one item, the accused 10 to 30 dB with 20 in the middle, its proxies 9 to 29. In a draw that makes it 25 for
// the one it is 24 for the others: 1 dB between them in each draw, where independent draws would leave up to 20.
//
// Cost: bounded by kDraws random numbers and draws x hypotheses exponentials.
#include "simulate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

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

// A weight's range as the part that its bloc shares and the part that moves by itself.
struct Parts {
  evidence::Weight shared;
  evidence::Weight own;  // about 0
};
Parts parts_of(const Units& units, std::size_t u, std::size_t h) {
  const evidence::Weight& w = units.weights(u)[h];
  const Own own = units.own(u, h);
  return {{std::min(w.low_db + own.down_db, w.mid_db), w.mid_db, std::max(w.high_db - own.up_db, w.mid_db)},
          {-own.down_db, 0, own.up_db}};
}

double spread(std::span<const evidence::Weight> weights) {
  double sum = 0;
  for (const evidence::Weight& w : weights) sum += triangle_variance(w);
  return sum;
}

// What the random numbers of each hypothesis are called: alike within a bloc, whatever the order of the hypotheses.
std::vector<std::uint64_t> names_of(std::span<const Hypothesis> hypotheses) {
  std::unordered_map<std::uint32_t, std::uint64_t> blocs;
  for (const Hypothesis& h : hypotheses) {
    if (h.bloc != 0) blocs[h.bloc] += hash64(h.name);
  }
  std::vector<std::uint64_t> out;
  for (const Hypothesis& h : hypotheses) out.push_back(h.bloc != 0 ? mix64(blocs[h.bloc]) : hash64(h.name));
  return out;
}

// Nearly normal, mean 0, variance 1.
double normal(std::uint64_t key, std::uint64_t draw) {
  double sum = -6;
  for (std::uint64_t k = 0; k < 12; ++k) sum += uniform(combine64(key, k), draw);
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
  std::vector<Sum> mean(hypotheses), variance(hypotheses), own_variance(hypotheses);
  for (std::size_t k = single; k < wide.size(); ++k) {
    for (std::size_t h = 0; h < hypotheses; ++h) {
      const auto [shared, own] = parts_of(units, wide[k], h);
      mean[h].add(triangle_mean(shared) + triangle_mean(own));
      variance[h].add(triangle_variance(shared));
      own_variance[h].add(triangle_variance(own));
    }
  }
  wide.resize(std::min(wide.size(), single));
  if (wide.empty()) {
    posterior[static_cast<std::size_t>(std::ranges::max_element(posterior, {}, &Posterior::mid) - posterior.begin())]
        .first = 1;
    return;
  }

  std::vector<double> totals(draws * hypotheses);  // draws x hypotheses
  const std::vector<std::uint64_t> names = names_of(problem.hypotheses);
  for (std::size_t h = 0; h < hypotheses; ++h) {
    const std::uint64_t name = combine64(options.seed, names[h]);
    const std::uint64_t own_name = combine64(options.seed, mix64(hash64(problem.hypotheses[h].name)));
    const double start = fixed[h].value() + mean[h].value();
    const double deviation = std::sqrt(variance[h].value()), own_deviation = std::sqrt(own_variance[h].value());
    for (std::size_t t = 0; t < draws; ++t) {
      double& total = totals[t * hypotheses + h];
      total = start;
      if (deviation > 0) total += deviation * normal(name, t);
      if (own_deviation > 0) total += own_deviation * normal(own_name, t);
    }
    for (const std::size_t u : wide) {
      const auto [shared, own] = parts_of(units, u, h);
      const auto draw = [&](const evidence::Weight& w, std::uint64_t key) {
        if (w.low_db == w.high_db) {
          for (std::size_t t = 0; t < draws; ++t) totals[t * hypotheses + h] += w.mid_db;
          return;
        }
        for (std::size_t t = 0; t < draws; ++t) totals[t * hypotheses + h] += triangle(w, uniform(key, t));
      };
      draw(shared, combine64(name, units[u].key));
      if (own.low_db < own.high_db) draw(own, combine64(own_name, units[u].key));
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
