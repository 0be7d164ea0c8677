// find_claims with ideas switched off: for the measurement of what each brings, and for tests.
#pragma once

#include "passes.h"
#include "samehand/claim/claim.h"

namespace samehand::claim {

std::vector<Claim> find_claims(std::string_view text, std::span<const page::Block> blocks, std::string_view outlet,
                               const Switches& switches);

}  // namespace samehand::claim
