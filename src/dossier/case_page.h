// The sections of a dossier's page. Each is markup that is complete in itself; text from the case only ever goes
// through shown() and its kin.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "case_facts.h"
#include "claim_tint.h"
#include "samehand/dossier/case_dossier.h"

namespace samehand::dossier {

// How much of a long list a page shows; the JSON has all.
inline constexpr std::size_t kPageRows = 1000, kPageHypotheses = 60;

// Outside text on one line, cut to `columns`, escaped.
std::string shown(std::string_view text, std::size_t columns = 400);
// "i7" as a link to where the item is laid open.
std::string item_link(std::int64_t item);
// " +1.3 dB" for an item that is weighed, " outdone" where its group says it already, else nothing.
std::string weight_note(const DossierFacts& facts, std::int64_t item);
std::string signed_bar_svg(double db, double most);
// What a cut list says at its end; empty where it is whole.
std::string more_rows(std::size_t shown, std::size_t all, std::string_view what);

std::string top_section(const DossierFacts& facts);
std::string hypotheses_section(const DossierFacts& facts);
std::string hangs_on_section(const DossierFacts& facts);
std::string evidence_section(const DossierFacts& facts);
std::string contested_section(const DossierFacts& facts);
std::string change_section(const DossierFacts& facts);
std::string matrix_section(const DossierFacts& facts);
std::string timeline_section(const DossierFacts& facts);
std::string voices_section(const DossierFacts& facts);
std::string code_section(const DossierFacts& facts);
std::string method_section(const DossierFacts& facts);
std::string appendix_section(const DossierFacts& facts);

// Who said it, through whom, where it was read: speakers on the left, pages on the right, a line for each chain.
// Empty where there are no claims that matter.
std::string voice_map_svg(const DossierFacts& facts);

}  // namespace samehand::dossier
