#include "samehand/base/codec.h"

#include <gtest/gtest.h>

namespace samehand {
namespace {

TEST(Codec, WhatIsWrittenIsRead) {
  ByteWriter out;
  const std::uint64_t values[] = {0, 1, 127, 128, 300, 0xffffffffull, ~0ull};
  for (const auto v : values) out.varint(v);
  out.text("hand");
  out.text("");
  out.real(-2.5);
  out.boolean(true);
  ByteReader in{ByteView(out.bytes())};
  for (const auto v : values) EXPECT_EQ(in.varint(), v);
  EXPECT_EQ(in.text(), "hand");
  EXPECT_EQ(in.text(), "");
  EXPECT_EQ(in.real(), -2.5);
  EXPECT_TRUE(in.boolean());
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.at_end());
}

TEST(Codec, EveryTruncationIsNoticed) {
  ByteWriter out;
  out.varint(1u << 20);
  out.text("some text");
  out.fixed64(7);
  for (std::size_t size = 0; size < out.bytes().size(); size++) {
    ByteReader in{ByteView(std::span(out.bytes()).first(size))};
    in.varint();
    in.text();
    in.fixed64();
    EXPECT_FALSE(in.ok()) << size;
  }
}

TEST(Codec, LyingCountsAreRefused) {
  ByteWriter out;
  out.varint(1ull << 60);
  ByteReader in{ByteView(out.bytes())};
  EXPECT_EQ(in.count(4), 0u);
  EXPECT_FALSE(in.ok());
}

TEST(Codec, OverlongIntegersAreRefused) {
  const std::vector<std::uint8_t> endless(11, 0xff);
  ByteReader in{ByteView(endless)};
  in.varint();
  EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace samehand
