#include "samehand/base/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string>

namespace samehand {

bool is_gzip(ByteView file) {
  return file.size() >= 2 && file[0] == 0x1f && file[1] == 0x8b;
}

Result<std::vector<std::uint8_t>> gunzip(ByteView file, std::size_t limit_bytes, std::string_view where) {
  const auto damaged = [&] { return fail(ErrorCode::kMalformed, "damaged gzip data", std::string(where)); };
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return damaged();
  std::vector<std::uint8_t> out, piece(1 << 18);
  std::vector<std::uint8_t> input(file.data(), file.data() + file.size());  // zlib's interface is not const
  std::size_t given = 0;
  int status = Z_OK;
  while (status == Z_OK && out.size() <= limit_bytes) {
    if (stream.avail_in == 0) {  // its counts have 32 bits
      const std::size_t next = std::min<std::size_t>(input.size() - given, std::numeric_limits<uInt>::max());
      stream.next_in = input.data() + given;
      stream.avail_in = static_cast<uInt>(next);
      given += next;
    }
    stream.next_out = piece.data();
    stream.avail_out = static_cast<uInt>(piece.size());
    status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = piece.size() - stream.avail_out;
    out.insert(out.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(made));
    if (made == 0 && stream.avail_in == 0 && given == input.size() && status == Z_OK) break;  // cut off
  }
  inflateEnd(&stream);
  if (out.size() > limit_bytes) {
    return fail(ErrorCode::kTooLarge, "more than " + std::to_string(limit_bytes / 1'000'000) + " MB when decompressed",
                std::string(where));
  }
  if (status != Z_STREAM_END) return damaged();
  return out;
}

Result<ByteView> unpacked(ByteView file, std::size_t limit_bytes, std::vector<std::uint8_t>& storage,
                          std::string_view where) {
  if (is_gzip(file)) {
    auto whole = gunzip(file, limit_bytes, where);
    if (!whole) return std::unexpected(std::move(whole.error()));
    storage = std::move(*whole);
    return ByteView(storage);
  }
  if (file.size() > limit_bytes) {
    return fail(ErrorCode::kTooLarge, "more than " + std::to_string(limit_bytes / 1'000'000) + " MB",
                std::string(where));
  }
  return file;
}

}  // namespace samehand
