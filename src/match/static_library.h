// Runtime code of a statically linked program that no hash knows, recognised by where it stands.
#pragma once

#include <vector>

#include "samehand/feature/feature.h"

namespace samehand::match {

// Sets in `runtime` what stands among functions of the C library or is reached only through them. `archived` and
// `runtime` by function of the sample: those that are listed as parts of an archive, and all that are known so far.
// About linear. Precondition: consistent(sample), see graph.h.
void add_by_place(const feature::SampleFeatures& sample, const std::vector<bool>& archived, std::vector<bool>& runtime);

}  // namespace samehand::match
