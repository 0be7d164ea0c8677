// Shared by the files that lower AArch64.
#pragma once

#include "lower.h"

namespace samehand::feature {

class Arm64Lowerer final : public Lowerer {
 public:
  std::uint32_t lower_block(ByteView bytes, std::size_t size, std::uint64_t address, const Surroundings& around,
                            std::vector<Instruction>& out, ExactHash& exact) override;

 private:
  // Each fills m_ from the instruction word, and appends to out_ what has to come before it.
  void lower_immediate(std::uint32_t w);
  void lower_bitfield(std::uint32_t w);
  void lower_branch(std::uint32_t w);
  void lower_memory(std::uint32_t w);
  void lower_pair(std::uint32_t w);
  void lower_single(std::uint32_t w);
  void lower_exclusive(std::uint32_t w);
  void lower_structure(std::uint32_t w);
  void lower_register(std::uint32_t w);
  void lower_sources(std::uint32_t w);  // one, two and three sources
  void lower_select(std::uint32_t w);
  void lower_scalar_float(std::uint32_t w);
  void lower_vector(std::uint32_t w);

  void emit();  // appends m_ and begins a new one at the same address
  void write_back(unsigned base, std::int64_t by);
  Operand shifted(unsigned r, unsigned kind, unsigned amount);
  void flags_of(Op op, Operand a, Operand b);
  void generic(std::uint32_t mnemonic, Operand destination, Operand a, Operand b = kNone);

  std::vector<Instruction>* out_ = nullptr;
  Instruction m_;
};

// The `count` bits of `w` from bit `low`.
constexpr std::uint32_t bits(std::uint32_t w, unsigned low, unsigned count) {
  return w >> low & ((1u << count) - 1);
}
constexpr std::int64_t signed_bits(std::uint32_t w, unsigned low, unsigned count) {
  const auto field = static_cast<std::int64_t>(bits(w, low, count));
  return field - (field >> (count - 1) << count);
}

// A register number where 31 means zero, or the stack pointer. Reading zero is the immediate 0: callers set
// m_.immediate only where no register field can be zero as well.
inline constexpr Operand kZero{OperandKind::kImmediate, 31};
constexpr Operand general_or_zero(unsigned r) {
  return r == 31 ? kZero : reg_operand(r);
}
constexpr Operand target_or_none(unsigned r) {
  return r == 31 ? kNone : reg_operand(r);
}
constexpr Operand vector_register(unsigned r) {
  return reg_operand(kVector0 + r);
}

inline Condition arm64_condition(unsigned code) {
  static constexpr Condition kByCode[8] = {Condition::kEqual,     Condition::kLess,      Condition::kLess,
                                           Condition::kOther,     Condition::kLessEqual, Condition::kLess,
                                           Condition::kLessEqual, Condition::kOther};
  return kByCode[code >> 1 & 7];
}

}  // namespace samehand::feature
