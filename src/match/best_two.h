// The best score seen and the best of the others', for margins.
#pragma once

#include <algorithm>
#include <cstdint>

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

}  // namespace samehand::match
