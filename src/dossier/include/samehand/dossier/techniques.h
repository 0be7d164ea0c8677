// Groups ranked by the techniques and software that they share with a campaign, as the faces show it.
#pragma once

#include <span>
#include <string>

#include "samehand/dossier/text.h"
#include "samehand/technique/ranking.h"

namespace samehand::dossier {

// The best groups, what each shares and how common that is, what a place is worth. Outside text is escaped.
std::string techniques_text(const technique::Ranking& ranking, const TextOptions& options);
// docs/format/techniques.md.
std::string techniques_json(const technique::Ranking& ranking);
// `campaign group score`, groups without a profile left out, after a header. `campaign` stands for rankings that are of
// no campaign in the catalogue.
std::string techniques_tsv(std::span<const technique::Ranking> rankings, std::string_view campaign);

}  // namespace samehand::dossier
