// Whether a word is one of a short list of words.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

namespace samehand {

constexpr bool one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace samehand
