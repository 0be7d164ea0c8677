#include "assign.h"

#include <gtest/gtest.h>

namespace samehand::match {
namespace {

// Scores of each function of A with each of B; 0 for no candidate.
Assignment assigned(const std::vector<std::vector<float>>& scores) {
  std::vector<std::vector<Candidate>> candidates(scores.size());
  for (std::size_t a = 0; a < scores.size(); ++a) {
    for (std::uint32_t b = 0; b < scores[a].size(); ++b) {
      Candidate c;
      c.target = b;
      c.score = scores[a][b];
      candidates[a].push_back(c);
    }
  }
  return assign(candidates, scores.empty() ? 0 : scores[0].size());
}

using Partners = std::vector<std::uint32_t>;

TEST(Assign, TheBestPairFirst) {
  const Assignment r = assigned({{.9f, .5f}, {.7f, .4f}});
  EXPECT_EQ(r.partner_of_a, (Partners{0, 1}));
  EXPECT_EQ(r.partner_of_b, (Partners{0, 1}));
  EXPECT_FLOAT_EQ(r.margin_a[0], .4f / .9f);
  EXPECT_LT(r.margin_a[1], 0) << "its best candidate is another's partner";
}

TEST(Assign, AnExchangeThatHelpsBoth) {
  const Assignment r = assigned({{1.f, .9f}, {.95f, 0.f}});
  EXPECT_EQ(r.partner_of_a, (Partners{1, 0}));
  EXPECT_EQ(r.partner_of_b, (Partners{1, 0}));
  EXPECT_FLOAT_EQ(r.margin_a[0], -.1f / .9f);
}

TEST(Assign, TheHolderMayTakeAThirdThatIsFree) {
  const Assignment r = assigned({{.9f, 0.f, .85f}, {.89f, .3f, 0.f}});
  EXPECT_EQ(r.partner_of_a, (Partners{2, 0}));
  EXPECT_EQ(r.partner_of_b, (Partners{1, kNobody, 0}));
}

TEST(Assign, ASurePairIsNotGivenUpForTwoDoubtfulOnes) {
  const Assignment r = assigned({{1.f, .6f}, {.7f, 0.f}});
  EXPECT_EQ(r.partner_of_a, (Partners{0, kNobody}));
}

TEST(Assign, NobodyWithoutCandidates) {
  EXPECT_EQ(assigned({{0.f}}).partner_of_a, (Partners{kNobody}));
  EXPECT_TRUE(assigned({}).partner_of_a.empty());
}

}  // namespace
}  // namespace samehand::match
