// The small intermediate form that x86, x86-64 and AArch64 code is lowered to before it is executed symbolically.
//
//   lea eax, [rdi+rsi*4+8]      ->  kAddress  r0 <- mem(base 7, index 6, scale 4, displacement 8)
//   cbz x3, L                   ->  kCompare  r3, #0 ; kBranchIf equal L
//   ldp x0, x1, [sp], #16       ->  kMove r0 <- mem(31, 0) ; kMove r1 <- mem(31, 8) ; kAdd r31 <- r31, #16
//
// Signedness, operand sizes and the direction of conditions are dropped on purpose: compilers choose them freely.
#pragma once

#include <cstdint>

namespace samehand::feature {

// Below this, displacements from i386's global offset table lead down to read-only data and code; nearer ones may be
// members of structures.
inline constexpr std::int64_t kNearestBelowTable = -128;

enum class Op : std::uint8_t {
  kNop,
  kTrap,
  kMove,     // destination <- a
  kAddress,  // destination <- address of the memory operand
  kAdd,
  kSub,
  kAddCarry,
  kSubBorrow,
  kMul,      // c, where it is a register, takes the half of the product above `immediate` bits
  kMulHigh,  // only that half
  kMulAdd,
  kMulSub,  // destination <- c +/- a*b
  kDivide,  // c, where it is a register, takes the remainder
  kAnd,
  kAndNot,
  kOr,
  kOrNot,
  kXor,
  kXorNot,
  kShiftLeft,
  kShiftRight,
  kRotate,
  kNegate,
  kNot,
  kExtractBits,  // destination <- a >> immediate, `scale` bits wide
  kInsertHalf,   // destination <- destination with 16 bits at `scale` replaced by the immediate
  kSignOf,       // destination <- all bits of a's sign (cdq, cqo)
  kCompare,      // flags <- a ? b
  kTest,         // flags <- a & b
  kBitTest,      // flags <- bit b of a
  kConditionalCompare,
  kBranchIf,
  kJump,
  kJumpIndirect,
  kCall,
  kReturn,
  kSetIf,   // destination <- condition
  kSelect,  // destination <- condition ? a : b
  kPush,
  kPop,
  kLeave,
  kExchange,
  kFloatAdd,
  kFloatSub,
  kFloatMul,
  kFloatDiv,
  kConvert,
  kCopyString,
  kFillString,
  kX87Push,  // the x87 stack grows; the new top <- a
  kX87Pop,
  kGeneric,  // destination <- mnemonic(a, b); c, where it is a register, becomes unknown
  kCount
};

// What kSelect does to its second operand, in `scale`.
enum SelectForm : std::uint8_t { kSelectPlain = 1, kSelectIncrement = 4, kSelectNegate = 2, kSelectInvert = 6 };

// A condition and its negation are one: compilers invert branches.
enum class Condition : std::uint8_t { kEqual, kLess, kLessEqual, kOther };

enum class OperandKind : std::uint8_t { kNone, kRegister, kImmediate, kMemory };

// Registers of all architectures in one numbering. x86: rax rcx rdx rbx rsp rbp rsi rdi r8… as encoded, vectors from
// kVector0; the x87 registers count from the top of their stack. AArch64: x0…x30, 31 is sp; xzr is the immediate 0.
inline constexpr std::uint8_t kFlagLeft = 32, kFlagRight = 33, kVector0 = 34, kX87Top = 66, kScratch = 74;
inline constexpr std::uint8_t kRegisterCount = 75;
inline constexpr std::uint8_t kNoRegister = 255;

struct Operand {
  OperandKind kind = OperandKind::kNone;
  std::uint8_t reg = kNoRegister;  // of kImmediate: 31 stands for a zero register, whatever the immediate field says

  bool is_register() const { return kind == OperandKind::kRegister; }
  bool is_immediate() const { return kind == OperandKind::kImmediate; }
  bool is_memory() const { return kind == OperandKind::kMemory; }
};

inline constexpr Operand kNone{};
inline constexpr Operand kImmediate{OperandKind::kImmediate};
inline constexpr Operand kMemory{OperandKind::kMemory};
constexpr Operand reg_operand(unsigned r) {
  return {OperandKind::kRegister, static_cast<std::uint8_t>(r)};
}

// At most one immediate and one memory operand each, which is all that these architectures have.
struct Instruction {
  std::uint64_t address = 0;
  std::int64_t immediate = 0;     // also the target of a direct branch or call (then a is kImmediate)
  std::int64_t displacement = 0;  // of the memory operand; its whole address where `absolute`
  Op op = Op::kNop;
  Condition condition = Condition::kOther;
  std::uint8_t length = 0;  // bytes; 0 for all but the first that one machine instruction becomes
  std::uint8_t width = 8;   // bytes that the memory operand transfers
  Operand destination, a, b, c;
  std::uint8_t base = kNoRegister, index = kNoRegister;
  std::uint8_t scale = 1;
  bool absolute : 1 = false;  // the memory operand is at a known address (rip-relative, literal, moffs)
  bool segment : 1 = false;   // thread-local: fs, gs
  bool floating : 1 = false;  // moves a floating-point number
  bool sets_flags : 1 = false;
  bool float_bits : 1 = false;  // a general register's bits become a float of `width` bytes
  std::uint16_t mnemonic = 0;   // tells kGeneric instructions of one architecture apart
};

}  // namespace samehand::feature
