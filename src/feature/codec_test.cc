#include <gtest/gtest.h>

#include "samehand/base/hash.h"
#include "samehand/feature/feature.h"

namespace samehand::feature {
namespace {

SampleFeatures small_sample() {
  SampleFeatures s;
  s.format = image::Format::kPe;
  s.architecture = image::Architecture::kArm64;
  s.code_bytes = 1000;
  s.instructions = 77;
  for (std::uint64_t i = 0; i < 3; i++) {
    FunctionFeatures f;
    f.address = 0x140001000 + 0x300 * i;
    f.size_bytes = 0x123 + i;
    f.exact_hash = mix64(i);
    f.instructions = 40;
    f.blocks = 7;
    f.first_feature = static_cast<std::uint32_t>(s.features.size());
    for (std::uint64_t k = 1; k < 2 * i + 2; k++)
      s.features.emplace_back(Kind::kString, k << 60, static_cast<std::uint32_t>(k * 2000));
    f.features = static_cast<std::uint32_t>(s.features.size()) - f.first_feature;
    f.first_change = static_cast<std::uint32_t>(s.changes.size());
    for (std::uint64_t k = 1; k < i + 1; k++)
      s.changes.emplace_back(Kind::kString, k << 60, static_cast<std::uint32_t>(k - 1));
    f.changes = static_cast<std::uint32_t>(s.changes.size()) - f.first_change;
    f.first_callee = static_cast<std::uint32_t>(s.callees.size());
    f.callees = 2;
    s.callees.push_back(2);
    s.callees.push_back(0);
    f.first_reference = static_cast<std::uint32_t>(s.references.size());
    f.first_global = static_cast<std::uint32_t>(s.globals.size());
    f.globals = 2;
    s.globals.push_back(static_cast<std::uint32_t>(i));
    s.globals.push_back(300);
    f.thunk = i == 1;
    f.runtime = i == 2;
    f.name = "f" + std::to_string(i);
    s.functions.push_back(f);
  }
  s.table_neighbours = {{0, 1}, {1, 2}};
  s.labels = {{Feature::make_id(Kind::kString, 1ull << 60), "usage: %s"}};
  return s;
}

std::vector<std::uint8_t> with_checksum(std::vector<std::uint8_t> bytes) {
  bytes.resize(bytes.size() - 8);
  const std::uint64_t sum = hash64(ByteView(bytes));
  for (int i = 0; i < 8; i++) bytes.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
  return bytes;
}

TEST(FeatureCodec, WritesAndReadsBack) {
  const SampleFeatures s = small_sample();
  const std::vector<std::uint8_t> bytes = encode(s);
  const Result<SampleFeatures> back = decode(ByteView(bytes));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(encode(*back), bytes);
  EXPECT_EQ(back->functions[2].name, "f2");
  EXPECT_EQ(back->functions[1].address, s.functions[1].address);
  EXPECT_TRUE(back->functions[1].thunk);
  EXPECT_EQ(back->features, s.features);
  EXPECT_EQ(back->changes, s.changes);
  EXPECT_EQ(back->callees, s.callees);
  EXPECT_EQ(back->globals, s.globals);
  EXPECT_EQ(back->table_neighbours, s.table_neighbours);
  EXPECT_EQ(back->labels, s.labels);
}

TEST(FeatureCodec, CountsStayAtTheirMaximum) {
  EXPECT_EQ(Feature(Kind::kField, 1, 70000).count(), 4095u);
  EXPECT_EQ(Feature(Kind::kField, ~0ull, 3).kind(), Kind::kField);
}

TEST(FeatureCodec, RefusesOtherVersions) {
  std::vector<std::uint8_t> bytes = encode(small_sample());
  bytes[4]++;
  const auto back = decode(ByteView(with_checksum(bytes)));
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, ErrorCode::kNotSupported);
}

TEST(FeatureCodec, RefusesEveryTruncation) {
  const std::vector<std::uint8_t> bytes = encode(small_sample());
  for (std::size_t n = 0; n < bytes.size(); n++) EXPECT_FALSE(decode(ByteView(bytes).slice(0, n))) << n;
}

// With the checksum made to fit, damage either is found or gives a sample whose every index is in range.
TEST(FeatureCodec, SurvivesEveryFlippedBit) {
  const std::vector<std::uint8_t> bytes = encode(small_sample());
  for (std::size_t bit = 0; bit < 8 * (bytes.size() - 8); bit++) {
    std::vector<std::uint8_t> damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(decode(ByteView(damaged))) << bit;
    const auto back = decode(ByteView(with_checksum(damaged)));
    if (!back) continue;
    for (const FunctionFeatures& f : back->functions) {
      EXPECT_EQ(back->features_of(f).size(), f.features);
      EXPECT_EQ(back->changes_of(f).size(), f.changes);
      for (const std::uint32_t callee : back->callees_of(f)) EXPECT_LT(callee, back->functions.size());
    }
    EXPECT_EQ(encode(*back), with_checksum(damaged)) << bit;
  }
}

TEST(FeatureCodec, ALyingCountCostsNoMemory) {
  std::vector<std::uint8_t> bytes = {'S',  'H',  'F',  'E', kFeatureVersion, 0, 2, 8, 0, 0, 0xff, 0xff, 0xff,
                                     0xff, 0xff, 0xff, 0x7f};
  bytes.resize(bytes.size() + 8);
  EXPECT_FALSE(decode(ByteView(with_checksum(bytes))));
}

}  // namespace
}  // namespace samehand::feature
