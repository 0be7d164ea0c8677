// Passages that stand in several pages, word for word or nearly.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "samehand/reading/reading.h"

namespace samehand::reading {

// The words of a text as hashes, case and punctuation aside. Linear.
std::vector<std::uint64_t> word_hashes(std::string_view text);

// One block of a page.
struct Passage {
  std::uint32_t page = 0;
  TextSpan where;
  std::uint32_t words = 0;
  std::uint32_t group = 0;  // passages with the same number are the same passage
};

struct SharedPassages {
  std::vector<Passage> passages;                   // page by page, in order of place
  std::vector<std::vector<std::uint32_t>> copies;  // pages that are near-identical as a whole; groups of two and more

  // The group of the passage around a place; nullptr in none.
  const Passage* at(std::uint32_t page, TextSpan where) const;
};

// `order` holds the pages' indices, oldest first: who comes first is the original.
SharedPassages find_shared_passages(std::span<const Reading> readings, std::span<const std::uint32_t> order);

// Whether two texts say the same in nearly the same words: kSameWords of the shorter one's runs of three words.
bool same_words(std::string_view a, std::string_view b);

}  // namespace samehand::reading
