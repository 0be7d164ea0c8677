// Virtual inlining: functions get a share of what the functions they call hold.
#pragma once

#include <span>

#include "pool.h"

namespace samehand::match {

// Whether features of this kind go along when a function is inlined: its control flow and its callers' do not.
bool travels(feature::Kind kind);

// Whether a compiler might inline the function: at most so many instructions, or a single caller and no address taken.
bool inlinable(const Side& side, std::uint32_t function, std::uint32_t most_instructions);

// Returns `own`, whose masses are amounts, with the callees' joined in, see inline.cc. Rows in no order.
Rows<Term> inline_callees(const Side& side, const Rows<Term>& own, std::span<const feature::Kind> kinds,
                          const Parameters& parameters);

}  // namespace samehand::match
