#include "names.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace samehand::technique {
namespace {

TEST(Names, AreFoundAsWholeWordsTheLongestFirst) {
  Names names;
  names.add("Otter", {true, 1});
  names.add("Otter Pond", {true, 2});
  names.add("APT-C-77", {true, 3});
  names.add("FERN", {false, 4});
  names.add("FERN", {false, 5});  // two things of one name
  for (const char* unfit : {"at", "page", "OTT", "-Otter", "Otter (2)", "A b c d e f g", ""})
    names.add(unfit, {false, 9});
  const std::pair<const char*, std::vector<Named>> cases[] = {
      {"", {}},
      {"Otter", {{true, 1}}},
      {"of Otter's, Otters, and otter", {{true, 1}}},
      {"Otter Pond's FERN; Otter", {{true, 2}, {false, 4}, {false, 5}, {true, 1}}},
      {"Otter  Pond", {{true, 1}}},
      {"by APT-C-77, not APT-C-7", {{true, 3}}},
      {"xFERN FERN2 \xc3\xa9"
       "FERN page at A b c d e f g",
       {}},
  };
  for (const auto& [text, found] : cases) EXPECT_EQ(names.find_in(text), found) << text;
}

TEST(Sentences, HaveTheCitationsBehindThem) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"One. Two", "[One.][Two]"},
      {"One.(Citation: A)(Citation: B b) Two v1.5? (Citation: C)\nThree", "[One.|A|B b][Two v1.5?|C][Three]"},
      {"One(Citation: A). Two.", "[One|A][.][Two.]"},
      {"One.(Citation: A", "[One.]"},
      {"(Citation: A)(Citation: B)", ""},
      {" \n\n ", ""},
  };
  for (const auto& [description, expected] : cases) {
    std::string text;
    for (const Sentence& sentence : sentences_of(description)) {
      text += "[" + std::string(sentence.text);
      for (const std::string_view name : sentence.citations) text += "|" + std::string(name);
      text += "]";
    }
    EXPECT_EQ(text, expected) << description;
  }
}

}  // namespace
}  // namespace samehand::technique
