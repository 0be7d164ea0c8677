// What colours a claim: for, against, or neither.
#pragma once

#include <string>
#include <string_view>

#include "samehand/claim/claim.h"

namespace samehand::dossier {

// "affirms", "denies", "hedged": a class of our pages' styles.
std::string_view tint(claim::Stance stance);
std::string stance_tag(claim::Stance stance);

}  // namespace samehand::dossier
