#include "kin.h"

#include <gtest/gtest.h>

#include <vector>

#include "synthetic.h"

namespace samehand::match {
namespace {

// In A the wrapper 0 calls the body 1, and 2 calls the wrapper; in B 0 calls 1 likewise.
struct Wrapped {
  feature::SampleFeatures a = sample_of({{{1}, {1}}, {{2}, {}}, {{3}, {0}}});
  feature::SampleFeatures b = sample_of({{{1}, {1}}, {{2}, {}}});
  const feature::SampleFeatures* const side_a[1] = {&a};
  const feature::SampleFeatures* const side_b[1] = {&b};
  Result<Pool> pool = build_pool(side_a, side_b, Parameters());
};

TEST(Kin, FindsWhoAmongCallersAndCalleesCompetes) {
  const Wrapped w;
  ASSERT_TRUE(w.pool);
  const std::vector<std::vector<Candidate>> candidates = {
      {candidate(0, .9f), candidate(1, .6f)}, {candidate(1, .8f), candidate(0, .5f)}, {candidate(0, .3f)}};
  Kin kin(*w.pool, candidates);
  const auto of_wrapper = kin(0, 2);
  ASSERT_EQ(of_wrapper.size(), 2u);
  // With 0 of B: its callee 1 would have it too, and so would its caller 2; and 0 of A has a score with B's callee 1.
  EXPECT_FLOAT_EQ(of_wrapper[0].callee_of_a, .5f);
  EXPECT_FLOAT_EQ(of_wrapper[0].caller_of_a, .3f);
  EXPECT_FLOAT_EQ(of_wrapper[0].callee_of_b, .6f);
  EXPECT_FLOAT_EQ(of_wrapper[0].caller_of_b, 0);
  // With 1 of B, which 0 of B calls.
  EXPECT_FLOAT_EQ(of_wrapper[1].callee_of_a, .8f);
  EXPECT_FLOAT_EQ(of_wrapper[1].caller_of_a, 0);
  EXPECT_FLOAT_EQ(of_wrapper[1].callee_of_b, 0);
  EXPECT_FLOAT_EQ(of_wrapper[1].caller_of_b, .9f);
}

TEST(Kin, LeavesNothingBehindForTheNextFunction) {
  const Wrapped w;
  ASSERT_TRUE(w.pool);
  const std::vector<std::vector<Candidate>> candidates = {
      {candidate(0, .9f), candidate(1, .6f)}, {}, {candidate(1, .2f)}};
  Kin kin(*w.pool, candidates);
  kin(0, 2);
  EXPECT_TRUE(kin(1, 0).empty());
  const auto last = kin(2, 1);
  ASSERT_EQ(last.size(), 1u);
  EXPECT_FLOAT_EQ(last[0].callee_of_a, .6f);
  EXPECT_FLOAT_EQ(last[0].caller_of_b, 0) << "2 has no score with 0 of B";
}

}  // namespace
}  // namespace samehand::match
