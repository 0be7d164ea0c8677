// What turns the ranking, alone or in pairs, against leaving it out and counting again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "weigh_testing.h"

namespace samehand::weigh {
namespace {

// Every item, group and source that turns the ranking when it is left out is listed, and no other.
TEST(Sensitivity, FlipsEqualBruteForce) {
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
TEST(Sensitivity, NeededDistanceIsTheDistance) {
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

TEST(Sensitivity, RangeThatTurnsTheRankingIsSaid) {
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

// The end that turns the ranking within a bloc is one that the bloc can reach.
TEST(Sensitivity, RangesWithinABloc) {
  Problem problem = accusation({.35, .3, .3, .05});  // the others are .7 dB behind
  add(problem, "shared", "", {{2, 5, 8}, {2, 5, 8}, {2, 5, 8}, exactly(0)});
  EXPECT_TRUE(std::ranges::all_of(weighed(problem).flips, [](const Flip& f) { return f.kind == FlipKind::kPrior; }));
  problem.items[0].own[0].up_db = 1;  // it may have been planted more surely than is thought
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
TEST(Sensitivity, PairsEqualBruteForce) {
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
    EXPECT_TRUE(std::ranges::is_sorted(outcome.pairs, std::greater(), [](const PairFlip& f) {
      return f.holds_db - f.needed_db;
    })) << seed;
    found += turning;
    without += turning == 0;
  }
  EXPECT_GT(found, 50u);
  EXPECT_GT(without, 20u);
}

}  // namespace
}  // namespace samehand::weigh
