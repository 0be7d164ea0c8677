#include "speakers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace samehand::reading {
namespace {

struct Row {
  std::string speaker, expected;  // person | organisation | role, "?" behind when unnamed
  // What the test is called by: the bytes of two strings would differ from run to run.
  friend void PrintTo(const Row& row, std::ostream* out) { *out << (row.speaker.empty() ? "nobody" : row.speaker); }
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
                    Row{"spokesman Kim Song", "Kim Song||spokesman"}, Row{"", "||?"}, Row{"the", "||?"},
                    Row{"the security firm Northlight Labs", "|Northlight Labs|firm"},
                    Row{"one of the analysts, Mara Quill", "Mara Quill||analyst"},
                    Row{"Mara Quill, who said that Velm did it", "Mara Quill||"},
                    Row{"Velm's interior minister, Mara Quill", "Mara Quill||minister"}));

std::vector<std::uint32_t> groups(std::initializer_list<std::string> speakers) {
  const std::vector<std::string> list(speakers);
  return same_speakers(list);
}

TEST(SameSpeakers, SurnamesAcronymsAndOffices) {
  EXPECT_EQ(
      groups({"James Comey", "Comey", "FBI Director James Comey", "the FBI", "the Federal Bureau of Investigation"}),
      (std::vector<std::uint32_t>{0, 0, 0, 0, 0}));
}

TEST(SameSpeakers, WithoutNameRoleOrOfficeTheWordsMustBeTheSame) {
  EXPECT_EQ(groups({"The operator", "reports/a.md", "the operator", "the victims"}),
            (std::vector<std::uint32_t>{0, 1, 0, 3}));
}

TEST(SameSpeakers, AStateIsAlsoItsCapitalAcronymAndLongName) {
  EXPECT_EQ(groups({"Pyongyang", "North Korea", "the Democratic People's Republic of Korea (DPRK)", "South Korea"}),
            (std::vector<std::uint32_t>{0, 0, 0, 3}));
}

TEST(SameSpeakers, AnOfficeIsItsHoldersWhoeverNamesIt) {
  EXPECT_EQ(
      groups({"Velm's interior minister, Mara Quill", "Quill", "the interior ministry", "the Interior Ministry of Velm",
              "an official of the interior ministry", "Sarn's interior ministry"}),
      (std::vector<std::uint32_t>{0, 0, 2, 0, 2, 5}))
      << "with two owners, the interior ministry alone is neither's";
  EXPECT_EQ(groups({"Velm's mission to the United Nations", "the country's mission to the United Nations",
                    "Velm's UN spokesman", "Velm's spokesman at the United Nations", "the government of Velm", "Velm",
                    "a Velmish diplomat"}),
            (std::vector<std::uint32_t>{0, 0, 0, 0, 4, 4, 6}));
  EXPECT_EQ(groups({"Northlight Labs", "Northlight", "analysts at the security company Northlight"}),
            (std::vector<std::uint32_t>{0, 0, 0}));
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
