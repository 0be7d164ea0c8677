// Problems to weigh, and the plain arithmetic that the clever one is checked against.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

#include "samehand/weigh/weigh.h"

namespace samehand::weigh {

using evidence::Weight;

inline Weight exactly(double db) {
  return {db, db, db};
}

inline void add(Problem& problem, std::string name, std::string group, std::vector<Weight> weights,
                std::string source = {}) {
  problem.items.push_back({std::move(name), std::move(group), std::move(source)});
  problem.weights.insert(problem.weights.end(), weights.begin(), weights.end());
}

inline Outcome weighed(const Problem& problem, Options options = {}) {
  auto outcome = weigh(problem, options);
  EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().message);
  return outcome ? *outcome : Outcome{};
}

// Random problems of a given shape; groups of about three items.
inline Problem random_problem(std::uint32_t seed, std::size_t items, std::size_t hypotheses, bool ranges = true) {
  std::mt19937 random(seed);
  const auto part = [&] { return static_cast<double>(random() % 10000) / 10000; };
  Problem problem;
  std::vector<double> priors;
  for (std::size_t h = 0; h < hypotheses; ++h) priors.push_back(.05 + part());
  const double sum = std::accumulate(priors.begin(), priors.end(), 0.0);
  for (std::size_t h = 0; h < hypotheses; ++h) problem.hypotheses.push_back({fmt::format("h{}", h), priors[h] / sum});
  for (std::size_t i = 0; i < items; ++i) {
    std::vector<Weight> row;
    for (std::size_t h = 0; h < hypotheses; ++h) {
      const double mid = 8 * part() - 4;
      row.push_back({mid - (ranges ? 3 * part() : 0), mid, mid + (ranges ? 3 * part() : 0)});
    }
    const std::string group = random() % 2 == 0 ? "" : fmt::format("g{}", random() % (items / 3 + 1));
    const std::string source = random() % 2 == 0 ? "" : fmt::format("s{}", random() % (items / 3 + 1));
    add(problem, fmt::format("i{}", i), group, std::move(row), source);
  }
  return problem;
}

// The product of likelihoods by hand, group by group with the rule spelt out.
inline std::vector<double> brute_force(const Problem& problem) {
  const std::size_t hypotheses = problem.hypotheses.size();
  std::vector<long double> p;
  for (const Hypothesis& h : problem.hypotheses) p.push_back(h.prior);
  std::vector<bool> done(problem.items.size());
  for (std::size_t i = 0; i < problem.items.size(); ++i) {
    if (done[i]) continue;
    std::vector<std::size_t> group;
    for (std::size_t k = i; k < problem.items.size(); ++k) {
      if (k == i || (!problem.items[i].group.empty() && problem.items[k].group == problem.items[i].group))
        group.push_back(k);
    }
    std::vector<double> best(hypotheses, 0), worst(hypotheses, 0);
    for (const std::size_t k : group) {
      done[k] = true;
      std::vector<double> mids;
      for (const Weight& w : problem.row(k)) mids.push_back(w.mid_db);
      std::vector<double> sorted = mids;
      std::ranges::sort(sorted);
      const double centre = (sorted[(hypotheses - 1) / 2] + sorted[hypotheses / 2]) / 2;
      for (std::size_t h = 0; h < hypotheses; ++h) {
        best[h] = std::max(best[h], mids[h] - centre);
        worst[h] = std::min(worst[h], mids[h] - centre);
      }
    }
    for (std::size_t h = 0; h < hypotheses; ++h) p[h] *= std::pow(10.0L, (best[h] + worst[h]) / 10);
  }
  const long double sum = std::accumulate(p.begin(), p.end(), 0.0L);
  std::vector<double> out;
  for (const long double x : p) out.push_back(static_cast<double>(x / sum));
  return out;
}

inline Problem less(const Problem& problem, const std::function<bool(const Item&)>& leave_out) {
  Problem out{problem.hypotheses, {}, {}};
  for (std::size_t i = 0; i < problem.items.size(); ++i) {
    if (leave_out(problem.items[i])) continue;
    const auto row = problem.row(i);
    add(out, problem.items[i].name, problem.items[i].group, {row.begin(), row.end()}, problem.items[i].source);
  }
  return out;
}

inline std::size_t top(const std::vector<double>& p) {
  return static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
}

// The accused, its proxies, a false flag and somebody else.
inline Problem accusation(std::vector<double> priors = {.3, .3, .3, .1}) {
  Problem problem;
  problem.hypotheses = {
      {"accused", priors[0], 1}, {"proxies", priors[1], 1, 0}, {"flag", priors[2], 1, 1}, {"other", priors[3]}};
  return problem;
}

}  // namespace samehand::weigh
