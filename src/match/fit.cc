// Problem: whether a callee was inlined is decided anew in every build, so neither a function's own features nor those
// with all its callees' are the right thing to compare.
//
// Example: A's `open_all` has swallowed `open_one`; B's calls it. Compared alone, A's open_all looks more like B's
// open_one (its bulk) than like B's open_all (a loop and a call). Once B's open_all may take open_one in, it holds
// all that A's holds, and open_one does not.
//
// Method: both functions begin with their own features and take in callees (and callees of those) as long as this
// raises the score. Then two questions are asked: how much of the two grown functions is shared; and how much of each
// function's own code does the other, grown, have? The second keeps a caller that has merely swallowed the right
// function from looking like it: its own code is found nowhere. The answers are averaged geometrically, and a share of
// the fixed half-weight inlining (inline.cc), which also sees callees that both have kept, is mixed in.
// Measured on the tuning projects (docs/matching.md): wrapper and body confused 75 -> 28 times at -O2 to -O0.
//
// Cost: one merge of feature lists per callee considered, at most kMostConsidered on either side.
#include "fit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "inline.h"
#include "score.h"

namespace samehand::match {
namespace {

constexpr std::size_t kMostConsidered = 48;

struct Gain {
  float shared = 0, mass = 0;
};

// What taking `callee` into y brings: by how much the overlap with x grows, and by how much y's mass.
Gain gain_of(std::span<const Term> x, std::span<const Term> y, std::span<const Term> callee,
             std::span<const float> weight, const Pool& pool) {
  Gain gain;
  auto i = x.begin();
  auto j = y.begin();
  for (const Term& c : callee) {
    if (!travels(pool.kind[c.feature])) continue;
    while (i != x.end() && i->feature < c.feature) ++i;
    while (j != y.end() && j->feature < c.feature) ++j;
    const float have = j != y.end() && j->feature == c.feature ? j->amount : 0;
    if (c.amount <= have) continue;
    const float w = weight[c.feature];
    gain.mass += w * (c.amount - have);
    if (i != x.end() && i->feature == c.feature && i->amount > have) {
      gain.shared += w * (std::min(i->amount, c.amount) - have);
    }
  }
  return gain;
}

std::vector<Term> joined(std::span<const Term> y, std::span<const Term> callee, const Pool& pool) {
  std::vector<Term> result;
  result.reserve(y.size() + callee.size());
  auto j = y.begin();
  for (const Term& c : callee) {
    if (!travels(pool.kind[c.feature])) continue;
    while (j != y.end() && j->feature < c.feature) result.push_back(*j++);
    if (j != y.end() && j->feature == c.feature) {
      result.push_back({c.feature, std::max(j->amount, c.amount)});
      ++j;
    } else {
      result.push_back(c);
    }
  }
  result.insert(result.end(), j, y.end());
  return result;
}

// A function that may take callees in.
class Growing {
 public:
  Growing(const Pool& pool, const Side& side, std::uint32_t f, std::size_t like, const Parameters& p)
      : pool_(pool), side_(side), parameters_(p), like_(like), terms_(side.local[f]), mass_(side.local_mass[like][f]) {
    seen_.push_back(f);
    consider_callees(f);
  }

  std::span<const Term> terms() const { return terms_; }
  float mass() const { return mass_; }
  std::uint32_t taken() const { return taken_; }

  // Takes callees in while that raises shared / mass^power. `shared` is the overlap with `other`.
  void grow(const Growing& other, float& shared, float power) {
    for (std::size_t k = 0; k < open_.size(); ++k) {
      const std::uint32_t c = open_[k];
      const Gain gain = gain_of(other.terms_, terms_, side_.local[c], pool_.weight[like_], pool_);
      if (gain.shared <= 0) continue;
      const float grown = mass_ + gain.mass + side_.local_lone[like_][c];
      if (shared + gain.shared <= parameters_.inline_gain * shared * std::pow(grown / std::max(mass_, 1e-6f), power)) {
        continue;
      }
      own_ = joined(terms_, side_.local[c], pool_);
      terms_ = own_;
      mass_ = grown;
      shared += gain.shared;
      ++taken_;
      consider_callees(c);
    }
  }

 private:
  void consider_callees(std::uint32_t f) {
    for (std::uint32_t c : side_.callees[f]) {
      if (open_.size() >= kMostConsidered) return;
      if (!inlinable(side_, c, parameters_.fit_instructions)) continue;
      if (std::ranges::find(seen_, c) != seen_.end()) continue;
      seen_.push_back(c);
      open_.push_back(c);
    }
  }

  const Pool& pool_;
  const Side& side_;
  const Parameters& parameters_;
  std::size_t like_;
  std::span<const Term> terms_;
  std::vector<Term> own_;  // what terms_ shows once something was taken in
  float mass_;
  std::uint32_t taken_ = 0;
  std::vector<std::uint32_t> open_, seen_;
};

}  // namespace

Fit fit(const Pool& pool, std::uint32_t a, std::uint32_t b, const Parameters& p) {
  const auto like = static_cast<std::size_t>(pool.likeness(pool.a.functions[a], pool.b.functions[b]));
  const std::span<const float> weight = pool.weight[like];
  Growing x(pool, pool.a, a, like, p), y(pool, pool.b, b, like, p);
  float shared = overlap(x.terms(), y.terms(), weight);
  y.grow(x, shared, 1 - p.query_power);
  x.grow(y, shared, p.query_power);
  float own_a = shared, own_b = shared;
  if (x.taken() + y.taken() > 0) {
    own_a = overlap(pool.a.local[a], y.terms(), weight);
    own_b = overlap(x.terms(), pool.b.local[b], weight);
  }

  const float half = overlap(pool.a.terms[a], pool.b.terms[b], weight);
  const float m = p.half_inlined_share;
  Fit result;
  result.shared = (1 - m) * shared + m * half;
  result.mass_a = (1 - m) * x.mass() + m * pool.a.mass[like][a];
  result.mass_b = (1 - m) * y.mass() + m * pool.b.mass[like][b];
  result.inlined_a = x.taken();
  result.inlined_b = y.taken();
  if (x.taken() + y.taken() > 0) {
    // Covers are geometric means of the grown share and the share of own code. What is shared counts only as far as it
    // is either function's own: two functions that have taken in the same callee have not become stronger evidence.
    const float cover_a = std::sqrt(result.cover_a() * own_a / std::max(pool.a.local_mass[like][a], 1e-6f));
    const float cover_b = std::sqrt(result.cover_b() * own_b / std::max(pool.b.local_mass[like][b], 1e-6f));
    result.shared = (1 - m) * std::max(own_a, own_b) + m * half;
    result.mass_a = result.shared / std::max(cover_a, 1e-3f);
    result.mass_b = result.shared / std::max(cover_b, 1e-3f);
  }
  return result;
}

}  // namespace samehand::match
