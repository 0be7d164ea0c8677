#include "speakers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace samehand::reading {
namespace {

struct Row {
  std::string speaker, expected;  // person | organisation | role, "?" behind when unnamed
};

class TakeApart : public testing::TestWithParam<Row> {};

TEST_P(TakeApart, GivesItsParts) {
  const SpeakerName n = take_apart(GetParam().speaker);
  EXPECT_EQ(fmt::format("{}|{}|{}{}", n.person, n.organisation, n.role, n.unnamed ? "?" : ""), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Speakers, TakeApart,
    testing::Values(Row{"Mara Quill", "Mara Quill||"}, Row{"FBI Director James Comey", "James Comey|FBI|director"},
                    Row{"the FBI", "|FBI|"}, Row{"experts", "||expert?"},
                    Row{"an unnamed Pyongyang diplomat", "|Pyongyang|diplomat?"},
                    Row{"independent security researchers", "||researcher?"},
                    Row{"Northlight researchers", "|Northlight|researcher"},
                    Row{"researchers at Eastgate", "|Eastgate|researcher"}, Row{"US officials", "|US|official?"},
                    Row{"a spokesman for the Federal Bureau of Investigation",
                        "|Federal Bureau of Investigation|spokesman"},
                    Row{"spokesman Kim Song", "Kim Song||spokesman"}, Row{"", "||?"}, Row{"the", "||?"}));

std::vector<std::uint32_t> groups(std::initializer_list<std::string> speakers) {
  const std::vector<std::string> list(speakers);
  return same_speakers(list);
}

TEST(SameSpeakers, SurnamesAcronymsAndOffices) {
  EXPECT_EQ(
      groups({"James Comey", "Comey", "FBI Director James Comey", "the FBI", "the Federal Bureau of Investigation"}),
      (std::vector<std::uint32_t>{0, 0, 0, 0, 0}));
}

TEST(SameSpeakers, AnAmbiguousSurnameJoinsNobody) {
  EXPECT_EQ(groups({"Ann Hale", "Tom Hale", "Hale"}), (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(SameSpeakers, UnnamedOnesOfOneRoleAreOne) {
  EXPECT_EQ(groups({"officials", "an official", "US officials", "a US official", "experts"}),
            (std::vector<std::uint32_t>{0, 0, 2, 2, 4}));
}

}  // namespace
}  // namespace samehand::reading
