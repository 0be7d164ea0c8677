// Calling conventions: where arguments and results travel, and what a call destroys.
#pragma once

#include <cstdint>
#include <span>

#include "ir.h"
#include "samehand/image/image.h"

namespace samehand::feature {

struct Abi {
  std::uint8_t stack_pointer = 4, frame_pointer = 5, result = 0;
  std::uint8_t pointer_bytes = 8;
  std::span<const std::uint8_t> arguments;  // general registers, in order
  std::uint64_t clobbered_general = 0;      // bit per register 0…33; the flags included
  std::uint64_t clobbered_vector = ~0ull;   // bit per register from kVector0
  std::int64_t stack_arguments = 8;         // offset of the first argument on the stack from the entry's sp…
  unsigned first_stack_argument = 6;        // …and its number
  unsigned max_stack_arguments = 0;         // how many of them are recognised
};

Abi abi_of(const image::Image& image);

}  // namespace samehand::feature
