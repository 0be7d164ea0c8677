// Matches spread: a pair that is sure lends its certainty to the functions around it.
#pragma once

#include <cstdint>
#include <vector>

#include "assign.h"
#include "candidates.h"
#include "engine.h"
#include "pool.h"

namespace samehand::match {

// What the matched neighbours of a pair say: how many agree, out of how many on either side.
struct Neighbours {
  float shared = 0, mass_a = 0, mass_b = 0;
};

struct Alignment {
  Assignment assignment;
  std::vector<std::vector<Candidate>> candidates;  // as scored in the last round
  std::vector<Neighbours> neighbours;              // of each function of A that has a partner
};

Alignment align(const Pool& pool, std::vector<std::vector<Candidate>> candidates, const Parameters& parameters,
                const ParallelFor& parallel_for, const RankingProbe& probe);

}  // namespace samehand::match
