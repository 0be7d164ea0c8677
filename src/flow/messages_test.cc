#include "messages.h"

#include <gtest/gtest.h>

#include <functional>

namespace samehand::flow {
namespace {

PartMessage example_part() {
  PartMessage message;
  message.part = "x86_64";
  message.summary.format = image::Format::kMachO;
  message.summary.architecture = image::Architecture::kX64;
  message.summary.size_bytes = 4096;
  message.summary.traces = {{image::TraceKind::kUuid, "", "0123", true},
                            {image::TraceKind::kRichHeader, "k", "v", false}};
  message.summary.remarks = {{image::Remark::Kind::kPacked, "sections are named UPX0 and UPX1"}};
  message.summary.diagnostics = {"truncated at 0x1000"};
  return message;
}

code::Listing example_listing() {
  code::Listing listing;
  listing.address = 0x401000;
  listing.name = "main";
  listing.blocks.resize(2);
  listing.blocks[0] = {
      0x401000, {{0x401000, "test eax, eax", 7}, {0x401002, "jz 0x401010", 9}}, {{1, code::EdgeKind::kTaken}}};
  listing.blocks[1] = {0x401010, {{0x401010, "ret", 3}}, {}};
  return listing;
}

TEST(Messages, PartComesBackAsSent) {
  const auto part = decode_part(ByteView(encode_part(example_part())));
  ASSERT_TRUE(part);
  EXPECT_EQ(part->part, "x86_64");
  EXPECT_EQ(part->summary.format, image::Format::kMachO);
  EXPECT_EQ(part->summary.size_bytes, 4096u);
  ASSERT_EQ(part->summary.traces.size(), 2u);
  EXPECT_FALSE(part->summary.traces[1].valid);
  EXPECT_EQ(part->summary.traces[1].key, "k");
  ASSERT_EQ(part->summary.remarks.size(), 1u);
  EXPECT_EQ(part->summary.remarks[0].kind, image::Remark::Kind::kPacked);
  EXPECT_EQ(part->summary.diagnostics, std::vector<std::string>{"truncated at 0x1000"});
}

TEST(Messages, ListingComesBackAsSent) {
  const auto listing = decode_listing(ByteView(encode_listing(example_listing())));
  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->name, "main");
  ASSERT_EQ(listing->blocks.size(), 2u);
  EXPECT_EQ(listing->blocks[0].instructions[1].text, "jz 0x401010");
  EXPECT_EQ(listing->blocks[0].instructions[1].shape, 9u);
  EXPECT_EQ(listing->blocks[0].edges[0].block, 1u);
  EXPECT_EQ(listing->blocks[0].edges[0].kind, code::EdgeKind::kTaken);
}

TEST(Messages, FunctionTableComesBackAsSent) {
  code::Program program;
  program.architecture = image::Architecture::kArm64;
  program.functions.resize(1);
  program.functions[0].address = 0x1000;
  program.functions[0].size_bytes = 64;
  program.functions[0].blocks = 3;
  program.functions[0].instructions = 16;
  program.functions[0].sources = code::kFromCall | code::kFromSymbol;
  program.functions[0].returns = false;
  program.functions[0].runtime = true;
  program.functions[0].name = "abort";
  const auto back = decode_functions(ByteView(encode_functions(program)));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->functions.size(), 1u);
  EXPECT_EQ(back->functions[0].sources, code::kFromCall | code::kFromSymbol);
  EXPECT_FALSE(back->functions[0].returns);
  EXPECT_TRUE(back->functions[0].runtime);
  EXPECT_FALSE(back->functions[0].thunk);
  EXPECT_EQ(back->functions[0].name, "abort");
}

// A worker may have been taken over by its input: whatever it sends is refused or harmless.
TEST(Messages, DamagedMessagesAreRefusedOrHarmless) {
  const std::vector<std::pair<std::vector<std::uint8_t>, std::function<bool(ByteView)>>> cases = {
      {encode_part(example_part()), [](ByteView b) { return decode_part(b).has_value(); }},
      {encode_listing(example_listing()), [](ByteView b) { return decode_listing(b).has_value(); }},
  };
  for (const auto& [bytes, decodes] : cases) {
    for (std::size_t size = 0; size < bytes.size(); size++)
      EXPECT_FALSE(decodes(ByteView(std::span(bytes).first(size)))) << size;
    for (std::size_t i = 0; i < bytes.size(); i++) {
      for (const int bit : {0, 4, 7}) {
        auto damaged = bytes;
        damaged[i] ^= static_cast<std::uint8_t>(1 << bit);
        decodes(ByteView(damaged));  // must not crash: the sanitizers watch
      }
    }
  }
}

TEST(Messages, EdgesOutsideTheListingAreRefused) {
  auto listing = example_listing();
  listing.blocks[0].edges[0].block = 2;
  EXPECT_FALSE(decode_listing(ByteView(encode_listing(listing))));
}

}  // namespace
}  // namespace samehand::flow
