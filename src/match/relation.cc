// Problem: inlining and splitting make functions that correspond without being equal.
//
// Example: B's `lookup` was inlined into A's `get`, and B's own `get` has no other partner in A. Everything in B's
// lookup is found in A's get (cover .9), but only a third of A's get in B's lookup: A's contains B's.
//
// Method: compare what the functions themselves hold, without inlining. Where one is found in the other almost whole,
// while much of the other is not found in it and the other is also larger, the larger one contains the smaller. If the
// smaller is called once only, by a function that is itself no larger than it, then it is rather a split-off piece
// (gcc's .part and .cold, clang's outlined code).
//
// Known failure: two builds whose compilers unrolled or vectorised very differently look like containment.
#include "relation.h"

#include "score.h"

namespace samehand::match {
namespace {

constexpr float kWhole = .6f;    // at least this share of the smaller one is found in the larger …
constexpr float kPartly = .55f;  // … of which less than this fraction of that share is found in the smaller
constexpr float kLarger = 1.6f;  // in instructions

bool is_piece(const Side& side, std::uint32_t f) {
  if (side.callers[f].size() != 1 || !side.referrers[f].empty()) return false;
  return side.functions[side.callers[f][0]].instructions <= side.functions[f].instructions;
}

}  // namespace

Relation relation(const Pool& pool, std::uint32_t a, std::uint32_t b) {
  const Member& x = pool.a.functions[a];
  const Member& y = pool.b.functions[b];
  const auto like = static_cast<std::size_t>(pool.likeness(a, b));
  const float mass_a = pool.a.view[like].own_mass[a], mass_b = pool.b.view[like].own_mass[b];
  if (mass_a <= 0 || mass_b <= 0) return Relation::kSame;
  const float shared = overlap(pool.a.view[like].own[a], pool.b.view[like].own[b]);
  const float cover_a = shared / mass_a, cover_b = shared / mass_b;
  const auto larger = [](const Member& big, const Member& small) {
    return static_cast<float>(big.instructions) > kLarger * static_cast<float>(small.instructions);
  };
  if (cover_b >= kWhole && cover_a < kPartly * cover_b && larger(x, y)) {
    return is_piece(pool.b, b) ? Relation::kPiece : Relation::kContains;
  }
  if (cover_a >= kWhole && cover_b < kPartly * cover_a && larger(y, x)) {
    return is_piece(pool.a, a) ? Relation::kPiece : Relation::kInlined;
  }
  return Relation::kSame;
}

}  // namespace samehand::match
