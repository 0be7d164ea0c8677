#include <gtest/gtest.h>

#include <string>

#include "samehand/reading/reading.h"

namespace samehand::reading {
namespace {

Reading sample() {
  Reading r;
  r.document.format = page::Format::kHtml;
  r.document.text = "The bureau said that 11 TB were lost.";
  r.document.blocks = {{page::BlockKind::kParagraph, {0, 37}}};
  r.document.links = {{{4, 10}, "https://example.org/"}};
  r.document.metadata.title = "Lost";
  r.document.metadata.tags = {"harbour", "plans"};
  r.document.metadata.published = {.month = 12, .day = 4, .hour = 3, .minute = 13, .utc_offset_min = -300};
  r.document.metadata.topic = {"The plans", 59};
  r.document.remarks = {"a remark"};
  claim::Claim c;
  c.content = {{16, 36}};
  c.source = {0, 10};
  c.cue = {11, 15};
  c.speaker = "The bureau";
  c.speaker_kind = claim::SpeakerKind::kOutlet;
  c.stance = claim::Stance::kApologises;
  c.about = claim::About::kTechnique;
  c.chain = {"Courier", "The bureau"};
  r.claims = {c, c};
  r.claims[1].parent = 0;
  r.indicators = {{indicator::Kind::kTlp, "TLP:RED", {0, 3}, 443, true, true, "why"}};
  r.names = {{naming::NameKind::kFigure, "x", {"G1", "G2"}, {4, 10}, naming::FoundName::How::kRepeated}};
  r.techniques = {{"T1566.001", {4, 10}, naming::FoundTechnique::How::kWording, .5f}};
  r.figures = {{{21, 26}, 11, "TB", "data", naming::Figure::Hedge::kAlmost, 1.1e13}};
  return r;
}

TEST(Codec, WhatIsSentArrives) {
  const auto message = encode(sample());
  const auto decoded = decode(ByteView(message));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(encode(*decoded), message);
  EXPECT_EQ(decoded->claims[1].parent, 0);
  EXPECT_EQ(decoded->claims[0].parent, -1);
  EXPECT_EQ(decoded->document.metadata.published, sample().document.metadata.published);
  EXPECT_EQ(decoded->figures[0].bytes, 1.1e13);
}

TEST(Codec, ATruncatedMessageIsRefused) {
  const auto message = encode(sample());
  for (std::size_t n = 0; n < message.size(); ++n) EXPECT_FALSE(decode(ByteView(message).slice(0, n))) << n;
}

TEST(Codec, PlacesOutsideTheTextAreRefused) {
  const auto refused = [](const auto& damage) {
    Reading r = sample();
    damage(r);
    const auto message = encode(r);
    return !decode(ByteView(message)).has_value();
  };
  EXPECT_TRUE(refused([](Reading& r) { r.document.blocks[0].where.end = 38; }));
  EXPECT_TRUE(refused([](Reading& r) { r.claims[0].content.clear(); }));
  EXPECT_TRUE(refused([](Reading& r) { r.claims[0].cue = {15, 11}; }));
  EXPECT_TRUE(refused([](Reading& r) { r.claims[0].parent = 0; }));
  EXPECT_TRUE(refused([](Reading& r) { r.claims[1].parent = 2; }));
  EXPECT_TRUE(refused([](Reading& r) { r.figures[0].where = {30, 99}; }));
}

TEST(Codec, SpanOfSayingIsOptional) {
  Reading reading = sample();
  const auto without = encode(reading);
  reading.claims[1].said_from = {.month = 11, .day = 28};
  reading.claims[1].said_until = {.month = 12, .day = 4};
  const auto with = encode(reading);
  EXPECT_GT(with.size(), without.size());
  const auto decoded = decode(ByteView(with));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(page::to_iso(decoded->claims[1].said_from), "XXXX-11-28");
  EXPECT_EQ(page::to_iso(decoded->claims[1].said_until), "XXXX-12-04");
  EXPECT_FALSE(decoded->claims[0].said_from.known());
  for (std::size_t cut = 1; without.size() + cut < with.size(); ++cut)
    EXPECT_FALSE(decode(ByteView(std::span(with).first(with.size() - cut))).has_value());
}

// Whatever the bytes are, they decode to something whose places lie in its text, or not at all.
TEST(Codec, ChangedBytesDoNoHarm) {
  const auto message = encode(sample());
  for (std::size_t i = 0; i < message.size(); ++i) {
    for (const int change : {0x01, 0x80, 0xff}) {
      auto damaged = message;
      damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ change);
      const auto decoded = decode(ByteView(damaged));
      if (!decoded) continue;
      for (const claim::Claim& c : decoded->claims) EXPECT_LE(c.content.front().end, decoded->document.text.size());
    }
  }
}

}  // namespace
}  // namespace samehand::reading
