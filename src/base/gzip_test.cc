#include "samehand/base/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace samehand {
namespace {

std::vector<std::uint8_t> gzip(const std::string& text) {
  std::vector<std::uint8_t> input(text.begin(), text.end()), out(compressBound(text.size()) + 64);
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

TEST(Gzip, GivesBackWhatWasPacked) {
  for (const std::size_t size : {0u, 1u, 1000u, 262'144u, 700'000u}) {
    std::string text(size, 'a');
    for (std::size_t i = 0; i < size; i += 7) text[i] = static_cast<char>(i * 31);
    const auto packed = gzip(text);
    EXPECT_TRUE(is_gzip(ByteView(packed)));
    const auto whole = gunzip(ByteView(packed), size);
    ASSERT_TRUE(whole.has_value()) << size;
    EXPECT_EQ(ByteView(*whole).text(), text);
  }
  EXPECT_FALSE(is_gzip(ByteView::of_text("{}")));
}

TEST(Gzip, StopsAtTheLimit) {
  const auto packed = gzip(std::string(5'000'000, 'x'));
  EXPECT_EQ(gunzip(ByteView(packed), 4'999'999, "x.gz").error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(gunzip(ByteView(packed), 1'000'000, "x.gz").error().where, "x.gz");
}

TEST(Gzip, RefusesDamagedAndCutOffData) {
  const auto packed = gzip("the quick brown fox, the lazy dog, the quick brown fox");
  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_EQ(gunzip(ByteView(std::span(packed).first(size)), 1000).error().code, ErrorCode::kMalformed) << size;
  auto damaged = packed;
  damaged[damaged.size() - 6] ^= 1;  // in the checksum
  EXPECT_EQ(gunzip(ByteView(damaged), 1000).error().code, ErrorCode::kMalformed);
}

TEST(Gzip, FilesMayBePackedOrPlain) {
  std::vector<std::uint8_t> storage;
  const std::string text(3000, 'x');
  const auto packed = gzip(text);
  EXPECT_EQ(unpacked(ByteView(packed), 3000, storage)->text(), text);
  EXPECT_EQ(unpacked(ByteView::of_text(text), 3000, storage)->text(), text);
  EXPECT_EQ(unpacked(ByteView(packed), 2999, storage).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(unpacked(ByteView::of_text(text), 2999, storage).error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace samehand
