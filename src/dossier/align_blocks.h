// Aligns the basic blocks of two functions.
#pragma once

#include <cstdint>
#include <vector>

#include "samehand/code/listing.h"
#include "words.h"

namespace samehand::dossier {

// For each block of A the index of its partner in B, or -1; no partner twice.
std::vector<std::int32_t> align_blocks(const code::Listing& a, const ListingWords& a_words, const code::Listing& b,
                                       const ListingWords& b_words, std::size_t vocabulary);

}  // namespace samehand::dossier
