// Scores a pair of functions with the inlining that suits it.
#pragma once

#include <cstdint>

#include "pool.h"

namespace samehand::match {

struct Fit {
  float shared = 0;                            // mass that both hold
  float mass_a = 0, mass_b = 0;                // shared / mass is the share of a function's features that the other has
  std::uint32_t inlined_a = 0, inlined_b = 0;  // callees of either function that were taken in

  float cover_a() const { return mass_a > 0 ? shared / mass_a : 0; }
  float cover_b() const { return mass_b > 0 ? shared / mass_b : 0; }
};

Fit fit(const Pool& pool, std::uint32_t a, std::uint32_t b, const Parameters& parameters);

}  // namespace samehand::match
