// What the figures of a comparison amount to, in one word and in plain sentences.
#pragma once

#include "samehand/dossier/comparison.h"

namespace samehand::dossier {

// Sets `verdict` and `verdict_text` from the samples, the pairs, `kinship` and `evidence_db`, which must be set.
// "Shared" below are reported pairs that are not library code; a side's share is their number per function that could
// be judged.
//
//   not comparable   no function was recovered on one side at least, or none on it that could be judged while nothing
//                    of it is known to be library code
//   same program     kinship is at least kKinship, and the larger side's share at least kSameProgramShare
//   shared code      kinship is at least kKinship
//   little shared    something is shared
//   only library     pairs of library code only
//   nothing          no pair, or none that passes the threshold
//
// kKinship: `kinship` is an estimate; from .9 on the sentences speak of "share code" (docs/evaluation.md: how often
// wrongly). kSameProgramShare: a program rebuilt or two years older keeps more than half of its functions recognisable
// on both sides; two programs around one common library do not, unless the library is most of both, which is said as it
// is.
inline constexpr double kKinship = .9;
inline constexpr double kSameProgramShare = .5;
inline constexpr double kContainedShare = .8;  // of the smaller side: "nearly all of it is found in the other"

void decide(Comparison& comparison);

// "Same program", "Shared code" …: the verdict as a heading.
std::string_view heading(Verdict verdict);

}  // namespace samehand::dossier
