#include "worth.h"

#include <gtest/gtest.h>

#include <vector>

namespace samehand::match {
namespace {

Pair pair_of(float information, float similarity, float confidence = 1) {
  Pair pair;
  pair.evidence.information = information;
  pair.similarity = similarity;
  pair.confidence = confidence;
  pair.reported = true;
  pair.worth_db = worth_db(pair);
  return pair;
}

double together(const std::vector<Pair>& pairs, std::uint32_t pairable) {
  return evidence_db(pairs, pairable);
}

TEST(Worth, OfAPair) {
  EXPECT_NEAR(pair_of(80, 1).worth_db, 20, .01);      // 20 dB of features: still nearly linear
  EXPECT_NEAR(pair_of(80, .5f).worth_db, 6.44, .01);  // similarity counts twice
  EXPECT_NEAR(pair_of(80, 1, .5f).worth_db, 10, .01);
  EXPECT_NEAR(pair_of(1200, 1).worth_db, 80, .01);  // fifteen times as much, four times the worth
  Pair library = pair_of(80, 1);
  library.library = true;
  EXPECT_EQ(worth_db(library), 0);
}

TEST(Worth, OnePairIsNoKinshipHoweverLarge) {
  for (const std::uint32_t pairable : {1u, 10u, 1000u}) {
    EXPECT_LE(together({pair_of(1e6, 1)}, pairable), 25);
    EXPECT_LT(kinship(together({pair_of(1e6, 1)}, pairable)), .9);
  }
}

TEST(Worth, TwoLargePairsAreAmongHundreds) {
  const std::vector<Pair> two = {pair_of(200, 1), pair_of(200, 1)};
  EXPECT_GT(kinship(together(two, 100)), .9);
  EXPECT_LT(kinship(together({pair_of(30, .8f), pair_of(30, .8f)}, 100)), .1);  // but two middling ones are not
}

TEST(Worth, ChanceGrowsWithTheNumberOfFunctions) {
  const std::vector<Pair> few = {pair_of(80, 1), pair_of(80, 1)};
  EXPECT_GT(together(few, 10), together(few, 1000));
  EXPECT_NEAR(together(few, 10) - together(few, 1000), 9.21, .01);  // 2 ln(100)
}

TEST(Worth, OnlyWhatIsReportedCountsAndNothingIsNothing) {
  EXPECT_EQ(together({}, 0), 0);
  EXPECT_EQ(together({}, 100), 0);
  std::vector<Pair> pairs(50, pair_of(200, 1));
  const double all = together(pairs, 100);
  for (Pair& p : pairs) p.reported = false;
  EXPECT_EQ(together(pairs, 100), 0);
  EXPECT_GT(all, 500);
  EXPECT_LT(all, 50 * 25);  // pairs of one toolkit are not independent
}

}  // namespace
}  // namespace samehand::match
