// Problem: a wrapper and the body that it wraps hold nearly the same where a compiler has laid one out in the other,
// and each looks like the other's partner.
//
// Example: `inflateInit_` does nothing but call `inflateInit2_`, which one build has inlined into it. Both functions of
// A look like the only one of B, the body more so; that its caller does nearly as well is what tells this case from
// that of two strangers.
//
// Method: for each pair, the best score among those that its function's direct callees and callers have with the
// partner, on either side. Only the first kMostKin of them are asked.
#include "kin.h"

#include <algorithm>

namespace samehand::match {
namespace {

constexpr std::size_t kMostKin = 12;

std::span<const std::uint32_t> first_of(std::span<const std::uint32_t> list) {
  return list.first(std::min(list.size(), kMostKin));
}

}  // namespace

Kin::Kin(const Pool& pool, std::span<const std::vector<Candidate>> candidates)
    : pool_(pool), candidates_(candidates), place_(pool.b.functions.size()), score_(pool.b.functions.size()) {}

std::span<const KinScores> Kin::operator()(std::uint32_t a, std::size_t count) {
  const auto& own = candidates_[a];
  scores_.assign(count, {});
  for (std::size_t k = 0; k < count; ++k) place_[own[k].target] = static_cast<std::uint32_t>(k + 1);
  for (const Candidate& c : own) score_[c.target] = c.score;

  const auto rivals_of_a = [&](std::span<const std::uint32_t> kin, float KinScores::* best) {
    for (const std::uint32_t g : first_of(kin)) {
      if (g == a) continue;
      for (const Candidate& c : candidates_[g]) {
        if (const std::uint32_t place = place_[c.target]; place > 0) {
          float& score = scores_[place - 1].*best;
          score = std::max(score, c.score);
        }
      }
    }
  };
  rivals_of_a(pool_.a.callees[a], &KinScores::callee_of_a);
  rivals_of_a(pool_.a.callers[a], &KinScores::caller_of_a);

  for (std::size_t k = 0; k < count; ++k) {
    const std::uint32_t b = own[k].target;
    const auto best_of = [&](std::span<const std::uint32_t> kin) {
      float best = 0;
      for (const std::uint32_t g : first_of(kin)) {
        if (g != b) best = std::max(best, score_[g]);
      }
      return best;
    };
    scores_[k].callee_of_b = best_of(pool_.b.callees[b]);
    scores_[k].caller_of_b = best_of(pool_.b.callers[b]);
  }

  for (std::size_t k = 0; k < count; ++k) place_[own[k].target] = 0;
  for (const Candidate& c : own) score_[c.target] = 0;
  return scores_;
}

}  // namespace samehand::match
