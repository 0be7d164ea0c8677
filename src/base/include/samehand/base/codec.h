// Writing and reading small binary messages: LEB128 integers, length-prefixed strings. Used between a sandboxed worker
// and its parent, and for records on disk whose format docs/format/ states.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"

namespace samehand {

class ByteWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void boolean(bool value) { bytes_.push_back(value ? 1 : 0); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
    bytes_.push_back(static_cast<std::uint8_t>(value));
  }
  void fixed64(std::uint64_t value) {
    std::array<std::uint8_t, 8> little;
    for (std::size_t i = 0; i < little.size(); i++) little[i] = static_cast<std::uint8_t>(value >> (8 * i));
    bytes_.insert(bytes_.end(), little.begin(), little.end());
  }
  void real(double value) { fixed64(std::bit_cast<std::uint64_t>(value)); }
  void text(std::string_view value) {
    varint(value.size());
    bytes_.insert(bytes_.end(), value.begin(), value.end());
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

// Reads what ByteWriter wrote. The bytes may be hostile: after the first read outside or malformed integer, ok() is
// false and every further read gives zero or empty.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return position_ == bytes_.size(); }
  std::size_t remaining() const { return bytes_.size() - position_; }

  std::uint8_t u8() {
    if (remaining() < 1) return broken();
    return bytes_[position_++];
  }
  bool boolean() { return u8() != 0; }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = u8();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte == 0 && shift > 0) return broken();  // each number has one encoding
      if (!(byte & 0x80)) return ok_ ? value : 0;
    }
    return broken();
  }
  std::uint64_t fixed64() {
    const auto value = bytes_.read<std::uint64_t>(position_);
    if (!value || !ok_) return broken();
    position_ += 8;
    return *value;
  }
  double real() { return std::bit_cast<double>(fixed64()); }
  std::string_view text() {
    const std::uint64_t size = varint();
    if (!ok_ || size > remaining()) {
      broken();
      return {};
    }
    const std::string_view value = bytes_.slice(position_, size).text();
    position_ += size;
    return value;
  }
  // A count of items that each take at least `item_bytes` more bytes, so that a lying count cannot make us reserve
  // much.
  std::size_t count(std::size_t item_bytes = 1) {
    const std::uint64_t n = varint();
    if (n > remaining() / item_bytes) return broken();
    return n;
  }

 private:
  std::uint8_t broken() {
    ok_ = false;
    position_ = bytes_.size();
    return 0;
  }

  ByteView bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace samehand
