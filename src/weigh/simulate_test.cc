// Intervals against plain Monte Carlo.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "weigh_testing.h"

namespace samehand::weigh {
namespace {

// The quantile of a triangle.
double triangle(double low, double mid, double high, double u) {
  const double cut = high > low ? (mid - low) / (high - low) : 0;
  return u < cut ? low + std::sqrt(u * (high - low) * (mid - low))
                 : high - std::sqrt((1 - u) * (high - low) * (high - mid));
}

// The intervals of `outcome` against those of `draws` draws done plainly; `draw` gives the totals of one in decibans.
template <class Draw>
void expect_intervals(const Outcome& outcome, int draws, const Draw& draw, std::size_t items) {
  const std::size_t hypotheses = outcome.posterior.size();
  std::vector<std::vector<double>> columns(hypotheses);
  for (int t = 0; t < draws; ++t) {
    std::vector<double> total = draw();
    double sum = 0;
    for (double& db : total) sum += db = std::pow(10, db / 10);
    for (std::size_t h = 0; h < hypotheses; ++h) columns[h].push_back(total[h] / sum);
  }
  for (std::size_t h = 0; h < hypotheses; ++h) {
    std::ranges::sort(columns[h]);
    const auto n = columns[h].size();
    const Posterior& p = outcome.posterior[h];
    EXPECT_NEAR(p.low, std::min(p.mid, columns[h][n / 20]), .02) << items << " " << h;
    EXPECT_NEAR(p.high, std::max(p.mid, columns[h][n - n / 20]), .02) << items << " " << h;
  }
}

// The interval against the same thing done plainly with a standard generator.
TEST(Simulate, IntervalsEqualPlainMonteCarlo) {
  for (const std::size_t items : {std::size_t{3}, std::size_t{12}, std::size_t{4000}}) {
    Problem problem = random_problem(11, items, 3);
    for (Item& item : problem.items) item.group.clear();
    if (items == 4000) {
      // So many that most are drawn as one; small enough that the posterior stays off the ends.
      for (Weight& w : problem.weights) w = {w.low_db / 200, w.mid_db / 200, w.high_db / 200};
    }
    const Outcome outcome = weighed(problem, {.draws = 20000});
    std::mt19937_64 random(99);
    std::uniform_real_distribution<double> uniform(0, 1);
    const auto draw = [&] {
      std::vector<double> total(3);
      for (std::size_t h = 0; h < 3; ++h) total[h] = 10 * std::log10(problem.hypotheses[h].prior);
      for (std::size_t k = 0; k < problem.weights.size(); ++k) {
        const Weight& w = problem.weights[k];
        total[k % 3] += triangle(w.low_db, w.mid_db, w.high_db, uniform(random));
      }
      return total;
    };
    expect_intervals(outcome, items == 4000 ? 3000 : 20000, draw, items);
  }
}

// What can be planted at no cost is as probable under a false flag as under guilt, in each draw and not only on
// average; and what a state's traces are worth is one unknown for it and for those who work for it.
TEST(Simulate, ABlocIsDrawnAsOne) {
  Problem problem = accusation();
  add(problem, "locale", "", {{0, 2, 5}, {0, 2, 5}, {0, 2, 5}, exactly(0)});
  add(problem, "film", "", {{0, 3, 6}, {0, 2.9, 5.9}, {0, 3, 6}, exactly(0)});
  add(problem, "a", "g", {{1, 6, 11}, {1, 5.5, 10.5}, {1, 6, 11}, exactly(0)});
  add(problem, "b", "g", {{0, 4, 12}, {0, 3.5, 11}, {0, 4, 12}, exactly(0)});
  const Outcome outcome = weighed(problem);
  const auto ratio = [&](std::size_t a, std::size_t b, double Posterior::* at) {
    return outcome.posterior[a].*at / outcome.posterior[b].*at;
  };
  for (double Posterior::* at : {&Posterior::low, &Posterior::mid, &Posterior::high})
    EXPECT_NEAR(ratio(0, 2, at), 1, 1e-9);  // the flag's triangles are the accused's
  EXPECT_EQ(outcome.posterior[1].first, 0);
  EXPECT_LT(outcome.posterior[0].low, outcome.posterior[0].mid);
  // Nor can one end of a range turn the ranking within the bloc that its other end would not.
  for (const Flip& flip : outcome.flips) EXPECT_TRUE(flip.kind == FlipKind::kPrior || flip.rival != 1) << flip.name;

  for (Hypothesis& h : problem.hypotheses) h.bloc = 0;
  const Outcome apart = weighed(problem);
  EXPECT_GT(apart.posterior[1].first, .1);
  EXPECT_GT(apart.posterior[0].high - apart.posterior[0].low, outcome.posterior[0].high - outcome.posterior[0].low);
}

// Against plain Monte Carlo with the parts spelt out: few units, and so many that most are drawn as one.
TEST(Simulate, IntervalsOfABlocEqualPlainMonteCarlo) {
  for (const int items : {3, 3000}) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> uniform(0, 1);
    Problem problem = accusation({.25, .25, .25, .25});
    problem.hypotheses[1].own = 2;
    const double scale = items == 3 ? 1 : .05;
    for (int i = 0; i < items; ++i) {
      const double low = 3 * scale * uniform(random), mid = low + 2 * scale * uniform(random),
                   high = mid + 4 * scale * uniform(random);
      add(problem, fmt::format("i{}", i), "",
          {{low, mid, high},
           {.8 * low, .8 * mid, .8 * high},
           {.2 * low - scale, .5 * mid, high},
           {-scale, 0, .5 * scale}});
      double down = scale, up = .4 * scale;
      if (items > 3 && i % 2 == 1) {
        // Every other one against: many of one sign leave nothing between 0 and 1 to compare.
        for (Weight& w : std::span(problem.weights).last(4)) w = {-w.high_db, -w.mid_db, -w.low_db};
        std::swap(down, up);
      }
      problem.items.back().own = {Own{down, up}, Own{.5 * down, 2 * up}};
    }
    const Outcome outcome = weighed(problem, {.draws = 20000});
    const auto draw = [&] {
      std::vector<double> total(4);
      for (std::size_t i = 0; i < problem.items.size(); ++i) {
        const double bloc = uniform(random);
        for (std::size_t h = 0; h < 4; ++h) {
          const Weight& w = problem.row(i)[h];
          const Own own = h == 1 ? problem.items[i].own[1] : h == 2 ? problem.items[i].own[0] : Own{};
          const double down = std::min(own.down_db, w.mid_db - w.low_db);
          const double up = std::min(own.up_db, w.high_db - w.mid_db);
          total[h] += triangle(w.low_db + down, w.mid_db, w.high_db - up, h == 3 ? uniform(random) : bloc);
          if (h == 1 || h == 2) total[h] += triangle(-down, 0, up, uniform(random));
        }
      }
      return total;
    };
    expect_intervals(outcome, items == 3 ? 20000 : 3000, draw, static_cast<std::size_t>(items));
  }
}

TEST(Simulate, FixedSeedGivesTheSameFigures) {
  const Problem problem = random_problem(1, 30, 4);
  const Outcome a = weighed(problem), b = weighed(problem), c = weighed(problem, {.seed = 2});
  for (std::size_t h = 0; h < 4; ++h) {
    EXPECT_EQ(a.posterior[h].low, b.posterior[h].low);
    EXPECT_EQ(a.posterior[h].high, b.posterior[h].high);
    EXPECT_NEAR(a.posterior[h].low, c.posterior[h].low, .03);
  }
  EXPECT_NE(a.posterior[0].low, c.posterior[0].low);
}

}  // namespace
}  // namespace samehand::weigh
