// What a pair, and all pairs together, weigh as evidence for a shared origin.
#pragma once

#include <span>

#include "samehand/match/match.h"

namespace samehand::match {

// Decibans for a shared origin, from a pair's confidence and the information it shares; 0 for library code.
float worth_db(const Pair& pair);

// What the reported pairs weigh together.
double evidence_db(std::span<const Pair> pairs);

// Probability that the toolkits share source of their own.
double kinship(double evidence_db);

}  // namespace samehand::match
