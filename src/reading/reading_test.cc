#include "samehand/reading/reading.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace samehand::reading {
namespace {

constexpr std::string_view kSaid =
    "The minister said on Monday that the agency was responsible for the attack on the studio.\n\n";

std::string repeated(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += kSaid;
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
  const Reading whole = read(document_of(repeated(1 << 20)));
  EXPECT_FALSE(cut(whole));
  EXPECT_GE(whole.claims.size(), (1 << 20) / kSaid.size());

  const Reading part = read(document_of(repeated(5 << 20)));
  EXPECT_TRUE(cut(part));
  EXPECT_GT(part.claims.size(), 3 * whole.claims.size());
  EXPECT_LT(part.claims.size(), 5 * whole.claims.size());
  EXPECT_GT(part.document.text.size(), 5U << 20) << "the text itself stays whole";
  for (const claim::Claim& c : part.claims) EXPECT_LE(c.cue.end, 4U << 20);
}

TEST(Reading, ALongTextWithoutASpace) {
  const Reading reading = read(document_of(std::string(5 << 20, 'x')));
  EXPECT_TRUE(reading.claims.empty());
}

}  // namespace
}  // namespace samehand::reading
