// What a register or stack slot holds while a function is executed symbolically: multiplier × base + addend, where the
// base is a leaf (unknown, constant, stack address, address, argument, result of an import) or an expression of which
// only hashes are kept.
//
//   lea eax, [rdi+rdi*4+3]   ->   5 × argument 0 + 3
//   mov rax, [rdi+8]         ->   load(argument 0 + 8), a new base
//
// An expression has a hash per depth: at depth 0 it is just "some expression", at depth n its operation with its
// operands at depth n-1. Two "abstract" depths leave out addends and multipliers, so that they survive a change of
// pointer size. Deep hashes see everything; they decide whether two paths agree. Values live in an arena until the
// next function; they are named by index, 0 being one unknown.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "ir.h"
#include "samehand/base/hash.h"

namespace samehand::feature {

// Quick hash of two numbers under a tag (a folded 128-bit multiplication, as in wyhash).
constexpr std::uint64_t hash_pair(std::uint64_t tag, std::uint64_t a, std::uint64_t b) {
  const unsigned __int128 product =
      static_cast<unsigned __int128>(a ^ (tag * 0x9e3779b97f4a7c15ull + 0xa0761d6478bd642full)) *
      (b ^ 0xe7037ed1a0b428dbull);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

enum class ValueKind : std::uint8_t {
  kUnknown,
  kConstant,  // addend
  kStack,     // the stack pointer at entry + addend
  kAddress,   // addend, a place in the image
  kLeaf,      // argument, result of an import
  kExpression,
  kCondition,  // the result of a comparison, 0 or 1
  kChoice,     // one of up to four values, depending on the path; to operations as good as unknown
};

using ValueId = std::uint32_t;

struct Value {
  ValueKind kind = ValueKind::kUnknown;
  std::uint8_t place = 0;       // of kAddress: Place
  Op op = Op::kNop;             // of kExpression
  ValueId base = 0;             // the value of which this is a multiple
  ValueId left = 0, right = 0;  // of kExpression: what it was computed from
  std::int64_t multiplier = 1, addend = 0;
  std::uint64_t depth1 = 0, depth2 = 0, abstract1 = 0, deep = 0;  // of leaves: all the same

  bool is_constant() const { return kind == ValueKind::kConstant; }
  bool is_stack() const { return kind == ValueKind::kStack; }
  bool is_address() const { return kind == ValueKind::kAddress; }
  bool is_fixed() const { return is_constant() || is_stack() || is_address(); }
  bool is_choice() const { return kind == ValueKind::kChoice && multiplier == 1 && addend == 0; }
  // Nothing at all is known about it.
  bool is_blank() const { return kind == ValueKind::kUnknown && multiplier == 1 && addend == 0; }
};

// The hashes that an operation sees of an operand: at depths 0, 1, 2, abstract 0, 1, and deep.
struct Hashes {
  static constexpr int kDepths = 5, kAbstract = 3;
  std::uint64_t at[6];
};

class Values {
 public:
  void clear();
  std::size_t size() const { return values_.size(); }
  const Value& operator[](ValueId id) const { return values_[id]; }

  ValueId unknown();
  ValueId constant(std::int64_t value);
  ValueId stack(std::int64_t offset);
  ValueId address(std::uint64_t where, std::uint8_t place, std::uint64_t hash);
  ValueId leaf(std::uint64_t hash);
  ValueId unary(Op op, ValueId a, std::uint64_t extra = 0);
  ValueId binary(Op op, ValueId a, ValueId b, bool commutative);
  ValueId generic(unsigned mnemonic, ValueId a, ValueId b);  // 0 for an operand that is not there
  ValueId condition(const Hashes& hashes);
  // a on some paths, b on others: an unknown if that makes more than kMaxChoices.
  ValueId choice(ValueId a, ValueId b);
  static constexpr unsigned kMaxChoices = 4;
  // The values that `id` may be: itself, unless it is a choice. Returns how many were written.
  unsigned alternatives(ValueId id, ValueId (&out)[kMaxChoices]) const;

  // a + c, a * c, a + b, a - b in linear form. `a` is no kAddress in add_constant; see Execution::add_constant.
  ValueId add_constant(ValueId a, std::int64_t c);
  ValueId multiply_constant(ValueId a, std::int64_t c);
  ValueId add(ValueId a, ValueId b);
  ValueId subtract(ValueId a, ValueId b);
  ValueId without_addend(ValueId a);

  Hashes hashes(ValueId id) const;
  // The same value on both paths, as far as can be seen.
  bool agree(ValueId a, ValueId b) const;

 private:
  // A new value, all fields but `base` as they are by default. Filled in where it lies: copying what has just been
  // written field by field would wait until those writes are done. Other values may move.
  Value& make();
  Value& copy(ValueId id);  // likewise, of the same base
  ValueId last() const { return static_cast<ValueId>(values_.size() - 1); }
  ValueId leaf_value(ValueKind kind, std::int64_t addend, std::uint64_t hash);

  std::vector<Value> values_;
};

// ---- The hot parts, inline: a value is made for almost every instruction.

inline constexpr std::uint64_t kSomething = 0x58585858;  // what an unknown or an expression looks like at depth 0
inline constexpr std::uint64_t kStackHash = 0x57575757;

inline Value& Values::make() {
  Value& v = values_.emplace_back();
  v.base = last();
  return v;
}

inline Value& Values::copy(ValueId id) {
  return values_.emplace_back(values_[id]);
}

inline ValueId Values::leaf_value(ValueKind kind, std::int64_t addend, std::uint64_t hash) {
  Value& v = make();
  v.kind = kind;
  v.addend = addend;
  v.depth1 = v.depth2 = v.abstract1 = v.deep = hash;
  return last();
}

inline ValueId Values::unknown() {
  return leaf_value(ValueKind::kUnknown, 0, kSomething);
}
inline ValueId Values::constant(std::int64_t value) {
  return leaf_value(ValueKind::kConstant, value, hash_pair(0x1003, static_cast<std::uint64_t>(value), 1));
}
inline ValueId Values::stack(std::int64_t offset) {
  return leaf_value(ValueKind::kStack, offset, kStackHash);
}
// The hash of a value's linear form.
inline std::uint64_t linear_hash(const Value& v) {
  return hash_pair(0x1001, static_cast<std::uint64_t>(v.multiplier), static_cast<std::uint64_t>(v.addend));
}

inline Hashes Values::hashes(ValueId id) const {
  const Value& v = values_[id];
  const bool expression = v.kind >= ValueKind::kLeaf;
  Hashes h{{expression ? kSomething : v.depth1, v.depth1, v.depth2, expression ? kSomething : v.depth1, v.abstract1,
            v.deep}};
  if (v.is_fixed() || (v.multiplier == 1 && v.addend == 0)) return h;
  const std::uint64_t linear = linear_hash(v);
  for (const int i : {0, 1, 2, 5}) h.at[i] = hash_pair(0x1002, h.at[i], linear);
  return h;
}

// The hash of an operation on operands, at every depth.
inline Hashes combine(std::uint64_t tag, const Hashes& a, const Hashes& b, bool commutative) {
  Hashes h;
  for (int i = 0; i < 6; i++) {
    std::uint64_t x = a.at[i], y = b.at[i];
    if (commutative && x > y) std::swap(x, y);
    h.at[i] = hash_pair(tag, x, y);
  }
  return h;
}

inline unsigned Values::alternatives(ValueId id, ValueId (&out)[kMaxChoices]) const {
  unsigned count = 0;
  for (; values_[id].is_choice(); id = values_[id].left) out[count++] = values_[id].right;  // a list, last first
  out[count++] = id;
  return count;
}

inline bool Values::agree(ValueId a, ValueId b) const {
  if (a == b) return true;
  if (a == 0 || b == 0) return false;
  const Value& x = values_[a];
  const Value& y = values_[b];
  return x.kind != ValueKind::kUnknown && x.kind == y.kind && x.deep == y.deep && x.addend == y.addend &&
         x.multiplier == y.multiplier;
}

}  // namespace samehand::feature
