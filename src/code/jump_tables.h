#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recovery.h"

namespace samehand::code {

// Targets of the x86 indirect jump `jump` in the function that starts at `start`; empty when unknown.
std::vector<std::uint32_t> find_x86_table(Recovery& r, std::uint32_t jump, std::uint32_t start);

// The instruction that control came from to i, most likely: the one before, or where nothing falls through, a jump to
// here. kNone at the first instruction.
std::uint32_t flows_from(const Recovery& r, std::uint32_t i);

// Targets of the AArch64 indirect jump `jump` in the function that starts at `start`; empty when unknown.
std::vector<std::uint32_t> find_arm64_table(Recovery& r, std::uint32_t jump, std::uint32_t start);

// Whether most of what pointers lead to looks like functions: a virtual table, or a table of handlers, next to an
// indirect tail call is easily taken for a switch.
bool are_functions(const Recovery& r, std::span<const std::uint32_t> targets);

}  // namespace samehand::code
