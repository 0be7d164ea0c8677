// Numbers the functions of a toolkit and ties them to their neighbours.
#pragma once

#include <span>

#include "pool.h"

namespace samehand::match {

// Whether every index in the sample lies in range and every kind is known; features come from a worker that read
// hostile bytes.
bool consistent(const feature::SampleFeatures& sample);

// The indices of `samples` in canonical order: by a hash of their content, so that not even ties depend on the order in
// which they were given.
std::vector<std::uint32_t> canonical_order(std::span<const feature::SampleFeatures* const> samples);

// Everything about a side but its features.
Side number_functions(std::span<const feature::SampleFeatures* const> samples, std::span<const std::uint32_t> order);

// Sets Member::copy. A toolkit may hold several builds of one program, or plain copies. What they have in common is one
// function, not rivals: without this, a second copy of a program would leave none of its functions with a sure partner.
void mark_copies(Side& side);

}  // namespace samehand::match
