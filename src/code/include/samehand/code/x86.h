// A fast decoder of x86 and x86-64 instructions into their raw fields.
#pragma once

#include <cstdint>

#include "samehand/base/byte_view.h"

namespace samehand::code {

enum class OpcodeMap : std::uint8_t { kOneByte, k0F, k0F38, k0F3A, kVector /* VEX, EVEX, XOP: see Zydis */ };

// The raw fields of one instruction; registers are not yet extended by REX.
struct X86Instruction {
  std::uint8_t length = 0;  // bytes
  OpcodeMap map = OpcodeMap::kOneByte;
  std::uint8_t opcode = 0;
  std::uint8_t modrm = 0;
  std::uint8_t sib = 0;
  std::uint8_t rex = 0;  // 0 when absent
  bool has_modrm = false;
  bool has_sib = false;
  bool operand_size = false;  // prefix 66
  bool address_size = false;  // prefix 67
  bool repeat = false;        // prefix F3
  bool repeat_not = false;    // prefix F2
  bool lock = false;
  std::uint8_t segment = 0;  // 0, 0x64 (fs), 0x65 (gs); others do not matter
  std::uint8_t displacement_bytes = 0;
  std::uint8_t immediate_bytes = 0;
  std::int32_t displacement = 0;  // sign-extended
  // Sign-extended; relative targets: the offset from the next instruction; moffs (a0 to a3): the address; of two
  // immediates (enter, far pointers) the first.
  std::int64_t immediate = 0;

  std::uint8_t mod() const { return modrm >> 6; }
  std::uint8_t reg() const { return (modrm >> 3 & 7) | (rex & 4) << 1; }
  std::uint8_t rm() const { return (modrm & 7) | (rex & 1) << 3; }
  bool wide() const { return rex & 8; }
};

// Decodes the instruction at the start of `bytes`. False where the bytes are no valid instruction (then the fields say
// nothing). Agrees with Zydis on length and validity: the test compares both over all opcodes and over real programs.
bool decode_x86(ByteView bytes, bool is_64_bit, X86Instruction& out);

}  // namespace samehand::code
