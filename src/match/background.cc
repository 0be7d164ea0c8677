// Problem: two programs of eight functions each cannot tell by themselves whether the constant 0x1000 or 0xedb88320 is
// the telling one: each occurs once.
//
// Method: a table of the features that many programs share, counted once over Debian 12's packages that
// evaluation/count_background.py names (functions of 10 instructions and more, no package counting for more than
// 1,500): those in at least 1 of 2,000 functions and 4 packages, with their share. Features count in a comparison as if
// it were part of a pool of programs like these (pool.cc). Rare ones are not listed and share one small value.
//
// The table belongs to a feature version and must be counted anew after a change there.
//
// Known failure: counted on x86-64; offsets and sizes that are common in 32-bit code pass for uncommon.
#include "background.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "samehand/base/hash.h"

namespace samehand::match {
namespace {

constexpr std::uint64_t kTable[] = {
#include "background.inc"
};

constexpr std::uint64_t kShareMask = 0xfff;

}  // namespace

Background::Background() : slots_(std::size_t{1} << 16) {
  static_assert(std::size(kTable) < (std::size_t{1} << 15));
  for (const std::uint64_t entry : kTable) {
    std::size_t at = mix64(entry & ~kShareMask) & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = entry;
  }
}

float Background::share(std::uint64_t id) const {
  std::size_t at = mix64(id) & (slots_.size() - 1);
  while (slots_[at] != 0) {
    if ((slots_[at] & ~kShareMask) == id) return std::exp2(-static_cast<float>(slots_[at] & kShareMask) / 256);
    at = (at + 1) & (slots_.size() - 1);
  }
  return kUncommon;
}

}  // namespace samehand::match
