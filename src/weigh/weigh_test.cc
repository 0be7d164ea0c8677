// Known answers, brute force and invariances.
#include "samehand/weigh/weigh.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

namespace samehand::weigh {
namespace {

using evidence::Weight;

Weight exactly(double db) {
  return {db, db, db};
}

void add(Problem& problem, std::string name, std::string group, std::vector<Weight> weights, std::string source = {}) {
  problem.items.push_back({std::move(name), std::move(group), std::move(source)});
  problem.weights.insert(problem.weights.end(), weights.begin(), weights.end());
}

Outcome weighed(const Problem& problem, Options options = {}) {
  auto outcome = weigh(problem, options);
  EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().message);
  return outcome ? *outcome : Outcome{};
}

// Random problems of a given shape; groups of about three items.
Problem random_problem(std::uint32_t seed, std::size_t items, std::size_t hypotheses, bool ranges = true) {
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

// The product of likelihoods by hand, group by group with the rule spelt out.
std::vector<double> brute_force(const Problem& problem) {
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

Problem less(const Problem& problem, const std::function<bool(const Item&)>& leave_out) {
  Problem out{problem.hypotheses, {}, {}};
  for (std::size_t i = 0; i < problem.items.size(); ++i) {
    if (leave_out(problem.items[i])) continue;
    const auto row = problem.row(i);
    add(out, problem.items[i].name, problem.items[i].group, {row.begin(), row.end()}, problem.items[i].source);
  }
  return out;
}

std::size_t top(const std::vector<double>& p) {
  return static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
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

// Every item, group and source that turns the ranking when it is left out is listed, and no other.
TEST(Weigh, FlipsEqualBruteForce) {
  std::size_t found = 0;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    const Problem problem = random_problem(seed, 4 + seed % 9, 2 + seed % 4, false);
    const Outcome outcome = weighed(problem, {.draws = 0});
    const auto listed = [&](FlipKind kind, std::string_view name) {
      return std::ranges::any_of(outcome.flips,
                                 [&](const Flip& f) { return f.kind == kind && f.name == name && f.without; });
    };
    const auto turns = [&](const std::function<bool(const Item&)>& leave_out) {
      return top(brute_force(less(problem, leave_out))) != outcome.leader;
    };
    std::vector<std::string> groups, sources;
    for (const Item& item : problem.items) {
      const bool turned = turns([&](const Item& other) { return other.name == item.name; });
      EXPECT_EQ(listed(FlipKind::kItem, item.name), turned) << "seed " << seed << " item " << item.name;
      found += turned;
      groups.push_back(item.group);
      sources.push_back(item.source);
    }
    for (const std::string& group : groups) {
      if (group.empty() || std::ranges::count(groups, group) < 2) continue;
      const bool turned = turns([&](const Item& item) { return item.group == group; });
      EXPECT_EQ(listed(FlipKind::kGroup, group), turned) << "seed " << seed << " group " << group;
      found += turned;
    }
    for (const std::string& source : sources) {
      if (source.empty() || std::ranges::count(sources, source) < 2) continue;
      const bool turned = turns([&](const Item& item) { return item.source == source; });
      EXPECT_EQ(listed(FlipKind::kSource, source), turned) << "seed " << seed << " source " << source;
      found += turned;
    }
  }
  EXPECT_GT(found, 200u);
}

// Moved by what is needed and a little more, an item of its own does turn the ranking; moved by a little less it does
// not.
TEST(Weigh, NeededDistanceIsTheDistance) {
  std::size_t checked = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const Problem problem = random_problem(seed, 8, 3, false);
    const Outcome outcome = weighed(problem, {.draws = 0});
    for (const Flip& flip : outcome.flips) {
      if (flip.kind != FlipKind::kItem) continue;
      for (const double more : {-.001, .001}) {
        Problem moved = problem;
        const double part = (flip.needed_db + more) / flip.holds_db;
        for (std::size_t h = 0; h < 3; ++h) {
          Weight& w = moved.weights[flip.index * 3 + h];
          w = exactly(w.mid_db * (1 - part));
        }
        const auto p = brute_force(moved);
        if (more > 0) {
          EXPECT_EQ(top(p), flip.rival) << seed << " " << flip.name;
        } else {
          EXPECT_EQ(top(p), outcome.leader) << seed << " " << flip.name;
        }
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 100u);
}

TEST(Weigh, RangeThatTurnsTheRankingIsSaid) {
  Problem problem;
  problem.hypotheses = {{"A", .5}, {"B", .5}};
  add(problem, "solid", "", {exactly(3), exactly(0)});
  add(problem, "shaky", "", {{-4, 2, 3}, exactly(0)});
  const Outcome outcome = weighed(problem);
  ASSERT_EQ(outcome.flips.size(), 2u);  // and the prior
  EXPECT_EQ(outcome.flips[0].name, "shaky");
  EXPECT_NEAR(outcome.flips[0].needed_db, 5, 1e-12);
  EXPECT_FALSE(outcome.flips[0].without);
  EXPECT_TRUE(outcome.flips[0].within_range);
  EXPECT_EQ(outcome.flips[1].kind, FlipKind::kPrior);
  EXPECT_NEAR(outcome.flips[1].needed_db, 5, 1e-12);
  EXPECT_LT(outcome.posterior[0].low, outcome.posterior[0].mid);
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
      h.own = h.name == "h2";
    }
    for (Item& item : of->items) item.own_down_db = 1;
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

// The interval against the same thing done plainly with a standard generator.
TEST(Weigh, IntervalsEqualPlainMonteCarlo) {
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
    std::vector<std::vector<double>> columns(3);
    const int draws = items == 4000 ? 3000 : 20000;
    for (int t = 0; t < draws; ++t) {
      std::vector<double> total(3);
      for (std::size_t h = 0; h < 3; ++h) total[h] = 10 * std::log10(problem.hypotheses[h].prior);
      for (std::size_t k = 0; k < problem.weights.size(); ++k) {
        const Weight& w = problem.weights[k];
        const double u = uniform(random), cut = (w.mid_db - w.low_db) / (w.high_db - w.low_db);
        total[k % 3] += u < cut ? w.low_db + std::sqrt(u * (w.high_db - w.low_db) * (w.mid_db - w.low_db))
                                : w.high_db - std::sqrt((1 - u) * (w.high_db - w.low_db) * (w.high_db - w.mid_db));
      }
      double sum = 0;
      for (double& db : total) sum += db = std::pow(10, db / 10);
      for (std::size_t h = 0; h < 3; ++h) columns[h].push_back(total[h] / sum);
    }
    for (std::size_t h = 0; h < 3; ++h) {
      std::ranges::sort(columns[h]);
      const auto n = columns[h].size();
      EXPECT_NEAR(outcome.posterior[h].low, std::min(outcome.posterior[h].mid, columns[h][n / 20]), .02) << items;
      EXPECT_NEAR(outcome.posterior[h].high, std::max(outcome.posterior[h].mid, columns[h][n - n / 20]), .02) << items;
    }
  }
}

// The accused, its proxies, a false flag and somebody else.
Problem accusation(std::vector<double> priors = {.3, .3, .3, .1}) {
  Problem problem;
  problem.hypotheses = {
      {"accused", priors[0], 1}, {"proxies", priors[1], 1}, {"flag", priors[2], 1, true}, {"other", priors[3]}};
  return problem;
}

// What can be planted at no cost is as probable under a false flag as under guilt, in each draw and not only on
// average; and what a state's traces are worth is one unknown for it and for those who work for it.
TEST(Weigh, ABlocIsDrawnAsOne) {
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
TEST(Weigh, IntervalsOfABlocEqualPlainMonteCarlo) {
  for (const int items : {3, 3000}) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> uniform(0, 1);
    Problem problem = accusation({.25, .25, .25, .25});
    const double scale = items == 3 ? 1 : .02;
    for (int i = 0; i < items; ++i) {
      const double low = 3 * scale * uniform(random), mid = low + 2 * scale * uniform(random),
                   high = mid + 4 * scale * uniform(random);
      add(problem, fmt::format("i{}", i), "",
          {{low, mid, high},
           {.8 * low, .8 * mid, .8 * high},
           {.2 * low - scale, .5 * mid, high},
           {-scale, 0, .5 * scale}});
      problem.items.back().own_down_db = scale;
      problem.items.back().own_up_db = .4 * scale;
    }
    const Outcome outcome = weighed(problem, {.draws = 20000});
    const auto triangle = [](double low, double mid, double high, double u) {
      const double cut = high > low ? (mid - low) / (high - low) : 0;
      return u < cut ? low + std::sqrt(u * (high - low) * (mid - low))
                     : high - std::sqrt((1 - u) * (high - low) * (high - mid));
    };
    std::vector<std::vector<double>> columns(4);
    const int draws = items == 3 ? 20000 : 3000;
    for (int t = 0; t < draws; ++t) {
      std::vector<double> total(4);
      for (std::size_t i = 0; i < problem.items.size(); ++i) {
        const double bloc = uniform(random);
        for (std::size_t h = 0; h < 4; ++h) {
          const Weight& w = problem.row(i)[h];
          const double down = h == 2 ? std::min(problem.items[i].own_down_db, w.mid_db - w.low_db) : 0;
          const double up = h == 2 ? std::min(problem.items[i].own_up_db, w.high_db - w.mid_db) : 0;
          total[h] += triangle(w.low_db + down, w.mid_db, w.high_db - up, h == 3 ? uniform(random) : bloc);
          if (h == 2) total[h] += triangle(-down, 0, up, uniform(random));
        }
      }
      double sum = 0;
      for (double& db : total) sum += db = std::pow(10, db / 10);
      for (std::size_t h = 0; h < 4; ++h) columns[h].push_back(total[h] / sum);
    }
    for (std::size_t h = 0; h < 4; ++h) {
      std::ranges::sort(columns[h]);
      const auto n = columns[h].size();
      EXPECT_NEAR(outcome.posterior[h].low, std::min(outcome.posterior[h].mid, columns[h][n / 20]), .02)
          << items << " " << h;
      EXPECT_NEAR(outcome.posterior[h].high, std::max(outcome.posterior[h].mid, columns[h][n - n / 20]), .02)
          << items << " " << h;
    }
  }
}

// The end that turns the ranking within a bloc is one that the bloc can reach.
TEST(Weigh, RangesWithinABloc) {
  Problem problem = accusation({.35, .3, .3, .05});  // the others are .7 dB behind
  add(problem, "shared", "", {{2, 5, 8}, {2, 5, 8}, {2, 5, 8}, exactly(0)});
  EXPECT_TRUE(std::ranges::all_of(weighed(problem).flips, [](const Flip& f) { return f.kind == FlipKind::kPrior; }));
  problem.items[0].own_up_db = 1;  // it may have been planted more surely than is thought
  const Outcome outcome = weighed(problem);
  ASSERT_EQ(outcome.flips.size(), 4u);
  const auto item = std::ranges::find(outcome.flips, FlipKind::kItem, &Flip::kind);
  ASSERT_NE(item, outcome.flips.end());
  EXPECT_EQ(item->rival, 2u);
  EXPECT_TRUE(item->within_range);
  // Here the strength is worth more to the accused than to its proxies: at the low end they draw level.
  problem = accusation({.3, .35, .3, .05});
  add(problem, "telling", "", {{0, 3, 6}, {0, 1, 2}, exactly(0), exactly(0)});
  const Outcome strength = weighed(problem);
  EXPECT_TRUE(
      std::ranges::any_of(strength.flips, [](const Flip& f) { return f.kind == FlipKind::kItem && f.within_range; }));
}

// Pairs are found where nothing turns the ranking by itself, and then all of them that enumeration finds, the heaviest
// first.
TEST(Weigh, PairsEqualBruteForce) {
  std::size_t found = 0, without = 0;
  for (std::uint32_t seed = 0; seed < 600; ++seed) {
    const Problem problem = random_problem(seed, 4 + seed % 7, 2 + seed % 4, false);
    const Outcome outcome = weighed(problem, {.draws = 0});
    if (std::ranges::any_of(outcome.flips, &Flip::without)) {
      EXPECT_TRUE(outcome.pairs.empty());
      continue;
    }
    std::vector<std::string> units;
    for (const Item& item : problem.items) units.push_back(item.group.empty() ? item.name : item.group);
    std::ranges::sort(units);
    units.erase(std::ranges::unique(units).begin(), units.end());
    std::size_t turning = 0;
    for (std::size_t a = 0; a < units.size(); ++a) {
      for (std::size_t b = a + 1; b < units.size(); ++b) {
        const auto p = brute_force(less(problem, [&](const Item& item) {
          const std::string& unit = item.group.empty() ? item.name : item.group;
          return unit == units[a] || unit == units[b];
        }));
        if (top(p) == outcome.leader) continue;
        ++turning;
        const auto listed = std::ranges::find_if(outcome.pairs, [&](const PairFlip& f) {
          return std::minmax(f.names[0], f.names[1]) == std::minmax(units[a], units[b]);
        });
        EXPECT_TRUE(outcome.pairs.size() == kPairsListed || listed != outcome.pairs.end()) << seed;
        if (listed == outcome.pairs.end()) continue;
        EXPECT_EQ(listed->rival, top(p)) << seed;
        EXPECT_GT(listed->holds_db, listed->needed_db) << seed;
      }
    }
    EXPECT_EQ(outcome.pairs.size(), std::min(turning, kPairsListed)) << seed;
    found += turning;
    without += turning == 0;
  }
  EXPECT_GT(found, 50u);
  EXPECT_GT(without, 20u);
}

TEST(Weigh, FixedSeedGivesTheSameFigures) {
  const Problem problem = random_problem(1, 30, 4);
  const Outcome a = weighed(problem), b = weighed(problem), c = weighed(problem, {.seed = 2});
  for (std::size_t h = 0; h < 4; ++h) {
    EXPECT_EQ(a.posterior[h].low, b.posterior[h].low);
    EXPECT_EQ(a.posterior[h].high, b.posterior[h].high);
    EXPECT_NEAR(a.posterior[h].low, c.posterior[h].low, .03);
  }
  EXPECT_NE(a.posterior[0].low, c.posterior[0].low);
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
