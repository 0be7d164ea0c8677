// Tables for other programs, tab-separated with a header row (docs/format/tsv.md).
#pragma once

#include <string>

#include "samehand/dossier/comparison.h"

namespace samehand::dossier {

// Every pair, best worth first: a_file a_address b_file b_address similarity confidence reported relation, then
// worth_db library a_name b_name. Control characters, tabs, newlines and backslashes in fields are escaped.
std::string matches_tsv(const Comparison& comparison);

}  // namespace samehand::dossier
