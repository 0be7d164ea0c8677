// Voices that cannot all be right.
#pragma once

#include <span>
#include <vector>

#include "samehand/reading/voices.h"

namespace samehand::reading {

enum class Side : std::uint8_t { kAffirms, kDenies, kDeclines };
Side side_of(claim::Stance stance);

// Who denies what others affirm, and whose amounts differ, matter by matter in the voices' order.
std::vector<Contradiction> find_contradictions(std::span<const Reading> readings, std::span<const Voice> voices);

}  // namespace samehand::reading
