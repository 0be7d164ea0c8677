// Phrases and bars that the faces of a case share.
#pragma once

#include <string>
#include <string_view>

#include "samehand/dossier/verdict_words.h"

namespace samehand::dossier {

// "62 %"; "under 1 %" and "over 99 %" for what is not quite nothing and not quite all.
std::string chance_text(double probability);
// "+3.2", "-0.4", "0".
std::string signed_db(double db);
// A bar of `half` columns on either side of an axis; `most` fills it. Always as wide as 2 * half + 1.
std::string signed_bar(double value, double most, std::size_t half);
// A bar of at most `width` columns.
std::string bar(double part, std::size_t width);

// Whether evidence has moved no hypothesis, neither at the mid of its weights nor within their ranges.
bool is_prior(const CaseVerdict& verdict);
// "Without X, Y would lead: …" for one thing that can turn the ranking.
std::string flip_sentence(const CaseVerdict& verdict, const weigh::Flip& flip);
std::string_view word(weigh::FlipKind kind);

}  // namespace samehand::dossier
