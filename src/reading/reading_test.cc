#include "samehand/reading/reading.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace samehand::reading {
namespace {

// Sentences that all say something else.
std::string sentences(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i)
    text += "The minister said on Monday that the agency was responsible for attack " + std::to_string(i) +
            " on the studio, which nobody had expected in a year in which so much else had happened.\n\n";
  return text;
}

bool cut(const Reading& reading) {
  return std::ranges::any_of(reading.document.remarks, [](const std::string& r) { return r.contains("first 4 MB"); });
}

page::Document document_of(std::string text) {
  page::Document document;
  document.text = std::move(text);
  return document;
}

TEST(Reading, TheClaimsOfAVeryLongTextEndSomewhereAndItSaysSo) {
  const Reading whole = read(document_of(sentences(1'000'000)));
  EXPECT_FALSE(cut(whole));
  EXPECT_GE(whole.claims.size(), 5'000u);

  const Reading part = read(document_of(sentences(5'000'000)));
  EXPECT_TRUE(cut(part));
  EXPECT_EQ(part.claims.size(), 20'000u);
  EXPECT_NE(part.document.remarks.back().find("only the first 20000 of its"), std::string::npos);
  EXPECT_GT(part.document.text.size(), 5'000'000U) << "the text itself stays whole";
  for (const claim::Claim& c : part.claims) EXPECT_LE(c.cue.end, 4'000'000U);
}

TEST(Reading, WhatAPageSaysTwiceIsOneClaim) {
  const Reading reading = read(document_of(
      "The minister said that Norland had denied the attack. Nothing else is known of it so far, and nobody asks.\n\n"
      "The minister said that Norland had denied the attack.\n\nThe bank said that Norland had denied the "
      "attack.\n\n"));
  ASSERT_EQ(reading.claims.size(), 4u);
  EXPECT_EQ(reading.claims[0].speaker, "The minister");
  EXPECT_EQ(reading.claims[1].parent, 0);
  EXPECT_EQ(reading.claims[2].speaker, "The bank");
  EXPECT_EQ(reading.claims[3].parent, 2);
}

TEST(Reading, ALongTextWithoutASpace) {
  const Reading reading = read(document_of(std::string(5 << 20, 'x')));
  EXPECT_TRUE(reading.claims.empty());
}

}  // namespace
}  // namespace samehand::reading
