// AArch64 instruction words -> operations of ir.h. The words are llvm-mc's encodings of the text beside them.
#include <gtest/gtest.h>

#include "lower.h"

namespace samehand::feature {
namespace {

struct Row {
  const char* text;
  std::uint32_t word;
  Op op;  // of the last operation that the word becomes
  std::size_t operations;
  unsigned destination;    // register, kNoRegister where it has none
  std::int64_t immediate;  // as far as the operation has one
};

constexpr Row kRows[] = {
    {"stp x29, x30, [sp, #-16]!", 0xa9bf7bfd, Op::kMove, 3, kNoRegister, 0},
    {"ldr x3, [x1, x2, lsl #3]", 0xf8627823, Op::kMove, 1, 3, 0},
    {"ldrb w4, [x5, #7]", 0x39401ca4, Op::kMove, 1, 4, 0},
    {"ubfx w0, w1, #3, #5", 0x53031c20, Op::kExtractBits, 1, 0, 3},
    {"lsl x0, x1, #4", 0xd37cec20, Op::kShiftLeft, 1, 0, 4},
    {"cmp w0, #5", 0x7100141f, Op::kNop, 2, kNoRegister, -5},
    {"tbz w3, #4, #8", 0x36200043, Op::kBranchIf, 2, kNoRegister, 0x1008},
    {"mov x0, #-1", 0x92800000, Op::kMove, 1, 0, -1},
    {"orr w0, wzr, #0xff00", 0x32181fe0, Op::kMove, 1, 0, 0xff00},
    {"madd x0, x1, x2, x3", 0x9b020c20, Op::kMulAdd, 1, 0, 0},
    {"csel w0, w1, w2, lt", 0x1a82b020, Op::kSelect, 1, 0, 0},
    {"fadd d0, d1, d2", 0x1e622820, Op::kFloatAdd, 1, kVector0, 0},
    {"fmov d0, #1.0", 0x1e6e1000, Op::kMove, 1, kVector0, 0x3ff0000000000000},
    {"scvtf d0, w1", 0x1e620020, Op::kConvert, 1, kVector0, 0},
    {"ldr q0, [x1, #32]", 0x3dc00820, Op::kMove, 1, kVector0, 0},
    {"bl #16", 0x94000004, Op::kCall, 1, kNoRegister, 0x1010},
    {"sub sp, sp, #32", 0xd10083ff, Op::kAdd, 1, 31, -32},
    {"neg w0, w1", 0x4b0103e0, Op::kNegate, 1, 0, 0},
    {"udiv w0, w1, w2", 0x1ac20820, Op::kDivide, 1, 0, 0},
    {"ldaxr w0, [x1]", 0x885ffc20, Op::kMove, 1, 0, 0},
};

std::vector<Instruction> lowered(std::uint32_t word) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 4; i++) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
  std::vector<Instruction> out;
  ExactHash exact;
  EXPECT_EQ(make_arm64_lowerer()->lower_block(ByteView(bytes), bytes.size(), 0x1000, Surroundings{}, out, exact), 1u);
  return out;
}

TEST(LowerArm64, EachWordBecomesItsOperations) {
  for (const Row& row : kRows) {
    const std::vector<Instruction> out = lowered(row.word);
    ASSERT_EQ(out.size(), row.operations) << row.text;
    const Instruction& m = out.back();
    EXPECT_EQ(static_cast<int>(m.op), static_cast<int>(row.op)) << row.text;
    EXPECT_EQ(m.destination.is_register() ? m.destination.reg : kNoRegister, row.destination) << row.text;
    EXPECT_EQ(m.immediate, row.immediate) << row.text;
    EXPECT_EQ(out.front().length, 4) << row.text;
  }
}

TEST(LowerArm64, MemoryOperands) {
  const Instruction indexed = lowered(0xf8627823).back();
  EXPECT_EQ(indexed.base, 1);
  EXPECT_EQ(indexed.index, 2);
  EXPECT_EQ(indexed.scale, 8);
  const Instruction byte = lowered(0x39401ca4).back();
  EXPECT_EQ(byte.displacement, 7);
  EXPECT_EQ(byte.width, 1);
  const Instruction second = lowered(0xa9bf7bfd).back();  // the pair's second store, after sp has moved
  EXPECT_EQ(second.a.reg, 30);
  EXPECT_EQ(second.displacement, 8);
  EXPECT_EQ(lowered(0x3dc00820).back().width, 16);
}

}  // namespace
}  // namespace samehand::feature
