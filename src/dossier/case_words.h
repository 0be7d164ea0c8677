// Phrases and bars that the faces of a case share.
#pragma once

#include <string>
#include <string_view>

#include "samehand/dossier/verdict_words.h"

namespace samehand::dossier {

// "62 %"; "under 1 %" and "over 99 %" at the ends: nothing here is ever impossible or certain.
std::string chance_text(double probability);
// "+3.2", "-0.4", "0".
std::string signed_db(double db);
// As signed_db(), with the minus sign that documents have.
std::string minus_db(double db);
// "63 %, between 26 % and 85 %"; without the interval where there is none.
std::string interval_text(const weigh::Posterior& posterior);
// "26 % – 85 %", the interval alone; "no range" where every weight is exact.
std::string between_text(const weigh::Posterior& posterior);
// A part of the draws: "62 %", "all", "none".
std::string draws_text(double part);
// "4 to 1", "1 to 1.3", "1 to 22": decibans of odds.
std::string odds_text(double db);
// What must stand beside the verdict: that items take no part because nobody knows since when they could be known.
// Empty: none do.
std::string undated_sentence(const CaseVerdict& verdict);
// "4 December 2014", "December 2014"; what is no such date as it is.
std::string long_date(std::string_view iso);
// A bar of `half` columns on either side of an axis; `most` fills it. Always as wide as 2 * half + 1.
std::string signed_bar(double value, double most, std::size_t half);
inline constexpr std::string_view kNothingDiagnostic =
    "No item tells the hypotheses apart by 2 dB or more; what tells less is not rated.";
// A bar of at most `width` columns.
std::string bar(double part, std::size_t width);

// "Likely: North Korea"; without figures.
std::string headline(const CaseVerdict& verdict);
// Whether evidence has moved no hypothesis, neither at the mid of its weights nor within their ranges.
bool is_prior(const CaseVerdict& verdict);
// "Without X, Y would lead: …" for one thing that can turn the ranking.
std::string flip_sentence(const CaseVerdict& verdict, const weigh::Flip& flip);
std::string_view word(weigh::FlipKind kind);
// "Without both … and …, X would lead: …"
std::string pair_sentence(const CaseVerdict& verdict, const weigh::PairFlip& pair);

}  // namespace samehand::dossier
