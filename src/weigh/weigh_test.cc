// Known answers, brute force and invariances.
#include "samehand/weigh/weigh.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "weigh_testing.h"

namespace samehand::weigh {
namespace {

// E. T. Jaynes, Probability Theory, ch. 4: a machine is bad in 1/3 (A) or 1/6 (B) of its output, or in .99 (C), which
// nobody expects. Evidence in dB after five, ten and fifteen bad ones in a row.
TEST(Weigh, JaynesWidgets) {
  constexpr double kExpected[][3] = {{5.02, -5.06, -27.13}, {2.24, -22.11, -2.35}, {-21.33, -56.51, 21.33}};
  for (int bad = 5; bad <= 15; bad += 5) {
    Problem problem;
    problem.hypotheses = {{"A", 1.0 / 11}, {"B", 10.0 / 11}, {"C", 1e-6}};
    for (int i = 0; i < bad; ++i) {
      add(problem, fmt::format("bad {}", i), "",
          {exactly(10 * std::log10(1.0 / 3)), exactly(10 * std::log10(1.0 / 6)), exactly(10 * std::log10(.99))});
    }
    const Outcome outcome = weighed(problem);
    for (std::size_t h = 0; h < 3; ++h) {
      // The book's figures are cut after two places, some of them after rounding on the way.
      EXPECT_NEAR(outcome.posterior[h].odds_db, kExpected[bad / 5 - 1][h], .0075) << bad << " bad, hypothesis " << h;
    }
  }
}

TEST(Weigh, TwoHypothesesAreOddsTimesRatio) {
  Problem problem;
  problem.hypotheses = {{"guilty", .2}, {"not", .8}};
  add(problem, "match", "", {exactly(10), exactly(0)});
  add(problem, "alibi", "", {exactly(0), exactly(4)});
  const Outcome outcome = weighed(problem);
  const double odds = .25 * 10 / std::pow(10, .4);
  EXPECT_NEAR(outcome.posterior[0].mid, odds / (1 + odds), 1e-12);
  EXPECT_NEAR(outcome.posterior[1].mid, 1 / (1 + odds), 1e-12);
  EXPECT_EQ(outcome.posterior[0].low, outcome.posterior[0].mid);  // no range, no interval
  EXPECT_EQ(outcome.posterior[0].high, outcome.posterior[0].mid);
  EXPECT_EQ(outcome.leader, 1u);
  EXPECT_NEAR(outcome.items[0].effect_db, -10, 1e-9);
  EXPECT_NEAR(outcome.items[1].effect_db, 4, 1e-9);
  EXPECT_EQ(outcome.voices, 2u);
}

TEST(Weigh, PosteriorsEqualBruteForce) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const Problem problem = random_problem(seed, seed % 13, 2 + seed % 6);
    const auto expected = brute_force(problem);
    const Outcome outcome = weighed(problem, {.draws = 0});
    for (std::size_t h = 0; h < expected.size(); ++h) EXPECT_NEAR(outcome.posterior[h].mid, expected[h], 1e-9) << seed;
    EXPECT_EQ(outcome.leader, top(expected)) << seed;
  }
}

void expect_same(const Outcome& a, const Outcome& b, double tolerance) {
  ASSERT_EQ(a.posterior.size(), b.posterior.size());
  for (std::size_t h = 0; h < a.posterior.size(); ++h) {
    EXPECT_NEAR(a.posterior[h].mid, b.posterior[h].mid, tolerance);
    EXPECT_NEAR(a.posterior[h].low, b.posterior[h].low, tolerance);
    EXPECT_NEAR(a.posterior[h].high, b.posterior[h].high, tolerance);
  }
}

TEST(Weigh, OrderOfItemsDoesNotMatter) {
  std::mt19937 random(7);
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    const Problem problem = random_problem(seed, 20, 4);
    std::vector<std::size_t> order(problem.items.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::shuffle(order, random);
    Problem shuffled{problem.hypotheses, {}, {}};
    for (const std::size_t i : order) {
      const auto row = problem.row(i);
      add(shuffled, problem.items[i].name, problem.items[i].group, {row.begin(), row.end()}, problem.items[i].source);
    }
    const Outcome a = weighed(problem), b = weighed(shuffled);
    expect_same(a, b, 1e-12);
    for (std::size_t k = 0; k < order.size(); ++k) EXPECT_NEAR(b.items[k].effect_db, a.items[order[k]].effect_db, 1e-9);
    EXPECT_EQ(a.flips.size(), b.flips.size());
  }
}

TEST(Weigh, OrderOfHypothesesDoesNotMatter) {
  Problem problem = random_problem(3, 20, 4);
  Problem turned = problem;
  std::ranges::reverse(turned.hypotheses);
  for (std::size_t i = 0; i < turned.items.size(); ++i)
    std::ranges::reverse(std::span(turned.weights).subspan(i * 4, 4));
  Outcome a = weighed(problem), b = weighed(turned);
  std::ranges::reverse(b.posterior);
  expect_same(a, b, 1e-12);
  for (Problem* of : {&problem, &turned}) {
    for (Hypothesis& h : of->hypotheses) {
      h.bloc = h.name == "h1" ? 0 : 1;
      h.own = h.name == "h2" ? 1 : h.name == "h0" ? 2 : 0;
    }
    for (Item& item : of->items) item.own = {Own{1, 0}, Own{.5, 2}};
  }
  a = weighed(problem);
  b = weighed(turned);
  std::ranges::reverse(b.posterior);
  expect_same(a, b, 1e-12);
}

TEST(Weigh, OneSourceCopiedTenTimesWeighsOnce) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    Problem problem = random_problem(seed, 12, 3);
    problem.items[0].group = "voice";
    Problem copied = problem;
    const auto row = problem.row(0);
    for (int k = 0; k < 9; ++k) add(copied, fmt::format("copy {}", k), "voice", {row.begin(), row.end()});
    const Outcome a = weighed(problem), b = weighed(copied);
    expect_same(a, b, 1e-12);
    double sum = b.items[0].effect_db;
    for (std::size_t i = 12; i < 21; ++i) {
      EXPECT_NEAR(b.items[i].effect_db, b.items[0].effect_db, 1e-9);  // copies in equal parts
      sum += b.items[i].effect_db;
    }
    EXPECT_NEAR(sum, a.items[0].effect_db, 1e-3);
  }
}

TEST(Weigh, WorthlessItemChangesNothing) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    const Problem problem = random_problem(seed, 12, 3);
    Problem more = problem;
    add(more, "worthless", "", {exactly(0), exactly(0), exactly(0)});
    add(more, "worthless for all alike", "", {exactly(5), exactly(5), exactly(5)});
    add(more, "worthless in a group", "g0", {exactly(0), exactly(0), exactly(0)});
    const Outcome a = weighed(problem), b = weighed(more);
    // A group of one becomes a group of two: the same weights, centred.
    expect_same(a, b, 1e-12);
    EXPECT_EQ(b.items[12].effect_db, 0);
    EXPECT_EQ(b.items[13].effect_db, 0);
    EXPECT_EQ(b.items[14].effect_db, 0);
    EXPECT_EQ(a.voices, b.voices);
  }
}

TEST(Weigh, WhatAllHypothesesMakeMoreProbableChangesNothing) {
  Problem problem = random_problem(5, 12, 4);
  Problem shifted = problem;
  for (std::size_t h = 0; h < 4; ++h) {
    Weight& w = shifted.weights[h];
    w = {w.low_db + 7, w.mid_db + 7, w.high_db + 7};
  }
  const Outcome a = weighed(problem, {.draws = 0}), b = weighed(shifted, {.draws = 0});
  expect_same(a, b, 1e-12);
}

TEST(Weigh, MembersOfAGroupShareItsEffect) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const Problem problem = random_problem(seed, 20, 4);
    const Outcome outcome = weighed(problem, {.draws = 0});
    for (const GroupEffect& group : outcome.groups) {
      double sum = 0;
      for (std::size_t i = 0; i < problem.items.size(); ++i) {
        if (problem.items[i].group == group.name) sum += outcome.items[i].effect_db;
      }
      EXPECT_NEAR(sum, group.effect_db, 1e-3);
    }
  }
}

struct GroupCase {
  const char* what;
  std::vector<std::vector<double>> items;
  std::vector<double> as_one;
};

TEST(Weigh, DependenceGroups) {
  const std::vector<GroupCase> cases = {
      {"a copy", {{10, 0, 0}, {10, 0, 0}}, {10, 0, 0}},
      {"a weaker one that agrees", {{10, 0, 0}, {6, 0, 0}}, {10, 0, 0}},
      {"one on another hypothesis", {{10, 0, 0}, {0, 8, 0}}, {10, 8, 0}},
      {"one that rules another out", {{10, 0, 0}, {0, 0, -9}}, {10, 0, -9}},
      {"one that contradicts", {{10, 0, 0}, {-6, 0, 0}}, {4, 0, 0}},
      {"stated from another reference", {{10, 0, 0}, {3, 3, -6}}, {10, 0, -9}},
      {"two hypotheses", {{10, 0}, {7, 0}}, {10, 0}},
      {"two hypotheses, against each other", {{10, 0}, {0, 7}}, {3, 0}},
  };
  for (const GroupCase& c : cases) {
    Problem group, one;
    for (std::size_t h = 0; h < c.as_one.size(); ++h) {
      group.hypotheses.push_back({fmt::format("h{}", h), 1.0 / static_cast<double>(c.as_one.size())});
    }
    one.hypotheses = group.hypotheses;
    const auto weights = [](const std::vector<double>& mids) {
      std::vector<Weight> out;
      for (const double db : mids) out.push_back(exactly(db));
      return out;
    };
    for (const auto& item : c.items) add(group, fmt::format("i{}", group.items.size()), "g", weights(item));
    add(one, "one", "", weights(c.as_one));
    const Outcome a = weighed(group), b = weighed(one);
    for (std::size_t h = 0; h < c.as_one.size(); ++h)
      EXPECT_NEAR(a.posterior[h].mid, b.posterior[h].mid, 1e-12) << c.what;
    ASSERT_EQ(a.groups.size(), 1u) << c.what;
    EXPECT_NEAR(a.groups[0].effect_db, b.items[0].effect_db, 1e-9) << c.what;
  }
}

TEST(Weigh, OutdoneItemsAreMarked) {
  Problem problem;
  problem.hypotheses = {{"A", .5}, {"B", .5}};
  add(problem, "first", "g", {exactly(10), exactly(0)});
  add(problem, "weaker", "g", {exactly(4), exactly(0)});
  add(problem, "nothing", "g", {exactly(0), exactly(0)});
  const Outcome outcome = weighed(problem);
  EXPECT_TRUE(outcome.items[0].counts);
  EXPECT_FALSE(outcome.items[1].counts);
  EXPECT_TRUE(outcome.items[2].counts);  // says nothing by itself
  EXPECT_NEAR(outcome.items[0].effect_db, 10, 1e-9);
  EXPECT_EQ(outcome.items[1].effect_db, 0);
}

TEST(Weigh, WhatToLookForNext) {
  Problem problem;
  problem.hypotheses = {{"A", .5}, {"B", .3}, {"C", .2}};
  const Outcome outcome = weighed(problem);
  const std::vector<Candidate> candidates = {{"nothing", {exactly(0), exactly(0), exactly(0)}},
                                             {"key of B", {exactly(0), exactly(20), exactly(0)}},
                                             {"hint at B", {exactly(0), exactly(3), exactly(0)}}};
  const auto found = prospects(outcome.posterior, candidates);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].candidate, 1u);
  EXPECT_EQ(found[0].leader, 1u);
  EXPECT_NEAR(found[0].leader_posterior, .5 / (.5 + 30 + .2), 1e-12);
  EXPECT_EQ(found[1].candidate, 2u);
  EXPECT_EQ(found[2].candidate, 0u);
  EXPECT_NEAR(found[2].expected_bits, 0, 1e-12);
  EXPECT_EQ(found[2].moves_db, 0);
  // Mutual information by hand: P(found) = .15 + .0025 + .001..., entropies of a coin.
  const auto entropy = [](double p) { return -p * std::log2(p) - (1 - p) * std::log2(1 - p); };
  const double chance = .3 * .5 + .7 * .005;
  EXPECT_NEAR(found[0].expected_bits, entropy(chance) - .3 * entropy(.5) - .7 * entropy(.005), 1e-12);
}

TEST(Weigh, NumbersBeyondDoublesAreHeld) {
  Problem problem;
  problem.hypotheses = {{"A", .5}, {"B", .5}};
  for (int i = 0; i < 100; ++i) add(problem, fmt::format("i{}", i), "", {exactly(300), exactly(-300)});
  const Outcome outcome = weighed(problem);
  EXPECT_EQ(outcome.posterior[0].mid, 1);
  EXPECT_EQ(outcome.posterior[1].mid, 0);
  EXPECT_NEAR(outcome.posterior[0].odds_db, 60000, 1e-6);
  EXPECT_TRUE(std::isfinite(outcome.posterior[1].odds_db));
}

TEST(Weigh, ThousandHypotheses) {
  const Problem problem = random_problem(1, 100, 1000);
  const Outcome outcome = weighed(problem);
  double sum = 0;
  for (const Posterior& p : outcome.posterior) sum += p.mid;
  EXPECT_NEAR(sum, 1, 1e-9);
}

struct BadCase {
  const char* says;
  std::vector<Hypothesis> hypotheses;
  Weight weight;
};

TEST(Weigh, BadInputIsAnError) {
  const double nan = std::nan("");
  const std::vector<BadCase> cases = {
      {"no hypotheses", {}, {}},
      {"nothing to weigh it against", {{"A", 1}}, {}},
      {"add up to 1.4", {{"A", .7}, {"B", .7}}, {}},
      {"add up to 0.2", {{"A", .1}, {"B", .1}}, {}},
      {"no evidence could ever change", {{"A", 0}, {"B", 1}}, {}},
      {"must lie between 0 and 1", {{"A", -.5}, {"B", 1.5}}, {}},
      {"must lie between 0 and 1", {{"A", nan}, {"B", .5}}, {}},
      {"are called \"A\"", {{"A", .5}, {"A", .5}}, {}},
      {"has no name", {{"", .5}, {"A", .5}}, {}},
      {"likelihood of 0 or 1", {{"A", .5}, {"B", .5}}, {-1e9, 0, 0}},
      {"is not a number", {{"A", .5}, {"B", .5}}, {nan, 0, 0}},
      {"is not a number", {{"A", .5}, {"B", .5}}, {-HUGE_VAL, 0, 0}},
      {"ascending", {{"A", .5}, {"B", .5}}, {2, 1, 3}},
  };
  for (const BadCase& c : cases) {
    Problem problem;
    problem.hypotheses = c.hypotheses;
    add(problem, "item", "", std::vector<Weight>(c.hypotheses.size(), c.weight));
    const auto outcome = weigh(problem);
    ASSERT_FALSE(outcome) << c.says;
    EXPECT_NE(outcome.error().message.find(c.says), std::string::npos) << outcome.error().message;
  }
  Problem many;
  for (int h = 0; h < 5000; ++h) many.hypotheses.push_back({fmt::format("h{}", h), 1.0 / 5000});
  ASSERT_FALSE(weigh(many));
  EXPECT_EQ(weigh(many).error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace samehand::weigh
