// Whether a word is one of a short list of words.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace samehand {

template <std::size_t kSize>
constexpr bool one_of(std::string_view word, const std::array<std::string_view, kSize>& words) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace samehand
