#include "samehand/base/hash.h"

#include <gtest/gtest.h>

#include <bit>

namespace samehand {
namespace {

TEST(Hash, Sha256OfTheStandardsExample) {
  const std::uint8_t abc[] = {'a', 'b', 'c'};  // FIPS 180-4, appendix B.1
  EXPECT_EQ(sha256_hex(ByteView(abc)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hash, Sha256InPiecesIsTheSame) {
  Sha256 sha256;
  EXPECT_EQ(sha256.finish_hex(), sha256_hex(ByteView()));
  sha256.add(ByteView::of_text("a"));
  sha256.add(ByteView());
  sha256.add(ByteView::of_text("bc"));
  EXPECT_EQ(sha256.finish_hex(), sha256_hex(ByteView::of_text("abc")));
  sha256.add(ByteView::of_text("abc"));  // anew
  EXPECT_EQ(sha256.finish_hex(), sha256_hex(ByteView::of_text("abc")));
}

TEST(Hash, Xxh3IsTheSameEverywhere) {
  // Persisted identities depend on this value: XXH3-64 of the empty input, seed 0.
  EXPECT_EQ(hash64(std::string_view()), 0x2d06800538d394c2ull);
}

TEST(Hash, MixSpreadsOneBit) {
  for (int bit = 0; bit < 64; bit++) {
    const int changed = std::popcount(mix64(12345) ^ mix64(12345 ^ (1ull << bit)));
    EXPECT_GT(changed, 12) << bit;
    EXPECT_LT(changed, 52) << bit;
  }
}

}  // namespace
}  // namespace samehand
