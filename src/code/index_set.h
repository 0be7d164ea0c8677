// A set of small integers that finds the neighbours of any value.
//
// Problem: recovery asks "which function start is next after this instruction" all the time, while starts are added.
//
// Method: a bitmap with summary bitmaps above it, one bit per 64 below (a van Emde Boas tree of fan-out 64).
//
// Cost: a bit and a sixty-third per possible value; at most two words are read per level, and six levels hold 2^32.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace samehand::code {

class IndexSet {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  // Makes the set empty, for values below `universe`.
  void reset(std::uint32_t universe) {
    levels_.clear();
    std::size_t bits = universe;
    do {
      bits = bits / 64 + 1;
      levels_.emplace_back(bits, 0);
    } while (bits > 1);
  }

  bool contains(std::uint32_t value) const { return (levels_[0][value >> 6] >> (value & 63) & 1) != 0; }

  void insert(std::uint32_t value) {
    for (auto& level : levels_) {
      level[value >> 6] |= 1ull << (value & 63);
      value >>= 6;
    }
  }

  void erase(std::uint32_t value) {
    for (auto& level : levels_) {
      level[value >> 6] &= ~(1ull << (value & 63));
      if (level[value >> 6] != 0) return;
      value >>= 6;
    }
  }

  // The smallest member that is at least `value`, or kNone.
  std::uint32_t at_or_after(std::uint32_t value) const {
    std::size_t depth = 0;
    std::size_t word = value >> 6;
    if (word >= levels_[0].size()) return kNone;
    std::uint64_t rest = levels_[0][word] & (~0ull << (value & 63));
    while (rest == 0) {
      if (++depth == levels_.size()) return kNone;
      const std::size_t bit = word + 1;
      word = bit >> 6;
      if (word >= levels_[depth].size()) return kNone;
      rest = levels_[depth][word] & (~0ull << (bit & 63));
    }
    return descend(depth, word, static_cast<std::size_t>(std::countr_zero(rest)), false);
  }

  // The greatest member that is at most `value`, or kNone.
  std::uint32_t at_or_before(std::uint32_t value) const {
    std::size_t depth = 0;
    std::size_t word = value >> 6;
    std::uint64_t rest = word < levels_[0].size() ? levels_[0][word] & (~0ull >> (63 - (value & 63))) : 0;
    while (rest == 0) {
      if (++depth == levels_.size() || word == 0) return kNone;
      const std::size_t bit = word - 1;
      word = bit >> 6;
      rest = levels_[depth][word] & (~0ull >> (63 - (bit & 63)));
    }
    return descend(depth, word, static_cast<std::size_t>(63 - std::countl_zero(rest)), true);
  }

 private:
  std::uint32_t descend(std::size_t depth, std::size_t word, std::size_t bit, bool last) const {
    for (;;) {
      word = word * 64 + bit;
      if (depth == 0) return static_cast<std::uint32_t>(word);
      const std::uint64_t below = levels_[--depth][word];
      bit = static_cast<std::size_t>(last ? 63 - std::countl_zero(below) : std::countr_zero(below));
    }
  }

  std::vector<std::vector<std::uint64_t>> levels_;  // [0]: the members
};

}  // namespace samehand::code
