// A dossier made up for tests.
#pragma once

#include <string>

#include "samehand/dossier/case_dossier.h"

namespace samehand::dossier {

// Three hypotheses, two pages that contradict each other through a chain, a dozen items of every origin, judgements,
// shared code of two tools and a history. `text` stands wherever the case of somebody else could hold a text of theirs;
// empty: plain words.
Dossier sample_dossier(const std::string& text = {});

// `items` items in groups of three, `hypotheses` hypotheses.
Dossier large_dossier(std::size_t items, std::size_t hypotheses);

}  // namespace samehand::dossier
