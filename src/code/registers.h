// Which general registers an instruction reads and writes: enough to see who uses what it was never given.
#pragma once

#include <cstdint>

#include "samehand/base/byte_view.h"
#include "samehand/code/x86.h"

namespace samehand::code {

// Bit r stands for the register with the architecture's number r (x86: 0 rax … 15 r15; AArch64: x0 … x30, 31 the stack
// pointer where it is one).
struct RegisterUse {
  std::uint32_t reads = 0;
  std::uint32_t writes = 0;
  std::uint32_t saves = 0;  // stored to the stack, as prologues do; not among the reads
  // Memory at a constant distance from the stack pointer, pushes and pops aside.
  bool stack_load = false;
  bool stack_store = false;
  std::int32_t stack_offset = 0;  // from the stack pointer as it is before the instruction
};

// Vector instructions count with the addresses of their operands only. What is not known reads and writes nothing.
RegisterUse registers_of_x86(const X86Instruction& x, bool is_64_bit);
RegisterUse registers_of_arm64(std::uint32_t word);

}  // namespace samehand::code
