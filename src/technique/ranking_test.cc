#include "samehand/technique/ranking.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "technique_testing.h"

namespace samehand::technique {
namespace {

TEST(Ranking, SurvivesTheWayOutOfTheWorker) {
  const Catalogue c = small_world().catalogue();
  const Ranking ranking = answer(
      c, {{"FERN", "T1566.001", "nothing"}, {"2017 Heron", "no report"}, 2020, {}, {"ALDER (compared with)"}}, 2);
  EXPECT_EQ(ranking.unknown, (std::vector<std::string>{"nothing", "no report"}));
  EXPECT_EQ(ranking.left_out, (std::vector<std::string>{"2017 Heron"}));
  EXPECT_EQ(ranking.not_used, (std::vector<std::string>{"ALDER (compared with)"}));
  EXPECT_EQ(ranking.groups.at(0).name, "Otter");
  EXPECT_EQ(ranking.groups.at(0).shared.at(0).reports, (std::vector<std::string>{"2021 Brook", "2018 Otter"}));
  const auto bytes = encode(ranking);
  const auto again = decode_ranking(ByteView(bytes));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(encode(*again), bytes);
}

TEST(Ranking, DamagedBytesAreRefusedOrHarmless) {
  const auto bytes = encode(answer(small_world().catalogue(), std::uint32_t{0}, 3));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_ranking(ByteView(std::span(bytes).first(size)))) << size;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto damaged = bytes;
      damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ (1 << bit));
      const auto read = decode_ranking(ByteView(damaged));
      if (!read) continue;
      for (const RankedGroup& group : read->groups) {
        EXPECT_TRUE(group.overlap >= 0 && group.overlap <= 1) << i << ' ' << bit;
        EXPECT_LE(group.support, Support::kMethods) << i << ' ' << bit;
        for (const SharedTrait& shared : group.shared) EXPECT_LT(shared.trait, read->traits.size());
      }
    }
  }
}

}  // namespace
}  // namespace samehand::technique
