// Problem: each function has one origin, so a candidate that is another function's partner is no longer free.
//
// Example: twins x, y in A both score .9 with X in B; y scores .8 with Y, x .5. Nothing but X remains sure: greedy
// gives X to the one that scores higher, and Y to the other.
//
// Method: greedy one to one by descending score, n log n. The relative lead over the best alternative on either side is
// what confidence rests on. How far greedy stays behind the optimal assignment was not measured.
#include "assign.h"

#include <algorithm>

#include "best_two.h"

namespace samehand::match {

Assignment assign(std::span<const std::vector<Candidate>> candidates, std::size_t functions_b) {
  struct Edge {
    float score;
    std::uint32_t a, b;
  };
  std::vector<Edge> edges;
  std::vector<BestTwo> top_a(candidates.size()), top_b(functions_b);
  for (std::uint32_t a = 0; a < candidates.size(); ++a) {
    for (const Candidate& c : candidates[a]) {
      if (c.score <= 0) continue;
      edges.push_back({c.score, a, c.target});
      top_a[a].see(c.score, c.target);
      top_b[c.target].see(c.score, a);
    }
  }
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
    result.partner_of_a[e.a] = e.b;
    result.partner_of_b[e.b] = e.a;
    result.score[e.a] = e.score;
    result.margin_a[e.a] = (e.score - top_a[e.a].other_than(e.b)) / e.score;
    result.margin_b[e.a] = (e.score - top_b[e.b].other_than(e.a)) / e.score;
  }
  return result;
}

}  // namespace samehand::match
