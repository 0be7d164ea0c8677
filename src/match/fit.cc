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
// Small callees are known in a second way, executed where they are called (feature/expand.cc): either function is tried
// in both of its views, and the best of the four scores counts.
// Measured on the tuning projects (mean recall@1 over ten pairs of variants, C and C++, prototype's features): taking
// callees in raised it, aligned, from .930 to about .944 together with counting only own code as shared.
//
// Cost: two look-ups per feature of each callee considered, at most kMostConsidered on either side.
#include "fit.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "inline.h"
#include "score.h"

namespace samehand::match {
namespace {

constexpr std::size_t kMostConsidered = 48;

void put(std::span<const Term> terms, std::vector<float>& masses) {
  for (const Term& t : terms) masses[t.feature] = t.mass;
}

void clear(std::span<const Term> terms, std::vector<float>& masses) {
  for (const Term& t : terms) masses[t.feature] = 0;
}

float overlap_with(std::span<const Term> terms, const std::vector<float>& masses) {
  float sum = 0;
  for (const Term& t : terms) sum += std::min(t.mass, masses[t.feature]);
  return sum;
}

std::vector<std::uint8_t> small_enough(const Side& side, const Parameters& p) {
  std::vector<std::uint8_t> fits(side.functions.size());
  for (std::uint32_t f = 0; f < fits.size(); ++f) fits[f] = p.fit_inlining && inlinable(side, f, p.fit_instructions);
  return fits;
}

}  // namespace

Fitter::Fitter(const Pool& pool, const Parameters& parameters)
    : pool_(pool),
      parameters_(parameters),
      fits_a_(small_enough(pool.a, parameters)),
      fits_b_(small_enough(pool.b, parameters)),
      own_a_(pool.kind.size()),
      other_a_(pool.kind.size()),
      inlined_a_(pool.kind.size()),
      own_b_(pool.kind.size()) {}

void Fitter::load(std::uint32_t a, std::size_t like) {
  if (loaded_ == a && loaded_like_ == like) return;
  if (loaded_ != ~0u) {
    const View& old = pool_.a.view[loaded_like_];
    clear(old.own[loaded_], own_a_);
    clear(old.own[pool_.a.other_view[loaded_]], other_a_);
    clear(old.inlined[loaded_], inlined_a_);
  }
  put(pool_.a.view[like].own[a], own_a_);
  if (pool_.a.other_view[a] != a) put(pool_.a.view[like].own[pool_.a.other_view[a]], other_a_);
  put(pool_.a.view[like].inlined[a], inlined_a_);
  loaded_ = a;
  loaded_like_ = like;
}

float Fitter::inlined_overlap(std::uint32_t a, std::uint32_t b) {
  const auto like = static_cast<std::size_t>(pool_.likeness(a, b));
  load(a, like);
  return overlap_with(pool_.b.view[like].inlined[b], inlined_a_);
}

void Fitter::consider_callees(Growing& g, std::uint32_t function) {
  const auto& fits = g.side == &pool_.a ? fits_a_ : fits_b_;
  for (std::uint32_t c : g.side->callees[function]) {
    if (g.open.size() >= kMostConsidered) return;
    if (!fits[c] || std::ranges::find(g.seen, c) != g.seen.end()) continue;
    g.seen.push_back(c);
    g.open.push_back(c);
  }
}

void Fitter::begin(Growing& g, std::uint32_t function, std::uint32_t row, std::size_t like) {
  g.view = &g.side->view[like];
  g.mass = g.view->own_mass[row];
  g.taken = 0;
  g.open.clear();
  g.seen.assign(1, function);
  g.undo.clear();
  consider_callees(g, function);
}

// Takes callees in while that raises shared / mass^power. `room` is what the other function still has to share.
void Fitter::grow(Growing& g, const Masses& other, float& shared, float room, float power) {
  for (std::size_t k = 0; k < g.open.size() && room > (parameters_.inline_gain - 1) * shared; ++k) {
    const std::uint32_t c = g.open[k];
    float gain = 0, growth = g.view->lone_mass[c];
    for (const Term& t : g.view->own[c]) {
      if (!pool_.travels[t.feature]) continue;
      const float have = (*g.masses)[t.feature];
      if (t.mass <= have) continue;
      growth += t.mass - have;
      gain += std::max(0.f, std::min(other[t.feature], t.mass) - have);
    }
    if (gain <= 0) continue;
    const float limit = parameters_.inline_gain * shared;
    if (shared + gain <= limit) continue;  // before the costly power
    if (shared + gain <= limit * std::pow((g.mass + growth) / std::max(g.mass, 1e-6f), power)) continue;
    for (const Term& t : g.view->own[c]) {
      float& have = (*g.masses)[t.feature];
      if (!pool_.travels[t.feature] || t.mass <= have) continue;
      g.undo.emplace_back(t.feature, have);
      have = t.mass;
    }
    g.mass += growth;
    shared += gain;
    room -= gain;
    ++g.taken;
    consider_callees(g, c);
  }
}

Fit Fitter::operator()(std::uint32_t a, std::uint32_t b) {
  const auto like = static_cast<std::size_t>(pool_.likeness(a, b));
  load(a, like);
  const float half = overlap_with(pool_.b.view[like].inlined[b], inlined_a_);
  const auto score = [&](const Fit& f) { return containment(f.shared, f.mass_a, f.mass_b, parameters_); };
  const std::uint32_t other_a = pool_.a.other_view[a], other_b = pool_.b.other_view[b];
  Fit best = fit(a, a, own_a_, b, b, like, half);
  const auto try_views = [&](std::uint32_t row_a, std::uint32_t row_b) {
    const Fit f = fit(a, row_a, row_a == a ? own_a_ : other_a_, b, row_b, like, half);
    if (score(f) > score(best)) best = f;
  };
  if (other_a != a && other_b != b) try_views(other_a, other_b);
  if (other_a != a) try_views(other_a, b);
  if (other_b != b) try_views(a, other_b);
  return best;
}

Fit Fitter::fit(std::uint32_t a, std::uint32_t row_a, Masses& masses_a, std::uint32_t b, std::uint32_t row_b,
                std::size_t like, float half) {
  const Parameters& p = parameters_;
  const View& view_a = pool_.a.view[like];
  const View& view_b = pool_.b.view[like];
  x_.side = &pool_.a;
  x_.masses = &masses_a;
  begin(x_, a, row_a, like);
  y_.side = &pool_.b;
  y_.masses = &own_b_;
  begin(y_, b, row_b, like);
  put(view_b.own[row_b], own_b_);

  float shared = overlap_with(view_b.own[row_b], masses_a);
  grow(y_, masses_a, shared, x_.mass - shared, 1 - p.query_power);
  grow(x_, own_b_, shared, y_.mass - shared, p.query_power);
  float own_a = shared, own_b = shared;
  if (x_.taken + y_.taken > 0) {
    own_a = overlap_with(view_a.own[row_a], own_b_);
    own_b = overlap_with(view_b.own[row_b], masses_a);
  }
  // What either function is in its own view, as far as the other has it.
  const float with_a = row_a == a ? 0 : overlap_with(view_a.own[a], own_b_);
  const float with_b = row_b == b ? 0 : overlap_with(view_b.own[b], masses_a);
  for (auto i = x_.undo.rbegin(); i != x_.undo.rend(); ++i) masses_a[i->first] = i->second;
  for (const auto& [feature, mass] : y_.undo) own_b_[feature] = 0;
  clear(view_b.own[row_b], own_b_);

  const float m = p.half_inlined_share;
  Fit result;
  result.shared = (1 - m) * shared + m * half;
  result.mass_a = (1 - m) * x_.mass + m * view_a.inlined_mass[a];
  result.mass_b = (1 - m) * y_.mass + m * view_b.inlined_mass[b];
  result.inlined_a = x_.taken;
  result.inlined_b = y_.taken;
  if (x_.taken + y_.taken > 0) {
    // Covers are geometric means of the grown share and the share of own code. What is shared counts only as far as it
    // is either function's own: two functions that have taken in the same callee have not become stronger evidence.
    const float cover_a = std::sqrt(result.cover_a() * own_a / std::max(view_a.own_mass[row_a], 1e-6f));
    const float cover_b = std::sqrt(result.cover_b() * own_b / std::max(view_b.own_mass[row_b], 1e-6f));
    result.shared = (1 - m) * std::max(own_a, own_b) + m * half;
    result.mass_a = result.shared / std::max(cover_a, 1e-3f);
    result.mass_b = result.shared / std::max(cover_b, 1e-3f);
  }
  // In its other view a wrapper looks like the body that it wraps. What it is without it has a say in the covers, and
  // where both are seen so, only that counts as shared.
  const float before_a = with_a / std::max(view_a.own_mass[a], 1e-6f);
  const float before_b = with_b / std::max(view_b.own_mass[b], 1e-6f);
  const auto say = [&](float cover, float before) {
    return cover <= before ? 1.f : std::pow(std::max(before, 1e-3f) / cover, p.before_power);
  };
  if (row_a != a) result.mass_a /= say(result.cover_a(), before_a);
  if (row_b != b) result.mass_b /= say(result.cover_b(), before_b);
  if (row_a != a && row_b != b && result.shared > 0) {
    const float without = (1 - m) * std::max(with_a, with_b) + m * half;
    const float share = std::clamp(without / result.shared, 1e-3f, 1.f);
    result.shared *= share;
    result.mass_a *= share;
    result.mass_b *= share;
  }
  return result;
}

}  // namespace samehand::match
