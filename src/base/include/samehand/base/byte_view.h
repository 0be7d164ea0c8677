// The one way to read bytes of a file: bounds-checked, endian-explicit, without reinterpret_cast.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace samehand {

// Borrows bytes that somebody else owns. Offsets are in bytes from the view's start. Reads outside give nullopt or an
// empty view, never undefined behaviour; all arithmetic on offsets is overflow-safe.
class ByteView {
 public:
  constexpr ByteView() = default;
  constexpr ByteView(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}  // NOLINT: a view of a span is meant

  static ByteView of_text(std::string_view text) {
    return std::span(static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size());
  }

  constexpr std::size_t size() const { return bytes_.size(); }
  constexpr bool empty() const { return bytes_.empty(); }
  constexpr const std::uint8_t* data() const { return bytes_.data(); }
  constexpr std::span<const std::uint8_t> span() const { return bytes_; }
  constexpr std::uint8_t operator[](std::size_t i) const { return i < bytes_.size() ? bytes_[i] : 0; }

  constexpr bool contains(std::uint64_t offset, std::uint64_t count) const {
    return offset <= bytes_.size() && count <= bytes_.size() - offset;
  }

  // The `count` bytes at `offset`; empty when any of them lies outside.
  constexpr ByteView slice(std::uint64_t offset, std::uint64_t count) const {
    return contains(offset, count) ? ByteView(bytes_.subspan(offset, count)) : ByteView();
  }

  // What lies from `offset` to the end, at most `count` bytes.
  constexpr ByteView clamp(std::uint64_t offset, std::uint64_t count = ~0ull) const {
    if (offset >= bytes_.size()) return {};
    const std::uint64_t rest = bytes_.size() - offset;
    return ByteView(bytes_.subspan(offset, count < rest ? count : rest));
  }

  template <std::integral T>
  std::optional<T> read(std::uint64_t offset, std::endian order = std::endian::little) const {
    if (!contains(offset, sizeof(T))) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    if (order != std::endian::native) value = std::byteswap(value);
    return value;
  }

  // Like read, with 0 for what lies outside: for fields whose absence means zero.
  template <std::integral T>
  T read_or_zero(std::uint64_t offset, std::endian order = std::endian::little) const {
    return read<T>(offset, order).value_or(T{});
  }

  // The bytes from `offset` up to a NUL, at most `limit`; nullopt where no NUL follows within view and limit.
  std::optional<std::string_view> c_string(std::uint64_t offset, std::size_t limit = 4096) const {
    const ByteView rest = clamp(offset, limit);
    if (rest.empty()) return std::nullopt;
    const void* end = std::memchr(rest.data(), 0, rest.size());
    if (end == nullptr) return std::nullopt;
    const char* begin = static_cast<const char*>(static_cast<const void*>(rest.data()));
    return std::string_view(begin, static_cast<const char*>(end) - begin);
  }

  std::string_view text() const {
    return {static_cast<const char*>(static_cast<const void*>(bytes_.data())), bytes_.size()};
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace samehand
