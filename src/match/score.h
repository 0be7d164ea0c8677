// How much of one function's features another one has.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "pool.h"

namespace samehand::match {

// Sum over the features that both hold of the smaller mass. Rows ascending.
inline float overlap(std::span<const Term> x, std::span<const Term> y) {
  float sum = 0;
  auto i = x.begin();
  auto j = y.begin();
  while (i != x.end() && j != y.end()) {
    if (i->feature < j->feature) {
      ++i;
    } else if (j->feature < i->feature) {
      ++j;
    } else {
      sum += std::min(i->mass, j->mass);
      ++i;
      ++j;
    }
  }
  return sum;
}

// Shared mass over a weighted geometric mean of the two masses: 1 for equal functions, and a function that lies within
// a larger one still scores well.
inline float containment(float shared, float query_mass, float target_mass, const Parameters& p) {
  if (shared <= 0) return 0;
  return shared / (std::pow(query_mass, p.query_power) * std::pow(target_mass, 1 - p.query_power));
}

// What pairs compete with for partners, see Parameters::similarity_power.
inline float strength(float shared, float mass_a, float mass_b, const Parameters& p) {
  if (shared <= 0) return 0;
  return std::pow(shared, p.mass_power) * std::pow(shared * shared / (mass_a * mass_b), p.similarity_power / 2);
}

}  // namespace samehand::match
