// Reads a table of the file front to back; past its end everything reads as zero and `ok` turns false.
#pragma once

#include <cstdint>

#include "samehand/base/byte_view.h"

namespace samehand::code {

class Cursor {
 public:
  explicit Cursor(ByteView view, std::uint64_t at = 0) : view_(view), at_(at) {}

  bool ok() const { return ok_; }
  std::uint64_t position() const { return at_; }
  bool at_end() const { return at_ >= view_.size(); }

  template <std::integral T>
  T take() {
    const auto value = view_.read<T>(at_);
    at_ += sizeof(T);
    ok_ = ok_ && value.has_value();
    return value.value_or(T{});
  }

  std::uint64_t take_uleb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      const auto byte = take<std::uint8_t>();
      if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    ok_ = false;
    return value;
  }

  std::int64_t take_sleb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      const auto byte = take<std::uint8_t>();
      if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) != 0) continue;
      if (shift + 7 < 64 && (byte & 0x40) != 0) value |= ~0ull << (shift + 7);
      return static_cast<std::int64_t>(value);
    }
    ok_ = false;
    return 0;
  }

  void skip(std::uint64_t count) {
    ok_ = ok_ && view_.contains(at_, count);
    at_ = ok_ ? at_ + count : view_.size();
  }
  void fail() { ok_ = false; }

 private:
  ByteView view_;
  std::uint64_t at_ = 0;
  bool ok_ = true;
};

}  // namespace samehand::code
