// What a pair, and all pairs together, weigh as evidence for a shared origin.
#pragma once

#include <cstdint>
#include <span>

#include "samehand/match/match.h"

namespace samehand::match {

// Decibans for a shared origin, from a pair's confidence and the information it shares; 0 for library code.
float worth_db(const Pair& pair);

// What the reported pairs weigh together, beyond what chance gives two toolkits of which the smaller has `pairable`
// functions that can be judged. Never below 0.
double evidence_db(std::span<const Pair> pairs, std::uint32_t pairable);

// Probability that the toolkits share source of their own.
double kinship(double evidence_db);

}  // namespace samehand::match
