// Aligns the instructions of two blocks.
#pragma once

#include <span>
#include <vector>

#include "samehand/dossier/diff.h"
#include "words.h"

namespace samehand::dossier {

// `rare` says per word of the vocabulary whether it stands in few enough places to align by.
std::vector<DiffRow> align_instructions(const ListingWords& a, const BlockWords& a_block, const ListingWords& b,
                                        const BlockWords& b_block, std::span<const std::uint8_t> rare);

}  // namespace samehand::dossier
