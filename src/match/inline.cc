// Problem: one compiler (or level) inlines a callee, the other does not. The function's own features then differ by the
// callee's whole body, and at -O0 or -Os that is the commonest reason for a miss.
//
// Example: A's `parse` calls `skip_space`; B's `parse` has swallowed it. B's features hold skip_space's strands, A's do
// not. After virtual inlining A's `parse` holds them too, at half weight: enough to be recognised in B, little enough
// that two callers of the same callee do not become alike through it.
//
// Method: one level: terms(f) = max(terms(f), ½ terms(c)) over the callees c that a compiler might inline: those
// of at most 40 instructions, and those with a single caller whose address is not taken. Two levels: a callee's callee
// arrives at a quarter. A function's other view, with small callees executed within it, is joined in the same way, so
// that candidates are found by either. Control flow, shape and what callers pass belong to a function itself and stay
// behind. Measured by the prototype: recall@1 .922 → .973 at -O3, .831 → .935 at -Os, .764 → .893 at -O0
// (docs/matching.md).
//
// Cost: sum over call edges of the callee's features; a hub of hostile input is capped below.
//
// Known failure: a thin wrapper and the body it calls come to look alike; relation.cc tells them apart.
#include "inline.h"

#include <algorithm>
#include <vector>

namespace samehand::match {
namespace {

constexpr std::size_t kMostInlinedCallees = 256;  // per function and level; real code has fewer eligible ones
constexpr std::size_t kMostTerms = 1u << 16;

}  // namespace

bool travels(feature::Kind kind) {
  using feature::Kind;
  return kind != Kind::kEdge && kind != Kind::kShape && kind != Kind::kCallerConstant && kind != Kind::kTableString;
}

bool inlinable(const Side& side, std::uint32_t function, std::uint32_t most_instructions) {
  const Member& f = side.functions[function];
  const bool single_use = side.callers[function].size() == 1 && side.referrers[function].empty();
  return single_use || f.instructions <= most_instructions;
}

Rows<Term> inline_callees(const Side& side, const Rows<Term>& own, std::span<const feature::Kind> kinds,
                          const Parameters& parameters) {
  std::vector<std::uint8_t> goes(kinds.size());
  std::ranges::transform(kinds, goes.begin(), [](feature::Kind k) { return travels(k); });
  std::vector<std::uint8_t> fits(side.functions.size());
  for (std::uint32_t f = 0; f < fits.size(); ++f) fits[f] = inlinable(side, f, parameters.inline_instructions);

  std::vector<float> amount(kinds.size());  // of the function at hand
  std::vector<std::uint32_t> touched;
  Rows<Term> terms;
  const Rows<Term>* from = &own;
  const auto functions = static_cast<std::uint32_t>(side.functions.size());
  for (int level = 0; level < parameters.inline_levels; ++level) {
    Rows<Term> next;
    next.reserve(functions, from->total() * 2);
    for (std::uint32_t f = 0; f < functions; ++f) {
      touched.clear();
      for (const Term& t : (*from)[f]) {
        touched.push_back(t.feature);
        amount[t.feature] = t.mass;
      }
      std::size_t inlined = 0;
      for (std::uint32_t callee : side.callees[f]) {
        if (callee == f || !fits[callee]) continue;
        if (++inlined > kMostInlinedCallees || touched.size() > kMostTerms) break;
        for (const Term& t : (*from)[callee]) {
          if (!goes[t.feature]) continue;
          if (amount[t.feature] == 0) touched.push_back(t.feature);
          amount[t.feature] = std::max(amount[t.feature], parameters.inline_weight * t.mass);
        }
      }
      if (level == 0 && side.other_view[f] != f) {
        for (const Term& t : own[side.other_view[f]]) {
          if (amount[t.feature] == 0) touched.push_back(t.feature);
          amount[t.feature] = std::max(amount[t.feature], parameters.inline_weight * t.mass);
        }
      }
      for (std::uint32_t t : touched) {
        next.push({t, amount[t]});
        amount[t] = 0;
      }
      next.end_row();
    }
    terms = std::move(next);
    from = &terms;
  }
  if (parameters.inline_levels > 0) return terms;
  for (std::uint32_t f = 0; f < functions; ++f) {  // rows of functions only: `own` has those of other views as well
    for (const Term& t : own[f]) terms.push(t);
    terms.end_row();
  }
  return terms;
}

}  // namespace samehand::match
