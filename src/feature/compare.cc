// Comparisons: what a branch, set or conditional move depends on, in one form for all the ways compilers write it.
//
//   cmp eax, 9 ; jle      cmp eax, 10 ; jl      cmp eax, 9 ; jg        -> less(x, 10)
//   sub eax, 5 ; cmp eax, 3 ; jb                                       -> less(x, 8), compared with 5 and 8
//   setl al ; test al, al ; jne                                        -> the comparison itself
//
// The condition and its negation are one, signed and unsigned are one, and with two variables so are the two orders.
#include <utility>

#include "execute.h"

namespace samehand::feature {

void Execution::set_flags(ValueId left, ValueId right) {
  state_->reg[kFlagLeft] = left;
  state_->reg[kFlagRight] = right;
}

ValueId Execution::compare(Condition condition) {
  ValueId a = state_->reg[kFlagLeft], b = state_->reg[kFlagRight];
  if (a == 0 || b == 0) return values_.unknown();
  if (values_[a].is_constant()) {
    std::swap(a, b);
    if (condition == Condition::kLess)
      condition = Condition::kLessEqual;
    else if (condition == Condition::kLessEqual)
      condition = Condition::kLess;
  }
  tally_.compares++;
  const Value left = values_[a], right = values_[b];
  Hashes h;
  if (right.is_constant()) {
    std::int64_t with = right.addend;
    if (left.kind == ValueKind::kCondition && (with == 0 || with == 1)) return a;
    const auto wrap = [](std::int64_t x, std::int64_t y) {
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(x) + static_cast<std::uint64_t>(y));
    };
    const std::int64_t addend = left.is_fixed() ? 0 : left.addend;
    const bool negated = !left.is_fixed() && left.multiplier == -1;
    with = negated ? wrap(addend, -with) : wrap(with, -addend);
    if (condition == Condition::kLessEqual) {
      with = wrap(with, 1);
      condition = Condition::kLess;
    }
    if (addend != 0 && !negated && condition == Condition::kLess) {
      collector_.add(Kind::kCompared, static_cast<std::uint64_t>(-addend));
      constant(-addend);
    }
    constant(with);
    collector_.add(Kind::kCompared, static_cast<std::uint64_t>(with));
    Hashes number;
    for (std::uint64_t& x : number.at) x = static_cast<std::uint64_t>(with);
    h = combine(0x6000 + static_cast<std::uint64_t>(condition), values_.hashes(values_.without_addend(a)), number,
                false);
  } else {
    if (condition == Condition::kLessEqual) condition = Condition::kLess;
    h = combine(0x7000 + static_cast<std::uint64_t>(condition), values_.hashes(a), values_.hashes(b), true);
  }
  emit_root(h);
  return values_.condition(h);
}

}  // namespace samehand::feature
