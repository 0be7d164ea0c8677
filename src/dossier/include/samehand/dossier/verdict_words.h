// A verdict as sentences, for whoever shows or passes one on.
#pragma once

#include <string>

#include "samehand/dossier/case.h"

namespace samehand::dossier {

// In the words of ICD 203, without a word on confidence.
std::string verdict_sentence(const CaseVerdict& verdict);
// On confidence, without a word of likelihood.
std::string confidence_sentence(const CaseVerdict& verdict);

}  // namespace samehand::dossier
