// Lists of words as sorted hashes, made by the compiler.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "mentions.h"

namespace samehand::naming {

template <std::size_t N>
consteval std::array<std::uint64_t, N> hashed(const std::string_view (&words)[N]) {
  std::array<std::uint64_t, N> hashes;
  for (std::size_t i = 0; i < N; ++i) hashes[i] = word_hash(words[i]);
  std::ranges::sort(hashes);
  return hashes;
}
inline bool is_in(std::uint64_t hash, std::span<const std::uint64_t> sorted) {
  return std::ranges::binary_search(sorted, hash);
}

}  // namespace samehand::naming
