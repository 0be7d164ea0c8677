// What each operation of ir.h does to the symbolic state, and which features it leaves.
//
// Linear arithmetic (add, sub, lea, shifts and products by constants) folds into the value's linear form and leaves
// nothing; non-linear operations, loads, stores, comparisons, arguments and results are the roots of strands.
#include <bit>
#include <utility>

#include "execute.h"
#include "lower.h"

namespace samehand::feature {
namespace {

bool same_register(const Instruction& m) {
  return m.a.is_register() && m.b.is_register() && m.a.reg == m.b.reg;
}

// Products by less than that are as often written with lea and shifts.
constexpr std::int64_t kPeculiarFactor = 256;

bool is_low_mask(std::int64_t c) {
  return c == 0xff || c == 0xffff || c == 0xffffffffll || c == -1;
}

}  // namespace

void Execution::step(const Instruction& m) {
  switch (m.op) {
    case Op::kNop:
    case Op::kTrap:
      return;
    case Op::kMove: {
      ValueId v = get(m, m.a);
      if (m.float_bits && values_[v].is_constant() && m.width == 4) {
        const auto bits = static_cast<std::uint32_t>(values_[v].addend);
        v = values_.constant(
            static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(static_cast<double>(std::bit_cast<float>(bits)))));
      }
      put(m, m.destination, v);
      return;
    }
    case Op::kAddress: {
      const ValueId a = effective_address(m);
      if (m.mnemonic == 0) refer(a);  // a page address alone refers to nothing
      put(m, m.destination, a);
      return;
    }
    case Op::kAdd:
    case Op::kSub: {
      if (m.op == Op::kSub && same_register(m)) return set_result(m, zero());
      const ValueId a = get(m, m.a), b = get(m, m.b);
      const ValueId r = m.op == Op::kAdd           ? add(a, b)
                        : values_[b].is_constant() ? add_constant(a, -values_[b].addend)
                                                   : values_.subtract(a, b);
      if (values_[r].is_address()) refer(r);
      if (values_[r].is_stack() && m.destination.is_register() && m.destination.reg == abi_.stack_pointer)
        drop_slots_below(values_[r].addend);
      if (m.sets_flags) {
        if (m.op == Op::kSub)
          set_flags(a, b);
        else
          set_flags(r, zero());
      }
      put(m, m.destination, r);
      return;
    }
    case Op::kAddCarry:
    case Op::kSubBorrow:
      return step_carry(m);
    case Op::kAnd:
    case Op::kAndNot:
    case Op::kOr:
    case Op::kOrNot:
    case Op::kXor:
    case Op::kXorNot:
      return step_logic(m);
    case Op::kShiftLeft:
    case Op::kShiftRight:
    case Op::kRotate:
    case Op::kExtractBits:
    case Op::kSignOf:
      return step_shift(m);
    case Op::kMul:
    case Op::kMulHigh:
    case Op::kMulAdd:
    case Op::kMulSub:
    case Op::kDivide:
      return step_multiply(m);
    case Op::kNegate: {
      const ValueId r = values_.multiply_constant(get(m, m.a), -1);
      if (m.sets_flags) set_flags(r, zero());
      put(m, m.destination, r);
      return;
    }
    case Op::kNot:
      put(m, m.destination, add_constant(values_.multiply_constant(get(m, m.a), -1), -1));
      return;
    case Op::kInsertHalf: {
      const ValueId a = get(m, m.destination);
      if (!values_[a].is_constant()) return put(m, m.destination, values_.unknown());
      const std::uint64_t half = static_cast<std::uint64_t>(m.immediate) << m.scale;
      const std::uint64_t value = (static_cast<std::uint64_t>(values_[a].addend) & ~(0xffffull << m.scale)) | half;
      put(m, m.destination,
          values_.constant(m.width == 4 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value)));
      return;
    }
    case Op::kCompare: {
      const ValueId a = get(m, m.a);
      set_flags(a, get(m, m.b));
      return;
    }
    case Op::kConditionalCompare: {
      compare(m.condition);
      const ValueId a = get(m, m.a);
      set_flags(a, get(m, m.b));
      return;
    }
    case Op::kTest: {
      ValueId a = get(m, m.a);
      if (!same_register(m)) {
        ValueId b = get(m, m.b);
        if (values_[a].is_constant()) std::swap(a, b);
        const bool number = values_[b].is_constant();
        if (!number || !is_low_mask(values_[b].addend)) {
          narrow_test(a, b);
          a = values_.binary(Op::kAnd, a, b, true);
          strand(a);
          if (number) constant(values_[b].addend);
        }
      }
      set_flags(a, zero());
      return;
    }
    case Op::kBitTest: {
      ValueId a = get(m, m.a);
      const ValueId b = get(m, m.b);
      ValueId bit = values_[b].is_constant()
                        ? values_.constant(static_cast<std::int64_t>(1ull << (values_[b].addend & 63)))
                        : values_.binary(Op::kShiftLeft, values_.constant(1), b, false);
      narrow_test(a, bit);
      const ValueId r = values_.binary(Op::kAnd, a, bit, true);
      strand(r);
      if (values_[bit].is_constant()) constant(values_[bit].addend);
      set_flags(r, zero());
      return;
    }
    case Op::kBranchIf:
      compare(m.condition);
      if (successors_ < 2 && leaves_function(m)) {
        // What the call destroys is still there where the branch is not taken.
        const std::ptrdiff_t mine = state_ - pool_.data();
        const std::uint32_t saved = take_state();
        state_ = pool_.data() + mine;
        pool_[saved].copy(*state_);
        call(m, true);
        state_->copy(pool_[saved]);
        free_states_.push_back(saved);
      }
      return;
    case Op::kSetIf:
      put(m, m.destination, compare(m.condition));
      return;
    case Op::kSelect: {
      compare(m.condition);
      const ValueId a = get(m, m.a);
      ValueId b = get(m, m.b);
      if (values_[a].is_constant()) constant(values_[a].addend);
      if (m.scale & kSelectNegate) b = values_.multiply_constant(b, -1);
      if (m.scale & kSelectIncrement) b = add_constant(b, m.scale & kSelectNegate ? -1 : 1);
      put(m, m.destination, values_.agree(a, b) ? a : either(a, b));
      return;
    }
    case Op::kPush:
    case Op::kPop:
    case Op::kLeave:
    case Op::kExchange:
    case Op::kCopyString:
    case Op::kFillString:
      return step_stack(m);
    case Op::kFloatAdd:
    case Op::kFloatSub:
    case Op::kFloatMul:
    case Op::kFloatDiv:
    case Op::kConvert:
    case Op::kX87Push:
    case Op::kX87Pop:
      return step_float(m);
    case Op::kCall:
      return call(m, false);
    case Op::kJump:
    case Op::kJumpIndirect:
      if (successors_ == 0 && m.a.kind != OperandKind::kNone) call(m, true);
      return;
    case Op::kReturn: {
      const ValueId r = state_->reg[abi_.result];
      if (r == 0 || values_[r].is_blank()) return;
      root(2, r);
      constants_of(r);
      return;
    }
    case Op::kGeneric:
    case Op::kCount:
      return step_generic(m);
  }
}

// test word [p], 0x9000 is what others write as test byte [p+1], 0x90: bits of one byte of what was loaded.
void Execution::narrow_test(ValueId& tested, ValueId& mask) {
  const Value v = values_[tested];
  if (!values_[mask].is_constant() || values_[mask].addend <= 0xff) return;
  if (v.kind != ValueKind::kExpression || v.op != Op::kMove || v.multiplier != 1 || v.addend != 0) return;
  if (values_[v.left].is_fixed()) return;
  const auto bits = static_cast<std::uint64_t>(values_[mask].addend);
  const int byte = std::countr_zero(bits) / 8;
  if (byte == 0 || bits >> 8 * byte > 0xff) return;
  tested = values_.unary(Op::kMove, add_constant(v.left, byte));
  mask = values_.constant(static_cast<std::int64_t>(bits >> 8 * byte));
}

// Operations whose result does not depend on what they read do not use it.
bool Execution::step_logic_constant(const Instruction& m) {
  if (m.op == Op::kXor && same_register(m)) {
    set_result(m, zero());
    return true;
  }
  const bool absorbing = m.b.is_immediate() && m.a.is_register() &&
                         ((m.op == Op::kOr && m.immediate == -1) || (m.op == Op::kAnd && m.immediate == 0));
  if (absorbing) set_result(m, values_.constant(m.immediate));
  return absorbing;
}

void Execution::set_result(const Instruction& m, ValueId value) {
  if (m.sets_flags) set_flags(value, zero());
  put(m, m.destination, value);
}

void Execution::step_logic(const Instruction& m) {
  if (step_logic_constant(m)) return;
  Op op = m.op;
  ValueId a = get(m, m.a), b = get(m, m.b), r;
  if (op == Op::kAndNot || op == Op::kOrNot || op == Op::kXorNot) {
    b = add_constant(values_.multiply_constant(b, -1), -1);
    op = op == Op::kAndNot ? Op::kAnd : op == Op::kOrNot ? Op::kOr : Op::kXor;
  }
  if (values_[a].is_constant()) std::swap(a, b);
  const Value left = values_[a];
  const bool number = values_[b].is_constant();
  const std::int64_t c = number ? values_[b].addend : 0;
  if (op == m.op && same_register(m)) {
    r = a;
  } else if (number && left.is_constant()) {
    r = values_.constant(op == Op::kAnd ? left.addend & c : op == Op::kOr ? left.addend | c : left.addend ^ c);
  } else if (number && op == Op::kAnd && (is_low_mask(c) || left.is_stack())) {
    r = a;
  } else if (number && ((op == Op::kAnd && c == 0) || (op == Op::kOr && c == -1))) {
    r = values_.constant(c);
  } else if (number && c == 0) {
    r = a;
  } else if (number && op == Op::kXor && c == 1 && left.kind == ValueKind::kCondition) {
    r = a;
  } else if (number && op == Op::kXor && c == -1) {
    r = add_constant(values_.multiply_constant(a, -1), -1);
  } else {
    r = values_.binary(op, a, b, true);
    strand(r);
    if (number) constant(c);
  }
  if (m.sets_flags) set_flags(r, zero());
  put(m, m.destination, r);
}

void Execution::step_shift(const Instruction& m) {
  const ValueId a = get(m, m.a);
  ValueId r;
  if (m.op == Op::kSignOf) {
    r = values_.binary(Op::kShiftRight, a, values_.constant(31), false);
    strand(r);
  } else if (m.op == Op::kExtractBits) {
    r = a;
    if (m.immediate != 0) {
      r = values_.binary(Op::kShiftRight, a, values_.constant(m.immediate), false);
      strand(r);
    }
    const std::int64_t mask = m.scale >= 64 ? -1 : static_cast<std::int64_t>((1ull << m.scale) - 1);
    if (!is_low_mask(mask)) {
      r = values_.binary(Op::kAnd, r, values_.constant(mask), true);
      strand(r);
      constant(mask);
    }
  } else {
    const ValueId b = get(m, m.b);
    const bool number = values_[b].is_constant();
    const auto by = static_cast<unsigned>(values_[b].addend & 63);
    if (number && m.op == Op::kShiftLeft) {
      r = values_.multiply_constant(a, static_cast<std::int64_t>(1ull << by));
    } else if (number && values_[a].is_constant() && m.op == Op::kShiftRight) {
      r = values_.constant(values_[a].addend >> by);
    } else {
      r = values_.binary(m.op, a, b, false);
      strand(r);
    }
  }
  if (m.sets_flags) set_flags(r, zero());
  put(m, m.destination, r);
}

void Execution::step_multiply(const Instruction& m) {
  ValueId a = get(m, m.a), b = get(m, m.b), r;
  if (m.op == Op::kDivide) {
    r = values_.binary(Op::kDivide, a, b, false);
    strand(r);
    if (values_[b].is_constant()) constant(values_[b].addend);
    put(m, m.destination, r);
    if (m.c.is_register()) set_reg(m.c.reg, r);
    return;
  }
  if (values_[a].is_constant()) std::swap(a, b);
  if (values_[b].is_constant()) {
    r = values_.multiply_constant(a, values_[b].addend);
    if (values_[b].addend >= kPeculiarFactor || values_[b].addend < 0) constant(values_[b].addend);
  } else {
    r = values_.binary(Op::kMul, a, b, true);
    if (m.op == Op::kMul || m.op == Op::kMulHigh) strand(r);
  }
  if (m.op == Op::kMulAdd) r = add(get(m, m.c), r);
  if (m.op == Op::kMulSub) r = values_.subtract(get(m, m.c), r);
  if (m.sets_flags) set_flags(r, zero());
  put(m, m.destination, r);
  if (m.op == Op::kMul && m.c.is_register()) set_reg(m.c.reg, r);
}

// adc and sbb: on 32 bits the upper half of a wide sum, else a comparison's result that is added or subtracted.
void Execution::step_carry(const Instruction& m) {
  if (m.op == Op::kSubBorrow && same_register(m)) {  // sbb r, r: a mask of the comparison
    const ValueId mask = values_.multiply_constant(compare(Condition::kLess), -1);
    return put(m, m.destination, mask);
  }
  const ValueId a = get(m, m.a), b = get(m, m.b);
  if (abi_.pointer_bytes == 8) compare(Condition::kLess);
  const ValueId r = m.op == Op::kAddCarry ? add(a, b) : values_.subtract(a, b);
  set_flags(r, zero());
  put(m, m.destination, r);
}

void Execution::step_stack(const Instruction& m) {
  const std::int64_t word = abi_.pointer_bytes;
  switch (m.op) {
    case Op::kPush: {
      // Pushing an argument register saves it, or makes room; that is no use of the argument.
      ValueId v = m.a.is_register() ? state_->reg[m.a.reg] : get(m, m.a);
      if (v == 0) v = get(m, m.a);
      const ValueId sp = add_constant(reg(abi_.stack_pointer), -word);
      set_reg(abi_.stack_pointer, sp);
      if (values_[sp].is_stack()) store_slot(values_[sp].addend, v, abi_.pointer_bytes);
      return;
    }
    case Op::kPop: {
      const ValueId sp = reg(abi_.stack_pointer);
      ValueId v = 0;
      if (values_[sp].is_stack()) {
        const unsigned slot = flow_->slots.find(values_[sp].addend);
        if (slot != Slots::kNone) v = state_->get_slot(slot);
      }
      set_reg(abi_.stack_pointer, add_constant(sp, word));
      put(m, m.destination, v != 0 ? v : values_.unknown());
      return;
    }
    case Op::kLeave: {
      const ValueId frame = reg(abi_.frame_pointer);
      ValueId saved = 0;
      if (values_[frame].is_stack()) {
        const unsigned slot = flow_->slots.find(values_[frame].addend);
        if (slot != Slots::kNone) saved = state_->get_slot(slot);
      }
      set_reg(abi_.stack_pointer, add_constant(frame, word));
      set_reg(abi_.frame_pointer, saved != 0 ? saved : values_.unknown());
      return;
    }
    case Op::kExchange: {
      const ValueId a = get(m, m.a), b = get(m, m.b);
      put(m, m.a, b);
      put(m, m.b, a);
      return;
    }
    default:  // rep movs, rep stos
      collector_.add(Kind::kCallArgument, m.op == Op::kCopyString ? 0x5701 : 0x5702);
      for (const unsigned r : {1u, 6u, 7u}) use(reg(r));
      for (const unsigned r : {1u, 6u, 7u}) set_reg(r, values_.unknown());
  }
}

void Execution::step_float(const Instruction& m) {
  switch (m.op) {
    case Op::kConvert:
      put(m, m.destination, values_.unary(Op::kConvert, get(m, m.a)));
      return;
    case Op::kX87Push: {
      ValueId v = get(m, m.a);
      if (m.mnemonic == 1) v = values_.unary(Op::kConvert, v);
      state_->x87_top = (state_->x87_top - 1) & 7;
      set_reg(kX87Top, v);
      return;
    }
    case Op::kX87Pop:
      set_reg(kX87Top, 0);
      state_->x87_top = (state_->x87_top + 1) & 7;
      return;
    default: {
      const ValueId a = get(m, m.a), b = get(m, m.b);
      const ValueId r = values_.binary(m.op, a, b, m.op == Op::kFloatAdd || m.op == Op::kFloatMul);
      strand(r);
      put(m, m.destination, r);
    }
  }
}

void Execution::step_generic(const Instruction& m) {
  const bool has_a = m.a.kind != OperandKind::kNone, has_b = m.b.kind != OperandKind::kNone;
  const ValueId a = has_a ? get(m, m.a) : 0, b = has_b ? get(m, m.b) : 0;
  if (m.destination.kind != OperandKind::kNone) put(m, m.destination, values_.generic(m.mnemonic, a, b));
  if (m.c.is_register()) set_reg(m.c.reg, values_.unknown());
  if (m.sets_flags) set_flags(0, 0);
}

}  // namespace samehand::feature
