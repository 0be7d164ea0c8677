// Problem: features are 64-bit names scattered over all values; everything after this wants the numbers 0, 1, 2 …
//
// Example: the ids 7·10^17, 3, 7·10^17, 9 become 0, 1, 0, 2.
//
// Method: open addressing (linear probing) over four-byte slots that hold numbers only; the names lie once, in the list
// by number, and a slot is verified there. The table doubles when it is two thirds full, so it is as large as the
// distinct features ask for: slots of 16 bytes for every occurrence were the largest thing in memory while matching.
//
// Cost: one slot and one name per look-up, both likely out of the caches; `prefetch` hides most of that when called
// some steps ahead. Memory: 8 bytes a name and 6 to 12 bytes of slots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "samehand/base/hash.h"

namespace samehand::match {

class Interner {
 public:
  Interner() : slots_(std::size_t{1} << 12) {}

  // The number of a name: in order of first sight.
  std::uint32_t number(std::uint64_t id) {
    std::size_t at = home(id);
    while (slots_[at] != 0) {
      if (ids_[slots_[at] - 1] == id) return slots_[at] - 1;
      at = next(at);
    }
    ids_.push_back(id);
    slots_[at] = static_cast<std::uint32_t>(ids_.size());
    const std::uint32_t given = slots_[at] - 1;
    if (ids_.size() * 3 > slots_.size() * 2) grow();
    return given;
  }

  // To be called for a name that number() will be asked for in a few steps.
  void prefetch(std::uint64_t id) const { __builtin_prefetch(&slots_[home(id)]); }

  // To be called when prefetch() has had time to work, before number().
  void prefetch_name(std::uint64_t id) const {
    const std::uint32_t slot = slots_[home(id)];
    if (slot != 0) __builtin_prefetch(&ids_[slot - 1]);
  }

  // The names by number. Ends the interner's use and gives its memory back.
  std::vector<std::uint64_t> take_ids() {
    slots_ = {};
    return std::move(ids_);
  }

 private:
  std::size_t home(std::uint64_t id) const { return mix64(id) & (slots_.size() - 1); }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

  void grow() {
    const std::size_t size = slots_.size() * 2;
    slots_ = {};
    slots_.resize(size);
    for (std::uint32_t n = 0; n < ids_.size(); ++n) {
      std::size_t at = home(ids_[n]);
      while (slots_[at] != 0) at = next(at);
      slots_[at] = n + 1;
    }
  }

  std::vector<std::uint32_t> slots_;  // number + 1; 0: free
  std::vector<std::uint64_t> ids_;
};

}  // namespace samehand::match
