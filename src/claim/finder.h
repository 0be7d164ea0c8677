// find_claims with ideas switched off, and by what each claim was found: for measurement and tests.
#pragma once

#include "passes.h"
#include "samehand/claim/claim.h"

namespace samehand::claim {

// By what a claim was found.
struct Provenance {
  Pass pass = Pass::kVerb;
  Sense sense;
  std::uint32_t frame = 0;
  std::string_view lemma;  // of a verb
};

// `provenance`, if not null, receives one for each claim.
std::vector<Claim> find_claims(std::string_view text, std::span<const page::Block> blocks, std::string_view outlet,
                               const page::Date& published, const Switches& switches,
                               std::vector<Provenance>* provenance = nullptr);

}  // namespace samehand::claim
