// Shared by the files that lower x86: memory operands and the parts of the opcode space.
#pragma once

#include <Zydis/Zydis.h>

#include "lower.h"
#include "samehand/code/x86.h"

namespace samehand::feature {

class X86Lowerer final : public Lowerer {
 public:
  explicit X86Lowerer(bool is_64_bit);
  std::uint32_t lower_block(ByteView bytes, std::size_t size, std::uint64_t address, const Surroundings& around,
                            std::vector<Instruction>& out, ExactHash& exact) override;

 private:
  using Raw = code::X86Instruction;

  // Each returns false where the instruction is left to the next, slower one; the last always succeeds.
  bool lower_ordinary(const Raw& raw, Instruction& m);  // all but x87
  bool lower_one_byte(const Raw& raw, Instruction& m);
  bool lower_two_byte(const Raw& raw, Instruction& m);
  bool lower_vector_integer(const Raw& raw, Instruction& m);
  bool lower_bit(const Raw& raw, unsigned kind, Operand target, Operand number, Instruction& m);
  bool lower_x87(const Raw& raw, Instruction& m, std::vector<Instruction>& out) const;
  void lower_rare(ByteView bytes, Instruction& m);

  void set_memory(const Raw& raw, Instruction& m) const;
  Operand rm_general(const Raw& raw, Instruction& m, unsigned width) const;
  Operand rm_vector(const Raw& raw, Instruction& m, unsigned width) const;
  Operand general(unsigned encoded, unsigned width, bool rex) const {
    return reg_operand(width == 1 && !rex && encoded >= 4 && encoded < 8 ? encoded - 4 : encoded);
  }
  unsigned width_of(const Raw& raw) const { return raw.wide() ? 8 : raw.operand_size ? 2 : 4; }
  Condition condition(unsigned opcode) const;
  bool binary(Instruction& m, Op op, Operand target, Operand source);
  bool binary_with_immediate(Instruction& m, Op op, Operand target, unsigned width);
  bool branch(const Raw& raw, Op op, Instruction& m) const;
  bool lower_arithmetic(const Raw& raw, unsigned kind, Instruction& m);
  bool lower_shift(const Raw& raw, unsigned width, Instruction& m);
  bool lower_group3(const Raw& raw, unsigned width, Instruction& m);
  bool lower_group5(const Raw& raw, unsigned width, Instruction& m);
  unsigned pointer_bytes() const { return is_64_bit_ ? 8 : 4; }

  ZydisDecoder zydis_;
  bool is_64_bit_;
  bool after_bit_test_ = false;  // carry holds the bit that bt has tested
};

// Tells generic instructions apart: opcode, map, mandatory prefix, and for groups the reg field.
inline std::uint16_t mnemonic_of(const code::X86Instruction& raw, bool group = false) {
  const unsigned prefix = raw.repeat ? 2u : raw.repeat_not ? 3u : raw.operand_size ? 1u : 0u;
  return static_cast<std::uint16_t>(raw.opcode | static_cast<unsigned>(raw.map) << 8 | prefix << 10 |
                                    (group ? (raw.modrm >> 3 & 7u) : 0u) << 12);
}

}  // namespace samehand::feature
