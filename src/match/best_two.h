// The best score seen and the best of the others', for margins.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "assign.h"

namespace samehand::match {

struct BestTwo {
  float first = 0, second = 0;
  std::uint32_t of_first = kNobody;

  void see(float score, std::uint32_t who) {
    if (score > first) {
      second = first;
      first = score;
      of_first = who;
    } else {
      second = std::max(second, score);
    }
  }
  float other_than(std::uint32_t who) const { return of_first == who ? second : first; }
};

// Of every function, over all candidates.
struct BestPartners {
  std::vector<BestTwo> a, b;

  BestPartners(std::span<const std::vector<Candidate>> candidates, std::size_t functions_b)
      : a(candidates.size()), b(functions_b) {
    for (std::uint32_t f = 0; f < candidates.size(); ++f) {
      for (const Candidate& c : candidates[f]) {
        a[f].see(c.score, c.target);
        b[c.target].see(c.score, f);
      }
    }
  }
};

}  // namespace samehand::match
