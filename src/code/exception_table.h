// Landing pads from a language-specific data area in the format of GCC's exception tables.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cursor.h"
#include "samehand/image/image.h"

namespace samehand::code {

// A pointer in one of DWARF's DW_EH_PE encodings. `address` is where the pointer itself lies.
// nullopt where it is absent (omit, or null) or its encoding is unknown; then the cursor has failed unless it was
// absent.
std::optional<std::uint64_t> take_encoded_pointer(Cursor& cursor, std::uint8_t encoding, std::uint64_t address,
                                                  const image::Image& image);

// Appends the landing pads of the function [begin, end) whose table lies at `table`, ascending, each once; nothing
// where the table is damaged. Reads at most `budget` call sites and takes what it read off the budget.
void read_landing_pads(const image::Image& image, std::uint64_t table, std::uint64_t begin, std::uint64_t end,
                       std::uint64_t& budget, std::vector<std::uint64_t>& pads);

}  // namespace samehand::code
