#include "rank.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "synthetic.h"

namespace samehand::match {
namespace {

TEST(Rank, EveryInputHasANameOfItsOwn) {
  const auto names = rank_input_names();
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), kAlignedInputs);
  for (const std::string_view name : names) EXPECT_FALSE(name.empty());
  for (std::size_t i = 0; i < kAlignedInputs; ++i) EXPECT_EQ(names[i].starts_with("n_"), i >= kAloneInputs) << i;
}

TEST(Rank, APairIsWorthTheProductOfBothSoftmaxes) {
  // Function 0 of A may be 0 or 1 of B, function 1 of A only 0 of B.
  const std::vector<std::vector<Candidate>> candidates = {{candidate(0, .9f), candidate(1, .8f)}, {candidate(0, .7f)}};
  const std::vector<std::vector<float>> logits = {{std::log(3.f), 0.f}, {std::log(6.f)}};
  const auto result = ranked(candidates, logits, 2);
  ASSERT_EQ(result.size(), 2u);
  ASSERT_EQ(result[0].size(), 2u);
  ASSERT_EQ(result[1].size(), 1u);
  EXPECT_NEAR(result[1][0].score, 6.f / 9, 1e-5);
  EXPECT_EQ(result[0][0].target, 0u);
  EXPECT_NEAR(result[0][0].score, .75f * 3 / 9, 1e-5);
  EXPECT_NEAR(result[0][1].score, .25f, 1e-5);
}

TEST(Rank, ExtremeLogitsStayNumbers) {
  const std::vector<std::vector<Candidate>> candidates = {{candidate(0, 1), candidate(1, 1)}, {}};
  const auto result = ranked(candidates, std::vector<std::vector<float>>{{1e6f, -1e6f}, {}}, 2);
  EXPECT_FLOAT_EQ(result[0][0].score, 1);
  EXPECT_GT(result[0][1].score, 0) << "the worst candidate is still one";
  EXPECT_LT(result[0][1].score, 1e-6);
  EXPECT_TRUE(result[1].empty());
}

// The two toolkits of the other tests here: `wrapper` calls `body` and was laid out around it in B.
struct Toolkits {
  feature::SampleFeatures a =
      sample_of({{{1, 2, 3, 4, 5, 6, 7, 8}, {1}, 60, {100}}, {{9, 10, 11, 12, 13, 14}, {}, 40}});
  feature::SampleFeatures b =
      sample_of({{{1, 2, 3, 4, 5, 6, 7, 20}, {1}, 70, {100}}, {{9, 10, 11, 12, 13, 21}, {}, 44}});
};

TEST(Rank, TheInputsOfAPairDoNotDependOnWhichSideIsAskedAbout) {
  const Toolkits t;
  const feature::SampleFeatures* const a[] = {&t.a};
  const feature::SampleFeatures* const b[] = {&t.b};
  const auto forth = build_pool(a, b, Parameters()), back = build_pool(b, a, Parameters());
  ASSERT_TRUE(forth && back);
  Candidate c = candidate(1, .5f);
  c.shared = 10, c.mass_a = 12, c.mass_b = 15, c.inlined = 1;
  Candidate mirrored = candidate(0, .5f);
  mirrored.shared = 10, mirrored.mass_a = 15, mirrored.mass_b = 12, mirrored.inlined = 1;
  Surroundings around;
  around.shared = {3, 1}, around.a = {4, 2}, around.b = {5, 3};
  around.best_other = .4f;
  around.kin = {.45f, .2f, .3f, .1f};
  around.around = {6, 20}, around.together = {5, 12};
  around.typical = size_ratios(*forth, 0, 1);
  Surroundings turned = around;
  turned.a = around.b, turned.b = around.a;
  turned.kin = {.3f, .1f, .45f, .2f};
  for (float& ratio : turned.typical) ratio = -ratio;
  const auto x = rank_inputs(*forth, 0, c, .4f, &around);
  auto y = rank_inputs(*back, 1, mirrored, .4f, &turned);
  ASSERT_EQ(rank_input_names().back(), "n_rival_above");
  std::swap(y[kAlignedInputs - 1], y[kAlignedInputs - 2]);  // which is the wrapper's side
  for (std::size_t i = 0; i < kAlignedInputs; ++i) EXPECT_NEAR(x[i], y[i], 1e-5) << rank_input_names()[i];
}

// Of a pair whose sizes differ as is usual between these two builds nothing is odd.
TEST(Rank, SizesAreOddByWhatIsUsual) {
  const Toolkits t;
  const feature::SampleFeatures* const a[] = {&t.a};
  const feature::SampleFeatures* const b[] = {&t.b};
  const auto pool = build_pool(a, b, Parameters());
  ASSERT_TRUE(pool);
  EXPECT_NEAR(size_ratios(*pool, 0, 0)[0], std::log(71.f / 61), 1e-5);
  Surroundings usual;
  usual.typical = size_ratios(*pool, 0, 0);
  const auto odd = [&](const Surroundings& around) {
    const auto inputs = rank_inputs(*pool, 0, candidate(0, .5f), .4f, &around);
    float sum = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) sum += rank_input_names()[i].ends_with("_odd") ? inputs[i] : 0;
    return sum;
  };
  EXPECT_NEAR(odd(usual), 0, 1e-5);
  EXPECT_GT(odd(Surroundings()), .1f);
}

TEST(Rank, AllInputsAreNumbersForFunctionsThatHoldNothing) {
  const auto nothing = sample_of({{{}, {}, 0}, {{1, 2, 3}, {}, 30}});
  const feature::SampleFeatures* const side[] = {&nothing};
  const auto pool = build_pool(side, side, Parameters());
  ASSERT_TRUE(pool);
  const Surroundings around;
  for (const std::uint32_t a : {0u, 1u}) {
    for (const std::uint32_t b : {0u, 1u}) {
      const auto inputs = rank_inputs(*pool, a, candidate(b, 0), 0, &around);
      for (std::size_t i = 0; i < inputs.size(); ++i) EXPECT_TRUE(std::isfinite(inputs[i])) << rank_input_names()[i];
      EXPECT_TRUE(std::isfinite(aligned_network()(inputs)));
      EXPECT_TRUE(std::isfinite(alone_network()(std::span(inputs).first<kAloneInputs>())));
    }
  }
}

TEST(Rank, AloneOnlyTheOrderChanges) {
  const Toolkits t;
  const feature::SampleFeatures* const a[] = {&t.a};
  const feature::SampleFeatures* const b[] = {&t.b};
  const auto pool = build_pool(a, b, Parameters());
  ASSERT_TRUE(pool);
  Candidate right = candidate(0, .5f), wrong = candidate(1, .51f);
  right.shared = 30, right.mass_a = 34, right.mass_b = 34;
  wrong.shared = 1, wrong.mass_a = 34, wrong.mass_b = 26;
  std::vector<Candidate> candidates = {wrong, right};
  int seen = 0;
  rank_alone(*pool, 0, candidates, [&](FunctionRef, FunctionRef, std::span<const float>) { ++seen; });
  EXPECT_EQ(seen, 2);
  ASSERT_EQ(candidates.size(), 2u);
  EXPECT_EQ(candidates[0].target, 0u) << "a lead of two hundredths against all that the bodies share";
  EXPECT_FLOAT_EQ(candidates[0].score, .5f);
  EXPECT_FLOAT_EQ(candidates[1].score, .51f);
}

// What an alignment puts in: two builds of one program, of which the second's functions are twice as long.
TEST(Rank, AnAlignmentTellsOfNeighbourhoodUsualSizesAndRivals) {
  auto functions = random_functions(40, 7);
  functions[0].callees = {1};  // a wrapper that holds half of what it calls
  std::copy_n(functions[1].strands.begin(), 15, functions[0].strands.begin());
  const auto a = sample_of(functions);
  for (SyntheticFunction& f : functions) f.instructions *= 2;
  const auto b = sample_of(functions);
  const feature::SampleFeatures* const side_a[] = {&a};
  const feature::SampleFeatures* const side_b[] = {&b};
  const auto names = rank_input_names();
  const auto place = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  };
  std::size_t right = 0;
  float rival = 2;  // no rival: both leads at their most
  const auto look = [&](FunctionRef x, FunctionRef y, std::span<const float> inputs) {
    if (x.function != y.function) return;
    ++right;
    EXPECT_GT(inputs[place("n_together_8")], std::log1p(4.f));
    EXPECT_GT(inputs[place("n_together_share_40")], .9f);
    EXPECT_GT(inputs[place("instructions_gap")], .6f);
    EXPECT_NEAR(inputs[place("n_instructions_odd")], 0, .05f);
    if (x.function == 0) rival = inputs[place("n_callees_rival")];
  };
  ASSERT_TRUE(match_with(side_a, side_b, Options(), Parameters(), {look, {}}));
  EXPECT_EQ(right, 40u);
  EXPECT_LT(rival, 2);
}

TEST(Rank, BothWaysOfMatchingAskIt) {
  const Toolkits t;
  const feature::SampleFeatures* const a[] = {&t.a};
  const feature::SampleFeatures* const b[] = {&t.b};
  for (const bool align : {true, false}) {
    for (const bool ranking : {true, false}) {
      Options options;
      options.align = align;
      Parameters parameters;
      parameters.learned_ranking = ranking;
      int seen = 0;
      const auto count = [&](FunctionRef, FunctionRef, std::span<const float>) { ++seen; };
      ASSERT_TRUE(match_with(a, b, options, parameters, {count, {}}));
      EXPECT_EQ(seen > 0, ranking) << "align " << align;
    }
  }
}

}  // namespace
}  // namespace samehand::match
