// What both directions of MISP agree on.
#pragma once

#include <string_view>

namespace samehand::exchange {

// On events that a case was written to. Coming back, its hypotheses would be taken for somebody's attributions.
inline constexpr const char* kMispOwnTag = "samehand:case";
// ICD 203's words in MISP's taxonomy "estimative-language"; a word in quotation marks follows.
inline constexpr std::string_view kMispLikelihood = "estimative-language:likelihood-probability=";

}  // namespace samehand::exchange
