// Comparisons made up for tests: a small fixed one with every oddity that a face must survive.
#pragma once

#include "samehand/dossier/comparison.h"

namespace samehand::dossier {

// Two builds of one imaginary program, eight pairs; names with markup, escape sequences, direction overrides, wide
// characters and bytes that are no text.
Comparison sample_comparison();

// Two made-up toolkits of three and two files with `pairs` pairs, the first `with_code` of them with listings: B's is
// A's after edits such as another compiler makes. The same numbers give the same comparison.
Comparison large_comparison(std::uint32_t pairs, std::uint32_t with_code);

}  // namespace samehand::dossier
