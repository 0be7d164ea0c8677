// Problem: each function has one origin, so a candidate that is another function's partner is no longer free.
//
// Example: twins x, y in A both score .9 with X in B; y scores .8 with Y, x .5. Nothing but X remains sure: greedy
// gives X to the one that scores higher, and Y to the other.
//
// Method: greedy one to one by descending score, n log n; then exchanges: a function takes the partner that it scores
// well with, and the former holder takes what is free then, where that raises the sum of squared scores (squares,
// because a sure pair should not be given up for two doubtful ones). The relative lead over the best alternative on
// either side is what confidence rests on. Measured on the tuning projects (mean recall@1 over ten pairs of variants):
// exchanges
// +.001, most where inlining differs.
//
// Cost: exchanges are tried for functions that did not get their best candidate only; of two that would exchange, one
// is.
#include "assign.h"

#include <algorithm>

#include "best_two.h"

namespace samehand::match {
namespace {

constexpr int kMostPasses = 3;
constexpr float kLeastGain = 1.0001f;  // so that rounding does not go in circles

float squared(float x) {
  return x * x;
}

void give(Assignment& result, std::uint32_t a, std::uint32_t b, float score) {
  result.partner_of_a[a] = b;
  result.partner_of_b[b] = a;
  result.score[a] = score;
}

void take(Assignment& result, std::uint32_t a) {
  const std::uint32_t b = result.partner_of_a[a];
  if (b == kNobody) return;
  result.partner_of_b[b] = kNobody;
  result.partner_of_a[a] = kNobody;
  result.score[a] = 0;
}

// Gives b to a, and to its holder what is free then, if that is a gain; says whether it was.
bool exchange(Assignment& result, std::span<const std::vector<Candidate>> candidates, std::uint32_t a, std::uint32_t b,
              float score) {
  const std::uint32_t holder = result.partner_of_b[b], former = result.partner_of_a[a];
  Candidate next;
  float before = squared(result.score[a]);
  if (holder != kNobody) {
    before += squared(result.score[holder]);
    for (const Candidate& c : candidates[holder]) {
      const bool free = c.target == former || result.partner_of_b[c.target] == kNobody;
      if (free && c.score > next.score) next = c;
    }
  }
  if (squared(score) + squared(next.score) <= before * kLeastGain) return false;
  take(result, a);
  if (holder != kNobody) take(result, holder);
  give(result, a, b, score);
  if (next.score > 0) give(result, holder, next.target, next.score);
  return true;
}

}  // namespace

Assignment assign(std::span<const std::vector<Candidate>> candidates, std::size_t functions_b) {
  struct Edge {
    float score;
    std::uint32_t a, b;
  };
  std::vector<Edge> edges;
  for (std::uint32_t a = 0; a < candidates.size(); ++a) {
    for (const Candidate& c : candidates[a]) {
      if (c.score > 0) edges.push_back({c.score, a, c.target});
    }
  }
  const BestPartners best(candidates, functions_b);
  std::ranges::sort(edges, [](const Edge& x, const Edge& y) {
    if (x.score != y.score) return x.score > y.score;
    return x.a != y.a ? x.a < y.a : x.b < y.b;
  });

  Assignment result;
  result.partner_of_a.assign(candidates.size(), kNobody);
  result.partner_of_b.assign(functions_b, kNobody);
  result.score.resize(candidates.size());
  result.margin_a.resize(candidates.size());
  result.margin_b.resize(candidates.size());
  for (const Edge& e : edges) {
    if (result.partner_of_a[e.a] != kNobody || result.partner_of_b[e.b] != kNobody) continue;
    give(result, e.a, e.b, e.score);
  }
  for (int pass = 0; pass < kMostPasses; ++pass) {
    bool changed = false;
    for (const Edge& e : edges) {
      if (e.score <= result.score[e.a]) continue;  // it has better
      const std::uint32_t holder = result.partner_of_b[e.b];
      const float lost =
          holder == kNobody ? 0 : squared(result.score[holder]) - squared(best.a[holder].other_than(e.b));
      if (squared(e.score) - squared(result.score[e.a]) <= lost) continue;
      changed |= exchange(result, candidates, e.a, e.b, e.score);
    }
    if (!changed) break;
  }
  measure(candidates, result);
  return result;
}

void measure(std::span<const std::vector<Candidate>> candidates, Assignment& assignment) {
  const BestPartners best(candidates, assignment.partner_of_b.size());
  for (std::uint32_t a = 0; a < candidates.size(); ++a) {
    const std::uint32_t b = assignment.partner_of_a[a];
    if (b == kNobody) continue;
    float& score = assignment.score[a];
    for (const Candidate& c : candidates[a]) {
      if (c.target == b) score = c.score;
    }
    assignment.margin_a[a] = (score - best.a[a].other_than(b)) / score;
    assignment.margin_b[a] = (score - best.b[b].other_than(a)) / score;
  }
}

}  // namespace samehand::match
