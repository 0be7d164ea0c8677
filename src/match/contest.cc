// Problem: the lead over the second best says little where neighbours decided, and nothing of how many were close.
//
// Example: of ten equal error handlers each has nine rivals by body; the callers tell them apart, and the margin with
// neighbours is wide. That is a good reason to pair them, but not as good as a body that nothing else resembles.
//
// Method: the candidates that alignment leaves behind hold both scores, with neighbours and without. Two passes: the
// best and second best of every function on either side, then the counts.
#include "contest.h"

#include <algorithm>
#include <cmath>

#include "best_two.h"
#include "score.h"

namespace samehand::match {
namespace {

float lead(float own, float other) {
  const float larger = std::max(own, other);
  return larger > 0 ? (own - other) / larger : 0;
}

}  // namespace

std::vector<Contest> contests(const Alignment& alignment, std::size_t functions_b, const Parameters& parameters) {
  const Assignment& assigned = alignment.assignment;
  std::vector<BestTwo> best_a(alignment.candidates.size()), best_b(functions_b);
  std::vector<float> own(alignment.candidates.size());
  std::vector<Contest> contests(alignment.candidates.size());
  std::vector<std::uint32_t> rivals_of_b(functions_b);
  for (std::uint32_t a = 0; a < alignment.candidates.size(); ++a) {
    for (const Candidate& c : alignment.candidates[a]) {
      const float body = strength(c.shared, c.mass_a, c.mass_b, parameters);
      best_a[a].see(body, c.target);
      best_b[c.target].see(body, a);
      if (c.target == assigned.partner_of_a[a]) {
        own[a] = body;
      } else {
        contests[a].rivals_a += c.score >= kRivalShare * assigned.score[a];
        const std::uint32_t owner = assigned.partner_of_b[c.target];
        rivals_of_b[c.target] += owner != kNobody && c.score >= kRivalShare * assigned.score[owner];
      }
    }
  }
  for (std::uint32_t a = 0; a < contests.size(); ++a) {
    const std::uint32_t b = assigned.partner_of_a[a];
    if (b == kNobody) continue;
    contests[a].rivals_b = rivals_of_b[b];
    contests[a].body_margin_a = lead(own[a], best_a[a].other_than(b));
    contests[a].body_margin_b = lead(own[a], best_b[b].other_than(a));
  }
  return contests;
}

}  // namespace samehand::match
