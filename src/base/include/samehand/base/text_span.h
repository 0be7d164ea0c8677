// Places in a UTF-8 text: bytes inside the program, code points in what others read.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace samehand {

// Bytes [begin, end) of a text that somebody else owns.
struct TextSpan {
  std::uint32_t begin = 0, end = 0;

  constexpr std::uint32_t size() const { return end - begin; }
  constexpr bool empty() const { return begin >= end; }
  constexpr bool contains(TextSpan other) const { return begin <= other.begin && other.end <= end; }
  constexpr bool overlaps(TextSpan other) const { return begin < other.end && other.begin < end; }
  // The words it covers; clamped, so that a span of another text reads nothing outside.
  constexpr std::string_view of(std::string_view text) const {
    if (begin >= text.size() || empty()) return {};
    return text.substr(begin, end - begin);
  }
  friend constexpr bool operator==(TextSpan, TextSpan) = default;
  friend constexpr auto operator<=>(TextSpan, TextSpan) = default;
};

// Byte offset -> number of code points before it, in constant time after one pass (a mark every 64 bytes).
class CodePoints {
 public:
  explicit CodePoints(std::string_view text) : text_(text) {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (i % kStride == 0) marks_.push_back(count);
      count += starts(text[i]);
    }
    marks_.push_back(count);
  }
  std::uint32_t before(std::size_t byte) const {
    if (byte >= text_.size()) byte = text_.size();
    const std::size_t mark = byte / kStride;
    if (mark * kStride == text_.size()) return marks_.back();
    std::uint32_t count = marks_[mark];
    for (std::size_t i = mark * kStride; i < byte; ++i) count += starts(text_[i]);
    return count;
  }

 private:
  static constexpr std::size_t kStride = 64;
  static constexpr bool starts(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

  std::string_view text_;
  std::vector<std::uint32_t> marks_;
};

}  // namespace samehand
