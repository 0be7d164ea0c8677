// Comparisons made up for tests: a small fixed one with every oddity that a face must survive.
#pragma once

#include "samehand/dossier/comparison.h"

namespace samehand::dossier {

// Two builds of one imaginary program, eight pairs; names with markup, escape sequences, direction overrides, wide
// characters and bytes that are no text.
Comparison sample_comparison();

}  // namespace samehand::dossier
