#include "value.h"

#include <utility>

namespace samehand::feature {
void Values::clear() {
  values_.clear();
  unknown();
}

ValueId Values::leaf(std::uint64_t hash) {
  return leaf_value(ValueKind::kLeaf, 0, hash);
}
ValueId Values::address(std::uint64_t where, std::uint8_t place, std::uint64_t hash) {
  const ValueId id = leaf_value(ValueKind::kAddress, static_cast<std::int64_t>(where), hash);
  values_[id].place = place;
  return id;
}

namespace {

// An operation's own hashes from those of its operands: every depth moves one down.
void set_hashes(Value& v, const Hashes& h) {
  v.depth1 = h.at[0];
  v.depth2 = h.at[1];
  v.abstract1 = h.at[Hashes::kAbstract];
  v.deep = h.at[5];
}

}  // namespace

ValueId Values::unary(Op op, ValueId a, std::uint64_t extra) {
  static constexpr Hashes kNothing{};
  const Hashes h = combine(static_cast<std::uint64_t>(op) + (extra << 8), hashes(a), kNothing, false);
  Value& v = make();
  v.kind = ValueKind::kExpression;
  v.op = op;
  v.left = a;
  set_hashes(v, h);
  return last();
}

ValueId Values::binary(Op op, ValueId a, ValueId b, bool commutative) {
  const Hashes h = combine(static_cast<std::uint64_t>(op), hashes(a), hashes(b), commutative);
  Value& v = make();
  v.kind = ValueKind::kExpression;
  v.op = op;
  v.left = a;
  v.right = b;
  set_hashes(v, h);
  return last();
}

ValueId Values::generic(unsigned mnemonic, ValueId a, ValueId b) {
  static constexpr Hashes kNothing{};
  const Hashes h = combine(0x9000 + mnemonic, a != 0 ? hashes(a) : kNothing, b != 0 ? hashes(b) : kNothing, false);
  Value& v = make();
  v.kind = ValueKind::kExpression;
  v.op = Op::kGeneric;
  v.left = a;
  v.right = b;
  set_hashes(v, h);
  return last();
}

ValueId Values::condition(const Hashes& h) {
  Value& v = make();
  v.kind = ValueKind::kCondition;
  set_hashes(v, h);
  return last();
}

ValueId Values::choice(ValueId a, ValueId b) {
  ValueId have[kMaxChoices], more[kMaxChoices];
  const unsigned n = alternatives(a, have);
  unsigned added = 0, count = n;
  const unsigned candidates = alternatives(b, more);
  for (unsigned i = 0; i < candidates; i++) {
    bool known = false;
    for (unsigned k = 0; k < n; k++) known = known || agree(have[k], more[i]);
    if (known) continue;
    if (count == kMaxChoices) return unknown();
    more[added++] = more[i];
    count++;
  }
  for (unsigned i = 0; i < added; i++) {
    const std::uint64_t deep = hash_pair(0x1004, values_[a].deep, values_[more[i]].deep);
    Value& v = make();
    v.kind = ValueKind::kChoice;
    v.left = a;
    v.right = more[i];
    v.depth1 = v.depth2 = v.abstract1 = kSomething;
    v.deep = deep;
    a = last();
  }
  return a;
}

// Linear forms wrap around as the machine does: arithmetic on unsigned numbers.
static std::int64_t wrap_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
static std::int64_t wrap_multiply(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

ValueId Values::add_constant(ValueId a, std::int64_t c) {
  if (c == 0) return a;
  const std::int64_t addend = wrap_add(values_[a].addend, c);
  if (values_[a].is_constant()) return constant(addend);
  if (values_[a].is_stack()) return stack(addend);
  Value& v = copy(a);
  v.addend = addend;
  if (v.kind == ValueKind::kCondition) v.kind = ValueKind::kExpression;
  return last();
}

ValueId Values::multiply_constant(ValueId a, std::int64_t c) {
  if (c == 1) return a;
  if (c == 0) return constant(0);
  if (values_[a].is_constant()) return constant(wrap_multiply(values_[a].addend, c));
  if (values_[a].is_stack() || values_[a].is_address()) return unary(Op::kMul, a, static_cast<std::uint64_t>(c));
  Value& v = copy(a);
  v.multiplier = wrap_multiply(v.multiplier, c);
  v.addend = wrap_multiply(v.addend, c);
  if (v.kind == ValueKind::kCondition) v.kind = ValueKind::kExpression;
  return last();
}

ValueId Values::without_addend(ValueId a) {
  if (values_[a].addend == 0 || values_[a].is_fixed()) return a;
  copy(a).addend = 0;
  return last();
}

ValueId Values::add(ValueId a, ValueId b) {
  if (values_[a].is_constant()) std::swap(a, b);
  if (values_[b].is_constant()) return add_constant(a, values_[b].addend);
  const Value& x = values_[a];
  const Value& y = values_[b];
  if (x.base == y.base && !x.is_stack() && !x.is_address()) {
    const std::int64_t multiplier = wrap_add(x.multiplier, y.multiplier), addend = wrap_add(x.addend, y.addend);
    if (multiplier == 0) return constant(addend);
    Value& sum = copy(a);
    sum.multiplier = multiplier;
    sum.addend = addend;
    if (sum.kind == ValueKind::kCondition) sum.kind = ValueKind::kExpression;
    return last();
  }
  std::int64_t addend = 0;
  if (!x.is_fixed()) addend = wrap_add(addend, x.addend);
  if (!y.is_fixed()) addend = wrap_add(addend, y.addend);
  a = without_addend(a);
  b = without_addend(b);
  return add_constant(binary(Op::kAdd, a, b, true), addend);
}

ValueId Values::subtract(ValueId a, ValueId b) {
  const Value& x = values_[a];
  const Value& y = values_[b];
  if (y.is_constant()) return add_constant(a, wrap_multiply(y.addend, -1));
  const bool cancels =
      (x.base == y.base && x.multiplier == y.multiplier && !x.is_address()) || (x.is_stack() && y.is_stack());
  if (cancels) return constant(wrap_add(x.addend, wrap_multiply(y.addend, -1)));
  return binary(Op::kSub, a, b, false);
}

}  // namespace samehand::feature
