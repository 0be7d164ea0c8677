// The words of lexicon/matter.txt: what claims about intrusions are about, hedges, kinds of names.
#pragma once

#include <cstdint>
#include <string_view>

#include "reading.h"

namespace samehand::claim {

enum class Matter : std::uint8_t {
  kResponsibility,
  kSimilarity,
  kMotive,
  kVolume,
  kCounted,
  kData,
  kLoss,
  kOrigin,
  kTechnique,
  kHedge,
  kApproximator,
  kApproximatorThan,
  kEvidence,
  kFalsehood,
  kApology,
  kHarm,
  kVendorName,
  kPressName,
  kAnonymousWord,
  kSpokeFor,
  kDeclinable,
  kSuggesting,
  kBlow,
};

// What lexicon/matter.txt says of a word; null: nothing. Token::matter keeps it, since it is asked for often.
const MatterEntry* find_matter(std::string_view lower);

// Whether the word (or the words) at token i belong to the class.
bool matter_at(const Reading& reading, int i, Matter matter);
bool matter_word(std::string_view lower, Matter matter);

}  // namespace samehand::claim
