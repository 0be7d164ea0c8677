// Posteriors over the weights' ranges.
#pragma once

#include <span>
#include <vector>

#include "samehand/weigh/weigh.h"
#include "units.h"

namespace samehand::weigh {

// Sets low, high and first of every posterior from `options.draws` draws; `mid` is set already. `prior_db` and the
// result in the hypotheses' order.
void simulate(const Problem& problem, const Units& units, std::span<const double> prior_db, const Options& options,
              std::vector<Posterior>& posterior);

}  // namespace samehand::weigh
