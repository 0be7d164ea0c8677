#include "samehand/weigh/ach.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "samehand/weigh/words.h"

namespace samehand::weigh {
namespace {

constexpr Rating II = Rating::kVeryInconsistent, I = Rating::kInconsistent, N = Rating::kNeutral,
                 C = Rating::kConsistent, CC = Rating::kVeryConsistent;

// As PARC's technical description counts: consistent and neutral items 0, I -1, II -2; credibility and relevance of
// low, medium and high are 1/sqrt 2, 1 and sqrt 2.
TEST(Ach, InconsistencyAsParcCountsIt) {
  const std::vector<Rating> ratings = {CC, I, II,  //
                                       C,  N, I,   //
                                       I,  C, II};
  const double high = factor(Grade::kHigh), low = factor(Grade::kLow), medium = factor(Grade::kMedium);
  const std::vector<double> factors = {high * high, medium * medium, low * medium};
  const AchMatrix matrix = score(ratings, 3, factors);
  EXPECT_EQ(matrix.scores[0].inconsistent, 1u);
  EXPECT_EQ(matrix.scores[1].inconsistent, 1u);
  EXPECT_EQ(matrix.scores[2].inconsistent, 3u);
  EXPECT_EQ(matrix.scores[0].inconsistency, -1);
  EXPECT_EQ(matrix.scores[1].inconsistency, -1);
  EXPECT_EQ(matrix.scores[2].inconsistency, -5);
  EXPECT_NEAR(matrix.scores[0].weighted, -std::numbers::sqrt2 / 2, 1e-12);
  EXPECT_NEAR(matrix.scores[1].weighted, -2, 1e-12);
  EXPECT_NEAR(matrix.scores[2].weighted, -4 - 1 - std::numbers::sqrt2, 1e-12);
}

// As open-synthesis counts: (3 - rating)^2 for ratings below 3, and the population's standard deviation.
TEST(Ach, ScoresAsOpenSynthesisCountsThem) {
  const AchMatrix matrix = score({II, CC, N, I, I, I}, 3);
  EXPECT_EQ(matrix.scores[0].squared, 4 + 1);
  EXPECT_EQ(matrix.scores[1].squared, 0 + 1);
  EXPECT_EQ(matrix.scores[2].squared, 0 + 1);
  EXPECT_NEAR(matrix.diagnosticity[0], std::sqrt(8.0 / 3), 1e-12);  // of 1, 5, 3
  EXPECT_EQ(matrix.diagnosticity[1], 0);                            // the same for all: tells nothing
}

TEST(Ach, WeightsBecomeRatings) {
  const auto rated = [](std::vector<double> mids) {
    std::vector<evidence::Weight> row;
    for (const double db : mids) row.push_back({db, db, db});
    return rate(row);
  };
  EXPECT_EQ(rated({10, 0, 0}), (std::vector{CC, II, II}));
  EXPECT_EQ(rated({10, 5, 0}), (std::vector{CC, N, II}));
  EXPECT_EQ(rated({0, 0, -3}), (std::vector{C, C, I}));
  EXPECT_EQ(rated({20, 20, 10}), (std::vector{CC, CC, II}));  // only differences count
  EXPECT_EQ(rated({.9, 0, -.9}), (std::vector{N, N, N}));
  EXPECT_EQ(rated({2.5, 1.2, 0}), (std::vector{C, N, I}));
  EXPECT_EQ(rated({3, -3}), (std::vector{C, I}));
  EXPECT_EQ(rated({}), std::vector<Rating>());
  // What points at one hypothesis tells against all others, however many there are.
  EXPECT_EQ(rated({6, 0, 0, 0, 0, 0, 0, 0}), (std::vector{C, I, I, I, I, I, I, I}));
}

TEST(Words, Icd203) {
  const std::vector<std::pair<double, std::string_view>> cases = {
      {0, "almost no chance"}, {.04, "almost no chance"}, {.05, "very unlikely"},      {.19, "very unlikely"},
      {.2, "unlikely"},        {.44, "unlikely"},         {.5, "roughly even chance"}, {.55, "likely"},
      {.79, "likely"},         {.8, "very likely"},       {.94, "very likely"},        {.95, "almost certain"},
      {1, "almost certain"}};
  for (const auto& [p, words] : cases) EXPECT_EQ(to_string(likelihood(p)), words) << p;
}

Outcome outcome(double low, double high, std::uint32_t voices, std::vector<Flip> flips) {
  Outcome out;
  out.posterior = {{.mid = (low + high) / 2, .low = low, .high = high}, {}};
  out.voices = voices;
  out.flips = std::move(flips);
  return out;
}

TEST(Words, ConfidenceFollowsTheRule) {
  const Flip prior{.kind = FlipKind::kPrior, .needed_db = 9}, without{.kind = FlipKind::kSource, .without = true},
      in_range{.kind = FlipKind::kItem, .within_range = true};
  EXPECT_EQ(founded(outcome(.9, .97, 6, {prior})).confidence, Confidence::kHigh);
  EXPECT_EQ(founded(outcome(.9, .97, 4, {prior})).confidence, Confidence::kModerate);
  EXPECT_EQ(founded(outcome(.9, .97, 6, {in_range})).confidence, Confidence::kModerate);
  EXPECT_EQ(founded(outcome(.7, .97, 6, {})).confidence, Confidence::kModerate);
  EXPECT_EQ(founded(outcome(.3, .97, 6, {})).confidence, Confidence::kLow);
  EXPECT_EQ(founded(outcome(.9, .97, 6, {without})).confidence, Confidence::kLow);
  EXPECT_EQ(founded(outcome(.9, .97, 1, {})).confidence, Confidence::kLow);
  Outcome turned_by_two = outcome(.9, .97, 6, {prior});
  turned_by_two.pairs.emplace_back();
  EXPECT_EQ(founded(turned_by_two).confidence, Confidence::kModerate);
  // A verdict that a prior off by less than four turns is not of high confidence, and says so.
  const Flip near{.kind = FlipKind::kPrior, .needed_db = 3.8};
  EXPECT_EQ(founded(outcome(.9, .97, 6, {near})).confidence, Confidence::kModerate);
  EXPECT_EQ(founded(outcome(.9, .97, 6, {prior, near})).reasons.at(1), "A prior that is off by a factor of 2.4 does.");
  // One item that tells is none that tells little by itself.
  Outcome one_tells = outcome(.9, .97, 1, {prior});
  one_tells.items = {{.effect_db = 15}};
  EXPECT_EQ(founded(one_tells).reasons.back(), "1 independent item or group tells on it.");
  one_tells.untelling_db = -.7;
  EXPECT_EQ(founded(one_tells).reasons.back(), "What tells little by itself adds up to -0.7 dB.");
  EXPECT_EQ(founded(outcome(.9, .97, 6, {without})).reasons.at(0), "Leaving out one source turns the ranking.");
}

}  // namespace
}  // namespace samehand::weigh
