// What one instruction does to control flow, the stack and addresses: all that recovery wants to know of it.
#pragma once

#include <array>
#include <cstdint>

#include "code_space.h"
#include "samehand/base/byte_view.h"
#include "samehand/image/image.h"

namespace samehand::code {

// Classifies x86 instructions one after another in address order.
class X86Flow {
 public:
  X86Flow(const image::Image& image, const CodeSpace& space);

  // The instruction at the start of `bytes`; kBad with length 1 where there is none. `offset` is not set.
  Instruction classify(ByteView bytes, std::uint64_t address);

 private:
  bool is_code_address(std::uint64_t value, std::uint64_t operand_address) const;

  const image::Image& image_;
  const CodeSpace& space_;
  bool is_64_bit_ = true;
  bool fixed_address_ = false;    // not position-independent: immediates may be addresses
  bool exact_addresses_ = false;  // relocations say which immediates are addresses
  std::int32_t accumulator_ = 0;  // last constant moved to eax, for `sub rsp, rax` after a stack probe
};

// Classifies AArch64 instructions one after another in address order; follows adrp through registers.
class Arm64Flow {
 public:
  explicit Arm64Flow(const CodeSpace& space) : space_(space) {}

  Instruction classify(std::uint32_t word, std::uint64_t address);
  void forget();  // at a function's start: what registers held before does not count

 private:
  void classify_flow(std::uint32_t word, std::uint64_t address, Instruction& out);

  const CodeSpace& space_;
  std::array<std::uint64_t, 32> address_{};   // from adrp and what is added to it; 0 when unknown
  std::array<std::uint64_t, 32> slot_{};      // address that the register was loaded from; 0 when unknown
  std::array<std::uint32_t, 32> constant_{};  // small constant from movz and movk; 0 when unknown
};

}  // namespace samehand::code
