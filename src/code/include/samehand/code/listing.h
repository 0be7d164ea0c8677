// Text of a function's instructions, for people to read side by side.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/code/program.h"

namespace samehand::code {

struct ListedInstruction {
  std::uint64_t address = 0;
  std::string text;         // Intel syntax on x86, the architecture's own on AArch64; call targets by name where known
  std::uint64_t shape = 0;  // hash of the mnemonic and operand kinds, without registers, addresses and constants
};

struct ListedBlock {
  std::uint64_t address = 0;
  std::vector<ListedInstruction> instructions;
  std::vector<Edge> edges;
};

struct Listing {
  std::uint64_t address = 0;
  std::string name;
  std::vector<ListedBlock> blocks;  // entry first, the rest ascending
};

// The listing of the function that starts at `address` or contains it; kNotFound where there is none.
// At most `max_instructions` instructions are listed (the rest of the blocks come empty).
Result<Listing> list_function(const image::Image& image, const Program& program, std::uint64_t address,
                              std::uint32_t max_instructions = 20000);

}  // namespace samehand::code
