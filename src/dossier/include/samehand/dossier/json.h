// A comparison as JSON for programs: docs/format/compare.md and compare.schema.json.
#pragma once

#include <string>

#include "samehand/dossier/comparison.h"

namespace samehand::dossier {

// Raised whenever a reader of older output would misread newer; keys that are only added do not raise it.
inline constexpr int kCompareFormatVersion = 1;

// One object, a newline at the end, ASCII only. Text that is not UTF-8 comes with its stray bytes as `\xNN`.
std::string to_json(const Comparison& comparison);

}  // namespace samehand::dossier
