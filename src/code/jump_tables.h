#pragma once

#include <cstdint>
#include <vector>

#include "recovery.h"

namespace samehand::code {

// Targets of the AArch64 indirect jump `jump` in the function that starts at `start`; empty when unknown.
std::vector<std::uint32_t> find_arm64_table(Recovery& r, std::uint32_t jump, std::uint32_t start);

}  // namespace samehand::code
